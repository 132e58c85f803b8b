using CallIntel.Sdk.Classification;

namespace CallIntel.Sdk.Ingestion.Importers;

/// <summary>The options of <see cref="VConImporter"/>.</summary>
public sealed class VConImportOptions : ImportOptions
{
    /// <summary>A regular expression that matches the org's own numbers and addresses.</summary>
    /// <value>
    /// The default value is <see langword="null"/>: the party with the role <c>agent</c> is the org's own side. If no
    /// party has a role, it is the side that did not start the dialog.
    /// </value>
    [ProtectedData]
    public string? OwnLines { get; set; }
}
