namespace CallIntel.Sdk.Ingestion.Importers;

/// <summary>How the lines of a CSV file (RFC 4180) become events.</summary>
public sealed class CsvMapping : RecordMapping
{
    /// <summary>What stands between two fields: one ASCII character.</summary>
    /// <value>The default value is a comma.</value>
    public string Delimiter { get; set; } = ",";

    /// <summary>Whether a field may stand in double quotes, and then hold delimiters, line ends and doubled quotes.</summary>
    /// <value>The default value is <see langword="true"/>.</value>
    public bool Quoting { get; set; } = true;

    /// <summary>The names of the columns, for a file without a header line.</summary>
    /// <value>The default value is <see langword="null"/>: the first line names them.</value>
    public IReadOnlyList<string>? Columns { get; set; }

    /// <summary>Reads a mapping from a JSON file; comments are allowed in it.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="CallIntelException"><c>CI0023</c> the file cannot be read, <c>CI0024</c> it is no mapping.</exception>
    public static CsvMapping Load(string path) => MappingFile.Load(path, MappingJson.Default.CsvMapping);
}
