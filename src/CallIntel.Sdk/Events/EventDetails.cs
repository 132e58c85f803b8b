using CallIntel.Sdk.Classification;

namespace CallIntel.Sdk.Events;

/// <summary>
/// Details of an event that only some sources provide. Stored in a separate table, only for records that have any.
/// </summary>
public sealed record EventDetails
{
    /// <summary>
    /// The source's id of the whole call or thread. All legs of a call share it. At most 512 characters.
    /// </summary>
    [PseudonymousData]
    public string? ConversationId { get; init; }

    /// <summary>The external id of the record that this record is a leg of; null for the call itself.</summary>
    [PseudonymousData]
    public string? ParentId { get; init; }

    /// <summary>
    /// The zero-based number of the leg, in the order of the source; null if the source does not number legs.
    /// </summary>
    public int? Leg { get; init; }

    /// <summary>
    /// The status as the source reported it, for example <c>undelivered</c>. <see cref="EventRecord.Outcome"/> holds
    /// its meaning.
    /// </summary>
    public string? Status { get; init; }

    /// <summary>The error code of the source or the network.</summary>
    public string? ErrorCode { get; init; }

    /// <summary>
    /// The price in <see cref="Currency"/>; negative if the source reports costs as negative amounts. Rounded to
    /// millionths when stored.
    /// </summary>
    public decimal? Price { get; init; }

    /// <summary>The ISO 4217 currency code of <see cref="Price"/>, for example <c>USD</c>.</summary>
    public string? Currency { get; init; }

    /// <summary>
    /// The org's own number that received or placed the call or message, as the source reported it. Stored encrypted.
    /// </summary>
    [ProtectedData]
    public string? OwnNumber { get; init; }

    /// <summary>Returns the type name only; personal data is not included.</summary>
    public override string ToString() => $"{nameof(EventDetails)} {{ *** }}";
}
