namespace CallIntel.Sdk.Ingestion.Importers;

/// <summary>The options of <see cref="RingCentralImporter"/>.</summary>
public sealed class RingCentralImportOptions : ImportOptions
{
    /// <summary>
    /// Whether the <c>syncToken</c> of a page becomes the cursor when all records of the page are stored. Send this
    /// cursor with the next synchronization request to RingCentral.
    /// </summary>
    /// <value>
    /// The default value is <see langword="false"/>: the cursor is a place in the file, as for other importers.
    /// </value>
    public bool SyncTokenIsCursor { get; set; }
}
