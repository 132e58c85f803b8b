using CallIntel.Sdk.Classification;
using CallIntel.Sdk.Crypto.Envelope;
using CallIntel.Sdk.Events;

namespace CallIntel.Sdk.Ingestion;

/// <summary>A record that could not be stored.</summary>
/// <param name="Ordinal">Its place in the run, from 0.</param>
/// <param name="Reason">The stable text of a <see cref="RejectReason"/>, for example <c>missing_time</c>.</param>
/// <param name="Raw">
/// The record as delivered, cut to 64 KiB; null if nothing was kept or it could not be opened.
/// </param>
public sealed record RejectedRecord(long Ordinal, string Reason, [property: ProtectedData] string? Raw)
{
    /// <summary>Whether the raw text could be opened, and why not.</summary>
    public DecryptResult Status { get; init; }

    /// <summary>Where in the source it stands, for example <c>line 12</c>; null if the source does not tell.</summary>
    public string? Place { get; init; }

    /// <summary>Tells the reason and nothing of the record.</summary>
    public override string ToString() => $"{nameof(RejectedRecord)} {{ {Ordinal} {Reason} *** }}";
}
