namespace CallIntel.Sdk.Ingestion.Importers.RingCentral;

/// <summary>How <see cref="RingCentralCallLog"/> reads.</summary>
public sealed class RingCentralOptions : ImportOptions
{
    /// <summary>Makes the page's <c>syncToken</c> the cursor, once all records of the page are stored: what the next request to RingCentral asks from.</summary>
    /// <value>The default value is <see langword="false"/>: the cursor is a place in the file, as for other importers.</value>
    public bool SyncTokenIsCursor { get; set; }
}
