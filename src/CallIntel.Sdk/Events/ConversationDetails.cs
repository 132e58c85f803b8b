using CallIntel.Sdk.Classification;
using CallIntel.Sdk.Crypto.Envelope;

namespace CallIntel.Sdk.Events;

/// <summary>What only some sources know of an event, as it is stored: see <see cref="EventDetails"/>.</summary>
public sealed record ConversationDetails
{
    /// <summary>The source's id of the whole call or thread: the legs of one call share it.</summary>
    [PseudonymousData]
    public string? ConversationId { get; init; }

    /// <summary>The external id of the record this one is a leg of; null for the call itself.</summary>
    [PseudonymousData]
    public string? ParentId { get; init; }

    /// <summary>Which leg it is, counted from 0 in the order of the source.</summary>
    public int? Leg { get; init; }

    /// <summary>How it ended in the source's own word.</summary>
    public string? Status { get; init; }

    /// <summary>The source's or the network's code of what went wrong.</summary>
    public string? ErrorCode { get; init; }

    /// <summary>What it cost, in <see cref="Currency"/>, to the millionth.</summary>
    public decimal? Price { get; init; }

    /// <summary>The ISO 4217 code of the price's currency.</summary>
    public string? Currency { get; init; }

    /// <summary>
    /// The org's own number the event came to or went out from; null if there is none, the session's member may not
    /// read content, or it could not be opened.
    /// </summary>
    [ProtectedData]
    public string? OwnNumber { get; init; }

    /// <summary>Whether <see cref="OwnNumber"/> could be opened, and why not.</summary>
    /// <value>The default value is <see cref="DecryptResult.Ok"/>.</value>
    public DecryptResult OwnNumberStatus { get; init; }

    /// <summary>When the source last changed the record.</summary>
    public DateTimeOffset? ModifiedAt { get; init; }

    /// <summary>Tells nothing of the event.</summary>
    public override string ToString() => $"{nameof(ConversationDetails)} {{ *** }}";
}
