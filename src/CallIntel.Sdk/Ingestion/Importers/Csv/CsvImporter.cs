using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion.Importers.Csv;
using CallIntel.Sdk.Ingestion.Importers.Files;
using CallIntel.Sdk.Ingestion.Importers.Mapping;

namespace CallIntel.Sdk.Ingestion.Importers;

/// <summary>
/// Reads CSV files by a mapping or by a preset: RFC 4180, with comma, semicolon, tab or another delimiter.
/// </summary>
/// <remarks>
/// <para>
/// A record that cannot be read becomes an unreadable <see cref="EventRecord"/> with its reason, and reading continues
/// with the next record: text that is not UTF-8, a line with another number of fields than the header, an invalid time,
/// and a record longer than 4 MiB, which is never held in memory as a whole. Empty lines are skipped.
/// </para>
/// <para>Reads in constant memory.</para>
/// </remarks>
public sealed class CsvImporter : IRecordImporter
{
    string IRecordImporter.Format => "csv";

    string IRecordImporter.Description => "any other CSV file";

    ImportSetting IRecordImporter.TimeZone => ImportSetting.Optional;

    // without a mapping, a preset is detected
    ImportSetting IRecordImporter.Mapping => ImportSetting.Optional;

    bool IRecordImporter.Recognizes(RecordFile file)
    {
        string line = file.FirstLine;
        List<string> fields = [];
        return !file.IsJson
            && !file.IsMarkup
            && (
                (
                    CsvFields.TrySplit(line, ',', true, fields)
                    && (fields.Count > 1 || line.AsSpan().ContainsAny(CsvLayout.Known))
                ) || MappingProposal.HasTable(file)
            );
    }

    IAsyncEnumerable<EventRecord> IRecordImporter.ReadAsync(
        RecordFile file,
        FileImportOptions options,
        CancellationToken cancellationToken
    )
    {
        CsvPreset? preset = PresetOf(file, options);
        CsvMapping mapping = preset?.CreateMapping(options) ?? CsvMapping.Load(options.MappingFile!);
        mapping.UseTimeZone(options.TimeZone);
        file.Preset = preset?.Name;
        return ParserOf(mapping, preset)(file, cancellationToken);
    }

    /// <summary>
    /// Returns the preset that the options name, or the one that the file fits. Null if the options name a file.
    /// </summary>
    static CsvPreset? PresetOf(RecordFile file, FileImportOptions options) =>
        options.MappingFile is { } named
            ? File.Exists(named)
                ? null
                : CsvPreset.Find(named)
            : CsvPreset.Detect(file)
                ?? throw MappingFile.Invalid(
                    "The CSV file has the columns of no preset, and the option MappingFile is missing.",
                    "Set MappingFile (--mapping) to a mapping file; callintel mapping init proposes one. The presets "
                        + $"are: {string.Join(", ", CsvPreset.All.Select(preset => preset.Name).Order())}."
                );

    /// <summary>Reads the records of a file.</summary>
    /// <param name="path">The path. The file is opened when the first record is requested.</param>
    /// <param name="mapping">The mapping, which defines what the columns mean.</param>
    /// <param name="cancellationToken">Cancels reading.</param>
    /// <exception cref="CallIntelException">
    /// <c>CI0023</c>: the file cannot be read. <c>CI0024</c>: the mapping is invalid or does not fit the file.
    /// </exception>
    public static IAsyncEnumerable<EventRecord> ReadAsync(
        string path,
        CsvMapping mapping,
        CancellationToken cancellationToken = default
    ) => ReadAsync(path, mapping, null, cancellationToken);

    /// <summary>Reads the records of a file that follow a cursor.</summary>
    /// <param name="path">The path. The file is opened when the first record is requested.</param>
    /// <param name="mapping">The mapping, which defines what the columns mean.</param>
    /// <param name="after">
    /// The cursor to resume after, as <see cref="IngestReport.Cursor"/> returns it. Null to start with the first
    /// record.
    /// </param>
    /// <param name="cancellationToken">Cancels reading.</param>
    /// <exception cref="CallIntelException">
    /// <c>CI0023</c>: the file cannot be read. <c>CI0024</c>: the mapping is invalid or does not fit the file.
    /// <c>CI0170</c>: the cursor belongs to another file.
    /// </exception>
    public static IAsyncEnumerable<EventRecord> ReadAsync(
        string path,
        CsvMapping mapping,
        string? after,
        CancellationToken cancellationToken = default
    ) => FileImport.ReadAsync(path, after, ParserOf(mapping), cancellationToken);

    /// <summary>Reads the records of a stream.</summary>
    /// <param name="stream">The stream, at its beginning. It need not be seekable, and it stays open.</param>
    /// <param name="mapping">The mapping, which defines what the columns mean.</param>
    /// <param name="cancellationToken">Cancels reading.</param>
    /// <exception cref="CallIntelException">
    /// <c>CI0023</c>: the stream cannot be read. <c>CI0024</c>: the mapping is invalid or does not fit the stream.
    /// </exception>
    public static IAsyncEnumerable<EventRecord> ReadAsync(
        Stream stream,
        CsvMapping mapping,
        CancellationToken cancellationToken = default
    ) => ReadAsync(stream, mapping, null, cancellationToken);

    /// <summary>Reads the records of a stream that follow a cursor.</summary>
    /// <param name="stream">The stream, at its beginning. It need not be seekable, and it stays open.</param>
    /// <param name="mapping">The mapping, which defines what the columns mean.</param>
    /// <param name="after">
    /// The cursor to resume after, as <see cref="IngestReport.Cursor"/> returns it. Null to start with the first
    /// record.
    /// </param>
    /// <param name="cancellationToken">Cancels reading.</param>
    /// <exception cref="CallIntelException">
    /// <c>CI0023</c>: the stream cannot be read. <c>CI0024</c>: the mapping is invalid or does not fit the stream.
    /// <c>CI0170</c>: the cursor belongs to another file.
    /// </exception>
    public static IAsyncEnumerable<EventRecord> ReadAsync(
        Stream stream,
        CsvMapping mapping,
        string? after,
        CancellationToken cancellationToken = default
    ) => FileImport.ReadAsync(stream, "", after, ParserOf(mapping), cancellationToken);

    static FileImport.Parser ParserOf(CsvMapping mapping, CsvPreset? preset = null)
    {
        ArgumentNullException.ThrowIfNull(mapping);
        RecordMapper mapper = new(mapping);
        return (file, cancellationToken) =>
            MappedRecords.ReadAsync(file, mapper, new CsvFormat(mapping, mapper.Fields, preset), cancellationToken);
    }
}
