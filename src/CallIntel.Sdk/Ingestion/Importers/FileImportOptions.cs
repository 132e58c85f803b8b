using CallIntel.Sdk.Classification;
using CallIntel.Sdk.Ingestion.Importers.Mapping;
using CallIntel.Sdk.Privacy;

namespace CallIntel.Sdk.Ingestion.Importers;

/// <summary>The options of <see cref="FileImport"/>, which reads files of every registered format.</summary>
public sealed class FileImportOptions : ImportOptions
{
    /// <summary>The importers to choose from.</summary>
    /// <value>The default value is <see cref="ImporterRegistry.BuiltIn"/>.</value>
    public ImporterRegistry Importers { get; set; } = ImporterRegistry.BuiltIn;

    /// <summary>The format of the file, as <see cref="IRecordImporter.Format"/> names it.</summary>
    /// <value>The default value is <see langword="null"/>: the format is detected.</value>
    public string? Format { get; set; }

    /// <summary>
    /// The IANA time zone of times that have no offset, for example <c>Europe/Copenhagen</c>. Overrides the time zone
    /// of a mapping.
    /// </summary>
    /// <value>The default value is <see langword="null"/>: the format or the mapping defines the time zone.</value>
    /// <remarks>Set it only for an importer whose <see cref="IRecordImporter.TimeZone"/> allows it.</remarks>
    public string? TimeZone { get; set; }

    /// <summary>
    /// A regular expression that matches the org's own numbers and addresses, for formats that do not name the
    /// direction of an event.
    /// </summary>
    /// <value>The default value is <see langword="null"/>: the importer's own rule applies.</value>
    [ProtectedData]
    public string? OwnLines { get; set; }

    /// <summary>
    /// The path of a mapping file, which defines what the fields of a file mean, or the name of a preset for CSV files,
    /// for example <c>fritzbox</c>.
    /// </summary>
    /// <value>
    /// The default value is <see langword="null"/>: no mapping. For a CSV file, a preset is detected by its header.
    /// </value>
    /// <remarks>Set it only for an importer whose <see cref="IRecordImporter.Mapping"/> allows it.</remarks>
    public string? MappingFile { get; set; }
}
