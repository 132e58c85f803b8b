using CallIntel.Sdk.Classification;
using CallIntel.Sdk.Privacy;

namespace CallIntel.Sdk.Ingestion.Importers;

/// <summary>The options of <see cref="AndroidImporter"/>.</summary>
public sealed class AndroidImportOptions : ImportOptions
{
    /// <summary>The phone number of the phone that the backup was made on.</summary>
    /// <value>
    /// The default value is <see langword="null"/>. The file does not contain the number, except for group messages:
    /// for these, it is found by comparing the lists of addresses.
    /// </value>
    [ProtectedData]
    public string? OwnNumber { get; set; }
}
