using CallIntel.Sdk.Classification;
using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk.EntityFrameworkCore;

/// <summary>
/// What only some sources report about an event: a row of <c>callintel.event_details</c>. Read-only.
/// </summary>
public sealed class EventDetailsEntity
{
    /// <summary>The event.</summary>
    public Guid EventId { get; init; }

    /// <summary>The other party of the event. Null: its number was withheld.</summary>
    [PseudonymousData]
    public ContactId? ContactId { get; init; }

    /// <summary>The member whose line was used. Null: not known.</summary>
    [PseudonymousData]
    public MemberId? MemberId { get; init; }

    /// <summary>When the source last changed the record. Null: not reported.</summary>
    public DateTimeOffset? ModifiedAt { get; init; }

    /// <summary>The price in millionths of <see cref="Currency"/>. Null: not reported.</summary>
    public long? PriceMicros { get; init; }

    /// <summary>
    /// The currency of the price as the source reports it, usually a code of ISO 4217. Null: not reported.
    /// </summary>
    public string? Currency { get; init; }

    /// <summary>The number of the leg within its conversation. Null: not reported.</summary>
    public int? Leg { get; init; }

    /// <summary>The source's id of the conversation. Null: not reported.</summary>
    public string? ConversationId { get; init; }

    /// <summary>The source's id of the record that this record belongs to. Null: not reported.</summary>
    public string? ParentId { get; init; }

    /// <summary>The status as the source reports it. Null: not reported.</summary>
    public string? Status { get; init; }

    /// <summary>The error code of the source. Null: no error was reported.</summary>
    public string? ErrorCode { get; init; }
}
