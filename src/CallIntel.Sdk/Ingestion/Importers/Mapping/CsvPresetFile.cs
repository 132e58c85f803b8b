namespace CallIntel.Sdk.Ingestion.Importers.Mapping;

/// <summary>The content of a preset file.</summary>
sealed class CsvPresetFile
{
    /// <summary>The columns that a file must have. The other columns of the mapping are optional.</summary>
    public IReadOnlyList<string> Columns { get; set; } = [];

    /// <summary>The names that columns have in some files, for example in another version of the product.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>>? OtherNames { get; set; }

    /// <summary>A regular expression that matches the first line of a file without a header.</summary>
    public string? FirstLine { get; set; }

    /// <summary>Whether the times have no offset, so that the import requires a time zone.</summary>
    public bool LocalTimes { get; set; }

    /// <summary>The mapping.</summary>
    public CsvMapping Mapping { get; set; } = new();
}
