using System.Text.Json;
using CallIntel.Sdk.Ingestion.Importers.Files;
using CallIntel.Sdk.Ingestion.Importers.Mapping;

namespace CallIntel.Sdk.Ingestion.Importers.Csv;

/// <summary>A mapping for the CSV files of one product, and the columns by which such a file is recognized.</summary>
/// <remarks>
/// The presets are JSON files in <c>Mapping/Presets</c>, which are embedded in the assembly. To add one, add a file.
/// </remarks>
sealed class CsvPreset
{
    const string Folder = "presets/";

    static readonly Lazy<IReadOnlyList<CsvPreset>> Loaded = new(() =>
        [
            .. typeof(CsvPreset)
                .Assembly.GetManifestResourceNames()
                .Where(name => name.StartsWith(Folder, StringComparison.Ordinal))
                .Select(name => Load(name[Folder.Length..^".json".Length]))
                // the one that requires the most columns is the most specific one
                .OrderByDescending(preset => preset.Columns.Count)
                .ThenBy(preset => preset.Name, StringComparer.Ordinal),
        ]
    );

    readonly CsvPresetFile _file;

    CsvPreset(string name, CsvPresetFile file) => (Name, _file) = (name, file);

    /// <summary>All presets, in the order in which detection asks them.</summary>
    internal static IReadOnlyList<CsvPreset> All => Loaded.Value;

    internal string Name { get; }

    /// <summary>The columns that a file must have.</summary>
    internal IReadOnlyList<string> Columns => _file.Columns;

    /// <summary>Returns the preset with a name, or null.</summary>
    internal static CsvPreset? Find(string name) =>
        All.FirstOrDefault(preset => string.Equals(preset.Name, name, StringComparison.OrdinalIgnoreCase));

    /// <summary>Returns the preset whose columns a file has, or null.</summary>
    internal static CsvPreset? Detect(RecordFile file) => All.FirstOrDefault(preset => preset.Recognizes(file));

    /// <summary>Returns the mapping. Each import gets its own mapping, because options can change it.</summary>
    /// <param name="options">The options of the import.</param>
    /// <exception cref="CallIntelException"><c>CI0024</c>: the preset requires a time zone.</exception>
    internal CsvMapping CreateMapping(FileImportOptions options)
    {
        CsvMapping mapping = Load(Name)._file.Mapping;
        mapping.UseTimeZone(options.TimeZone);
        if (_file.LocalTimes && options.TimeZone is null)
            throw MappingFile.Invalid(
                $"The CSV file contains local times (preset {Name}), and the option TimeZone is missing.",
                "Set TimeZone (--time-zone) to the time zone of the system that wrote the file, for example "
                    + "Europe/Copenhagen."
            );
        if (mapping.Line is { Scope: null } line)
            line.Scope = options.LineScope;
        return mapping;
    }

    /// <summary>Whether a header has all required columns.</summary>
    internal bool Fits(List<string> names) => Columns.All(column => ColumnOf(names, column) >= 0);

    /// <summary>The index of a column, by one of the names that it has in some files; -1 if there is none.</summary>
    internal int ColumnOf(List<string> names, string column)
    {
        int index = CsvColumns.IndexOf(names, column);
        if (index < 0 && _file.OtherNames?.GetValueOrDefault(column) is { } others)
            foreach (string other in others)
                if ((index = CsvColumns.IndexOf(names, other)) >= 0)
                    break;
        return index;
    }

    bool Recognizes(RecordFile file) =>
        _file.FirstLine is { } rule
            ? MappingFile.Rule("firstLine", rule).IsMatch(file.FirstLine)
                && CountFields(file.FirstLine) == _file.Mapping.Columns?.Count
            : CsvLayout.HasHeader(file.Beginning.Span, Fits);

    static int CountFields(string line)
    {
        List<string> fields = [];
        return CsvFields.TrySplit(line, ',', true, fields) ? fields.Count : 0;
    }

    static CsvPreset Load(string name)
    {
        using Stream json = typeof(CsvPreset).Assembly.GetManifestResourceStream($"{Folder}{name}.json")!;
        return new CsvPreset(name, JsonSerializer.Deserialize(json, MappingJson.Default.CsvPresetFile)!);
    }
}
