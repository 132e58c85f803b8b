using CallIntel.Sdk.Classification;

namespace CallIntel.Sdk.Events;

/// <summary>
/// What only some sources know of an event. Stored apart from the facts, and only for records that have any of it.
/// </summary>
public sealed record EventDetails
{
    /// <summary>
    /// The source's id of the whole call or thread: the legs of one call share it. At most 512 characters.
    /// </summary>
    [PseudonymousData]
    public string? ConversationId { get; init; }

    /// <summary>The external id of the record this one is a leg of; null for the call itself.</summary>
    [PseudonymousData]
    public string? ParentId { get; init; }

    /// <summary>
    /// Which leg it is, counted from 0 in the order of the source; null if the source does not count them.
    /// </summary>
    public int? Leg { get; init; }

    /// <summary>
    /// How it ended in the source's own word, for example <c>undelivered</c>; <see cref="EventRecord.Outcome"/> is what
    /// it means.
    /// </summary>
    public string? Status { get; init; }

    /// <summary>The source's or the network's code of what went wrong.</summary>
    public string? ErrorCode { get; init; }

    /// <summary>
    /// What it cost, in <see cref="Currency"/>; negative where the source books costs so. Stored in millionths, and
    /// rounded to them.
    /// </summary>
    public decimal? Price { get; init; }

    /// <summary>The ISO 4217 code of the price's currency, for example <c>USD</c>.</summary>
    public string? Currency { get; init; }

    /// <summary>The org's own number the event came to or went out from, as the source wrote it. Protected.</summary>
    [ProtectedData]
    public string? OwnNumber { get; init; }

    /// <summary>Tells nothing of the event.</summary>
    public override string ToString() => $"{nameof(EventDetails)} {{ *** }}";
}
