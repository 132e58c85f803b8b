namespace CallIntel.Sdk.Ingestion.Importers.Mapping;

/// <summary>A mapping of a CSV file: what its columns mean, and how it is written.</summary>
public sealed class CsvMapping : RecordMapping
{
    /// <summary>The delimiter between two fields: one ASCII character.</summary>
    /// <value>
    /// The default value is <see langword="null"/>: comma, semicolon, tab or vertical bar, as the header of the file
    /// shows.
    /// </value>
    public string? Delimiter { get; set; }

    /// <summary>
    /// Whether fields can be enclosed in double quotes. A quoted field can contain delimiters, line ends and doubled
    /// quotes.
    /// </summary>
    /// <value>The default value is <see langword="true"/>.</value>
    public bool Quoting { get; set; } = true;

    /// <summary>The names of the columns, for a file without a header line.</summary>
    /// <value>
    /// The default value is <see langword="null"/>: the first line that contains all columns of the mapping is the
    /// header. Lines before it, such as a title, are skipped. The case of names is ignored if they stay unambiguous.
    /// </value>
    public IReadOnlyList<string>? Columns { get; set; }

    /// <summary>Loads a mapping from a JSON file, which can contain comments.</summary>
    /// <param name="path">The path of the mapping file.</param>
    /// <exception cref="CallIntelException">
    /// <c>CI0023</c>: the file cannot be read. <c>CI0024</c>: the file is not a valid mapping.
    /// </exception>
    public static CsvMapping Load(string path) => MappingFile.Load(path, MappingJson.Default.CsvMapping);
}
