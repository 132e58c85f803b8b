using CallIntel.Sdk.Classification;

namespace CallIntel.Sdk.Ingestion.Importers.VCon;

/// <summary>How <see cref="VConImporter"/> reads.</summary>
public sealed class VConOptions : ImportOptions
{
    /// <summary>A regular expression that matches the org's own numbers and addresses.</summary>
    /// <value>
    /// The default value is <see langword="null"/>: the party whose role is agent, and where none has one, the side that did not begin.
    /// </value>
    [ProtectedData]
    public string? OwnLines { get; set; }
}
