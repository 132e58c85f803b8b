using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion.Importers.Files;
using CallIntel.Sdk.Ingestion.Importers.FreeSwitch;
using CallIntel.Sdk.Ingestion.Importers.Mapping;

namespace CallIntel.Sdk.Ingestion.Importers;

/// <summary>
/// Reads call detail records of FreeSWITCH and FusionPBX: CSV files of <c>mod_cdr_csv</c> in the layout that FreeSWITCH
/// is shipped with, CSV files with a header, and JSON of <c>mod_json_cdr</c>, as one file or as a folder or zip archive
/// with a file per call.
/// </summary>
/// <remarks>
/// Specification: https://developer.signalwire.com/freeswitch/FreeSWITCH-Explained/Modules/. The two legs of a call
/// have the same conversation id. Reads in constant memory.
/// </remarks>
public sealed class FreeSwitchImporter : IRecordImporter
{
    const string FileEnd = ".cdr.json";

    string IRecordImporter.Format => "freeswitch";

    string IRecordImporter.Description => "call detail records of FreeSWITCH or FusionPBX (CSV, JSON)";

    ImportSetting IRecordImporter.TimeZone => ImportSetting.Optional;

    bool IRecordImporter.Recognizes(RecordFile file)
    {
        if (file.IsFolder)
            return file.EntryNames.Any(IsRecordFile);
        if (file.IsJson)
            return IsJsonCdr(file);
        List<string> fields = [];
        return SwitchColumns.FromHeader(file.FirstLine) is not null
            || (CsvFields.TrySplit(file.FirstLine, ',', true, fields) && SwitchColumns.Find(fields) is not null);
    }

    IAsyncEnumerable<EventRecord> IRecordImporter.ReadAsync(
        RecordFile file,
        FileImportOptions options,
        CancellationToken cancellationToken
    )
    {
        FreeSwitchImportOptions own = new()
        {
            TimeZone = options.TimeZone,
            OwnLines = options.OwnLines,
            LineScope = options.LineScope,
        };
        return Parse(file, new SwitchRecord(own), cancellationToken);
    }

    /// <summary>Reads the records of a file, folder or zip archive.</summary>
    /// <param name="path">The path. The file is opened when the first record is requested.</param>
    /// <param name="options">
    /// The options: the time zone of the telephone system, and which lines are the org's own.
    /// </param>
    /// <param name="cancellationToken">Cancels reading.</param>
    /// <exception cref="CallIntelException">
    /// <c>CI0023</c>: the file cannot be read. <c>CI0024</c>: an option is missing or invalid. <c>CI0170</c>: the
    /// cursor belongs to another file.
    /// </exception>
    public static IAsyncEnumerable<EventRecord> ReadAsync(
        string path,
        FreeSwitchImportOptions options,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(options);
        SwitchRecord record = new(options);
        return FileImport.ReadAsync(
            path,
            options.After,
            (file, token) => Parse(file, record, token),
            cancellationToken
        );
    }

    /// <summary>Reads the records of a stream.</summary>
    /// <param name="stream">
    /// The stream, at its beginning. It need not be seekable, except for a zip archive, and it stays open.
    /// </param>
    /// <param name="options">
    /// The options: the time zone of the telephone system, and which lines are the org's own.
    /// </param>
    /// <param name="cancellationToken">Cancels reading.</param>
    /// <exception cref="CallIntelException">
    /// <c>CI0023</c>: the stream cannot be read. <c>CI0024</c>: an option is missing or invalid. <c>CI0170</c>: the
    /// cursor belongs to another file.
    /// </exception>
    public static IAsyncEnumerable<EventRecord> ReadAsync(
        Stream stream,
        FreeSwitchImportOptions options,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(options);
        SwitchRecord record = new(options);
        return FileImport.ReadAsync(
            stream,
            "",
            options.After,
            (file, token) => Parse(file, record, token),
            cancellationToken
        );
    }

    static IAsyncEnumerable<EventRecord> Parse(
        RecordFile file,
        SwitchRecord record,
        CancellationToken cancellationToken
    )
    {
        if (file.IsFolder)
            return ParseFolderAsync(file, record, cancellationToken);
        if (file.IsJson)
            return ParseJsonAsync(file, record, cancellationToken);
        SwitchColumns? header = SwitchColumns.FromHeader(file.FirstLine);
        if (record.Zone is null && header is not { HasEpoch: true })
            throw MappingFile.Invalid(
                "The CSV file of FreeSWITCH contains local times, and the option TimeZone is missing.",
                "Set TimeZone (--time-zone) to the time zone of the telephone system, for example Europe/Copenhagen."
            );
        return ParseCsvAsync(file, record, cancellationToken);
    }

    static async IAsyncEnumerable<EventRecord> ParseFolderAsync(
        RecordFile folder,
        SwitchRecord record,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        int number = 0;
        foreach (string name in folder.EntryNames.Where(IsRecordFile))
        {
            number++;
            await using Stream stream = folder.OpenEntry(name);
            await using RecordFile file = await RecordFile
                .OpenAsync(stream, cancellationToken: cancellationToken)
                .ConfigureAwait(false);
            await foreach (EventRecord read in ParseJsonAsync(file, record, cancellationToken).ConfigureAwait(false))
                yield return read with
                {
                    Place = string.Create(CultureInfo.InvariantCulture, $"file {number}, {read.Place}"),
                };
        }
    }

    static async IAsyncEnumerable<EventRecord> ParseJsonAsync(
        RecordFile file,
        SwitchRecord record,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        await foreach (JsonRecord read in JsonRecord.ReadAsync(file, [], cancellationToken).ConfigureAwait(false))
            yield return read.ToRecord(json => Map(json, record));
    }

    static EventRecord Map(JsonElement json, SwitchRecord record)
    {
        JsonElement variables = json.Find("variables");
        if (variables.ValueKind is not JsonValueKind.Object)
            return SwitchRecord.Unreadable(RejectReason.Malformed, "variables: expected an object");
        JsonElement profile = json.List("callflow").FirstOrDefault().Find("caller_profile");
        return record.Map(
            name =>
                name switch
                {
                    // the direction as seen from the switch: the second leg of a call is outbound
                    "leg_direction" => Value(json.Find("channel_data"), "direction") ?? Value(variables, "direction"),
                    "originator" => Value(variables, "originator"),
                    "context" => Value(profile, "context") ?? Value(variables, "user_context"),
                    _ => Value(variables, name) ?? Value(profile, name),
                },
            Value(variables, "call_direction"),
            null
        );
    }

    /// <summary>
    /// The value without the URL encoding that mod_json_cdr writes by default; null if it is missing or empty.
    /// </summary>
    static string? Value(JsonElement element, string name) =>
        element.Text(name) is { Length: > 0 } text ? Uri.UnescapeDataString(text) : null;

    static async IAsyncEnumerable<EventRecord> ParseCsvAsync(
        RecordFile file,
        SwitchRecord record,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        // FreeSWITCH writes one record per line, and a stray quote must not hide the calls after it
        RecordReader reader = new(file.Content, quotedBetween: null);
        RepeatedLines repeated = new();
        List<string> fields = [];
        SwitchColumns? header = null;
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            if (reader.Record.IsEmpty)
                continue;
            bool isText = Utf8.IsValid(reader.Record.Span);
            string text = (isText ? Encoding.UTF8 : Encoding.Latin1).GetString(reader.Record.Span);
            if (isText && !reader.IsTooLong && SwitchColumns.FromHeader(text) is { } named)
            {
                header = named;
                continue;
            }
            string identity = repeated.IdentityOf(reader.Record.Span);
            fields.Clear();
            yield return Read() with
            {
                Raw = text,
                Place = string.Create(CultureInfo.InvariantCulture, $"line {reader.Line}"),
            };

            EventRecord Read()
            {
                if (reader.IsTooLong || !isText)
                    return reader.IsTooLong
                        ? SwitchRecord.Unreadable(RejectReason.TextTooLong, "the record is longer than 4 MiB")
                        : SwitchRecord.Unreadable(RejectReason.WrongEncoding, "the text is not UTF-8");
                SwitchColumns? columns = CsvFields.TrySplit(text, header?.Delimiter ?? ',', true, fields)
                    ? header ?? SwitchColumns.Find(fields)
                    : null;
                return columns is null || !columns.Fits(fields)
                    ? SwitchRecord.Unreadable(
                        RejectReason.Malformed,
                        "columns: expected those of the header, or of the template that FreeSWITCH is shipped with"
                    )
                    : record.Map(name => columns.At(fields, name), columns.At(fields, "direction"), identity);
            }
        }
    }

    static bool IsRecordFile(string name) => name.EndsWith(FileEnd, StringComparison.OrdinalIgnoreCase);

    static bool IsJsonCdr(RecordFile file) =>
        file.HasProperty("variables")
        && file.HasProperty("hangup_cause")
        && (file.HasProperty("core-uuid") || file.HasProperty("channel_data") || file.HasProperty("callflow"));
}
