using CallIntel.Sdk.Events;

namespace CallIntel.Sdk.Ingestion.Rejects;

/// <summary>A record that cannot be stored: one row of <c>ingest_rejects</c>.</summary>
struct Reject
{
    internal long Ordinal;
    internal RejectReason Reason;

    /// <summary>Where in the source it stands; null if the source does not tell.</summary>
    internal string? Place;

    /// <summary>The record as delivered; an envelope by the time it is sent.</summary>
    internal byte[]? Raw;
}
