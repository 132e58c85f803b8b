using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion.Importers.Files;
using CallIntel.Sdk.Ingestion.Importers.RingCentral;

namespace CallIntel.Sdk.Ingestion.Importers;

/// <summary>
/// Reads RingCentral call logs: pages of the call log or of its synchronization, arrays of records, or one record per
/// line.
/// </summary>
/// <remarks>
/// Specification: https://developers.ringcentral.com/api-reference/Call-Log/readUserCallLog and .../syncUserCallLog.
/// The external id is the id of the record, and the legs of a call are parties of one event. A record with a later
/// <c>lastModifiedTime</c> updates the event, and a record with <c>deleted</c> deletes it. Reads in constant memory.
/// </remarks>
public sealed class RingCentralImporter : IRecordImporter
{
    const int MaxRecordBytes = RecordReader.MaxRecordBytes;

    string IRecordImporter.Format => "ringcentral";

    string IRecordImporter.Description => "RingCentral call log, pages or synchronization";

    bool IRecordImporter.Recognizes(RecordFile file) =>
        file.IsJson
        && (
            (
                file.HasProperty("startTime")
                && file.HasProperty("direction")
                && (
                    file.HasProperty("sessionId")
                    || file.HasProperty("telephonySessionId")
                    || file.HasProperty("records")
                )
            ) || (file.HasProperty("syncInfo") && file.HasProperty("records"))
        );

    IAsyncEnumerable<EventRecord> IRecordImporter.ReadAsync(
        RecordFile file,
        FileImportOptions options,
        CancellationToken cancellationToken
    ) => ParseAsync(file.Content, new RingCentralImportOptions { LineScope = options.LineScope }, cancellationToken);

    /// <summary>Reads the records of a file.</summary>
    /// <param name="path">The path. The file is opened when the first record is requested.</param>
    /// <param name="options">The options. By default, the cursor is a place in the file.</param>
    /// <param name="cancellationToken">Cancels reading.</param>
    /// <exception cref="CallIntelException">
    /// <c>CI0023</c>: the file cannot be read. <c>CI0170</c>: the cursor belongs to another file.
    /// </exception>
    public static IAsyncEnumerable<EventRecord> ReadAsync(
        string path,
        RingCentralImportOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        options ??= new();
        return FileImport.ReadAsync(
            path,
            options.After,
            (file, token) => ParseAsync(file.Content, options, token),
            cancellationToken
        );
    }

    /// <summary>Reads the records of a stream, for example of the body of a response.</summary>
    /// <param name="stream">The stream, at its beginning. It need not be seekable, and it stays open.</param>
    /// <param name="options">The options. By default, the cursor is a place in the file.</param>
    /// <param name="cancellationToken">Cancels reading.</param>
    /// <exception cref="CallIntelException">
    /// <c>CI0023</c>: the stream cannot be read. <c>CI0170</c>: the cursor belongs to another file.
    /// </exception>
    public static IAsyncEnumerable<EventRecord> ReadAsync(
        Stream stream,
        RingCentralImportOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        options ??= new();
        return FileImport.ReadAsync(
            stream,
            "",
            options.After,
            (file, token) => ParseAsync(file.Content, options, token),
            cancellationToken
        );
    }

    static async IAsyncEnumerable<EventRecord> ParseAsync(
        Stream stream,
        RingCentralImportOptions options,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        JsonScanner scanner = new(stream, ["records"], MaxRecordBytes);
        EventRecord? held = null; // the last record of a page gets the token of the page as its cursor
        for (
            JsonScanner.Found found;
            (found = await scanner.ReadAsync(cancellationToken).ConfigureAwait(false))
                is not JsonScanner.Found.EndOfFile;

        )
        {
            string? token =
                found is JsonScanner.Found.Page && options.SyncTokenIsCursor ? TokenOf(scanner.Bytes) : null;
            if (held is not null)
                yield return token is null ? held : held with { Cursor = token };
            held = found is JsonScanner.Found.Page ? null : Map(found, scanner, options);
            if (held is not null && options.SyncTokenIsCursor)
                held = held with { Cursor = "" };
        }
        if (held is not null)
            yield return held;
    }

    static EventRecord Map(JsonScanner.Found found, JsonScanner scanner, RingCentralImportOptions options)
    {
        string place = string.Create(CultureInfo.InvariantCulture, $"byte {scanner.Offset}");
        bool isText = Utf8.IsValid(scanner.Bytes.Span);
        string raw = (isText ? Encoding.UTF8 : Encoding.Latin1).GetString(scanner.Bytes.Span);
        using JsonDocument? document =
            found is JsonScanner.Found.Object && isText ? JsonLine.TryParse(scanner.Bytes) : null;
        RejectReason? reason =
            document is not null ? null
            : found is JsonScanner.Found.TooLong ? RejectReason.TextTooLong
            : isText ? RejectReason.Malformed
            : RejectReason.WrongEncoding;
        return new JsonRecord(document?.RootElement ?? default, reason, raw, place).ToRecord(record =>
            RingCentralRecord.Map(record, options)
        );
    }

    static string? TokenOf(ReadOnlyMemory<byte> page)
    {
        using JsonDocument? document = JsonLine.TryParse(page);
        return document?.RootElement.Find("syncInfo").Text("syncToken");
    }
}
