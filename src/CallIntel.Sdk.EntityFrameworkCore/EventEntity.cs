using CallIntel.Sdk.Classification;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk.EntityFrameworkCore;

/// <summary>The metadata of a call, message or voicemail: a row of <c>callintel.events</c>. Read-only.</summary>
public sealed class EventEntity
{
    /// <summary>The id of the event, in the order of time.</summary>
    public Guid Id { get; init; }

    /// <summary>When the event began, in UTC.</summary>
    public DateTimeOffset OccurredAt { get; init; }

    /// <summary>The source that reported the event.</summary>
    public Guid SourceId { get; init; }

    /// <summary>The other party. Null: its number was withheld.</summary>
    [PseudonymousData]
    public ContactId? ContactId { get; init; }

    /// <summary>The member whose line was used. Null: not known.</summary>
    [PseudonymousData]
    public MemberId? MemberId { get; init; }

    /// <summary>The line of the org that was used. Null: not known.</summary>
    [PseudonymousData]
    public LineId? LineId { get; init; }

    /// <summary>The duration in seconds. Null: the event has none, or the source did not report it.</summary>
    public int? DurationSeconds { get; init; }

    /// <summary>The means of communication.</summary>
    public EventChannel Channel { get; init; }

    /// <summary>Whether the org was called or called.</summary>
    public EventDirection Direction { get; init; }

    /// <summary>How the event ended.</summary>
    public EventOutcome Outcome { get; init; }

    /// <summary>
    /// The offset of the source's local time from UTC at that moment, in minutes. Null: the source did not report it.
    /// </summary>
    public short? UtcOffsetMinutes { get; init; }

    /// <summary>The source's own id of the record. Null: the source has none.</summary>
    public string? ExternalId { get; init; }

    /// <summary>
    /// The key that the records of one conversation share. Null: the event is the only record of its conversation.
    /// </summary>
    public Guid? ConversationKey { get; init; }
}
