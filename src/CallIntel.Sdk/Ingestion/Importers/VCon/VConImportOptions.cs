using CallIntel.Sdk.Classification;

namespace CallIntel.Sdk.Ingestion.Importers;

/// <summary>The options of <see cref="VConImporter"/>.</summary>
public sealed class VConImportOptions : ImportOptions
{
    /// <summary>A regular expression that matches the org's own numbers and addresses.</summary>
    /// <value>
    /// The default value is <see langword="null"/>: the roles of the parties, or a direction in the metadata of a
    /// dialog, show the org's own side. If the vCon has neither, the own side of the whole vCon is a side that did not
    /// start its first dialog, and <see cref="Events.EventRecord.DirectionBasis"/> is
    /// <see cref="Events.DirectionBasis.Assumed"/>.
    /// </value>
    [ProtectedData]
    public string? OwnLines { get; set; }
}
