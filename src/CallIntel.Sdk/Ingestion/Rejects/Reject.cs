using CallIntel.Sdk.Events;

namespace CallIntel.Sdk.Ingestion.Rejects;

/// <summary>A record that cannot be stored: one row of <c>ingest_rejects</c>.</summary>
struct Reject
{
    internal long Ordinal;
    internal RejectReason Reason;

    /// <summary>The place of the record in the source; null if unknown.</summary>
    internal string? Place;

    /// <summary>The field and what was expected, without values of the record; null if unknown.</summary>
    internal string? Detail;

    /// <summary>The original text of the record; replaced by its envelope before it is sent.</summary>
    internal byte[]? Raw;

    /// <summary>The parties of the record as the source writes them; empty if the record could not be read.</summary>
    internal string[] Parties = [];

    public Reject() { }
}
