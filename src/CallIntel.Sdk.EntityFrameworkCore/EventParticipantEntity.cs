using CallIntel.Sdk.Classification;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk.EntityFrameworkCore;

/// <summary>
/// A further participant or a leg of an event: a row of <c>callintel.event_participants</c>. Read-only.
/// </summary>
public sealed class EventParticipantEntity
{
    /// <summary>The event.</summary>
    public Guid EventId { get; init; }

    /// <summary>The position of the participant within the event, from 0.</summary>
    public short Ordinal { get; init; }

    /// <summary>The contact of the event that the participant belongs to. Null: its number was withheld.</summary>
    [PseudonymousData]
    public ContactId? ContactId { get; init; }

    /// <summary>The member of the event. Null: not known.</summary>
    [PseudonymousData]
    public MemberId? MemberId { get; init; }

    /// <summary>
    /// The contact that took part. Null: a member or a line of the org took part, or the number was withheld.
    /// </summary>
    [PseudonymousData]
    public ContactId? PartyId { get; init; }

    /// <summary>What part the participant had.</summary>
    public PartyRole Role { get; init; }

    /// <summary>How the participation ended.</summary>
    public EventOutcome Outcome { get; init; }

    /// <summary>When the participation began, in UTC. Null: not reported.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>How long it lasted, in seconds. Null: not reported.</summary>
    public int? DurationSeconds { get; init; }

    /// <summary>The status as the source reports it. Null: not reported.</summary>
    public string? Status { get; init; }
}
