using CallIntel.Sdk.Classification;
using CallIntel.Sdk.Crypto.Envelope;

namespace CallIntel.Sdk.Events;

/// <summary>The stored details of an event that only some sources provide; see <see cref="EventDetails"/>.</summary>
public sealed record ConversationDetails
{
    /// <summary>The source's id of the whole call or thread. All legs of a call share it.</summary>
    [PseudonymousData]
    public string? ConversationId { get; init; }

    /// <summary>The external id of the record that this record is a leg of; null for the call itself.</summary>
    [PseudonymousData]
    public string? ParentId { get; init; }

    /// <summary>The zero-based number of the leg, in the order of the source; null if unknown.</summary>
    public int? Leg { get; init; }

    /// <summary>The status as the source reported it.</summary>
    public string? Status { get; init; }

    /// <summary>The error code of the source or the network.</summary>
    public string? ErrorCode { get; init; }

    /// <summary>The price in <see cref="Currency"/>, with a precision of one millionth.</summary>
    public decimal? Price { get; init; }

    /// <summary>The ISO 4217 currency code of <see cref="Price"/>.</summary>
    public string? Currency { get; init; }

    /// <summary>
    /// The org's own number that received or placed the call or message. Null if there is none, if the member may not
    /// read content, or if it could not be decrypted.
    /// </summary>
    [ProtectedData]
    public string? OwnNumber { get; init; }

    /// <summary>The result of decrypting <see cref="OwnNumber"/>.</summary>
    /// <value>The default value is <see cref="DecryptResult.Ok"/>.</value>
    public DecryptResult OwnNumberStatus { get; init; }

    /// <summary>When the source last changed the record.</summary>
    public DateTimeOffset? ModifiedAt { get; init; }

    /// <summary>Returns the type name only; personal data is not included.</summary>
    public override string ToString() => $"{nameof(ConversationDetails)} {{ *** }}";
}
