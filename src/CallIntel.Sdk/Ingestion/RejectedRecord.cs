using CallIntel.Sdk.Classification;
using CallIntel.Sdk.Crypto.Envelope;
using CallIntel.Sdk.Events;

namespace CallIntel.Sdk.Ingestion;

/// <summary>A record that could not be stored.</summary>
/// <param name="Ordinal">The position of the record in the run, starting at 0.</param>
/// <param name="Reason">The stable text of a <see cref="RejectReason"/>, for example <c>missing_time</c>.</param>
/// <param name="Raw">
/// The original text of the record, truncated to 64 KiB; null if no text was kept or it could not be decrypted.
/// </param>
public sealed record RejectedRecord(long Ordinal, string Reason, [property: ProtectedData] string? Raw)
{
    /// <summary>The result of decrypting <see cref="Raw"/>.</summary>
    public DecryptResult Status { get; init; }

    /// <summary>The place of the record in the source, for example <c>line 12</c>; null if unknown.</summary>
    public string? Place { get; init; }

    /// <summary>
    /// The field and what was expected, without values of the record; null if it is not known, and for records that a
    /// version of the SDK without this property rejected.
    /// </summary>
    public string? Detail { get; init; }

    /// <summary>Returns the ordinal and the reason only; personal data is not included.</summary>
    public override string ToString() => $"{nameof(RejectedRecord)} {{ {Ordinal} {Reason} *** }}";
}
