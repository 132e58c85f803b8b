using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using CallIntel.Sdk.Events;

namespace CallIntel.Sdk.Ingestion.Importers.RingCentral;

/// <summary>Reads RingCentral call logs: pages of the call log or of its synchronisation, arrays of records, or a record a line.</summary>
/// <remarks>
/// Source: https://developers.ringcentral.com/api-reference/Call-Log/readUserCallLog and .../syncUserCallLog. The id is the record's; its legs are
/// parties of the one event. A record that comes again with a later <c>lastModifiedTime</c> brings it up to date, one marked <c>deleted</c> removes it.
/// Constant memory.
/// </remarks>
public static class RingCentralCallLog
{
    const int MaxRecordBytes = RecordReader.MaxRecordBytes;

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file; opened when the first record is asked for.</param>
    /// <param name="options">What the cursor is, and whose lines they are. Default: a place in the file, nobody's.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="CallIntelException"><c>CI0023</c> the file cannot be read, <c>CI0170</c> the cursor is of another file.</exception>
    public static IAsyncEnumerable<EventRecord> ReadAsync(
        string path,
        RingCentralOptions? options = null,
        CancellationToken cancellationToken = default
    ) =>
        FileImport.ReadAsync(
            path,
            options ??= new(),
            (stream, token) => ParseAsync(stream, options, token),
            cancellationToken
        );

    /// <summary>Reads a stream, for example the body of an answer.</summary>
    /// <param name="stream">The stream, at its beginning; need not seek, and stays open.</param>
    /// <param name="options">What the cursor is, and whose lines they are. Default: a place in the file, nobody's.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="CallIntelException"><c>CI0023</c> the stream cannot be read, <c>CI0170</c> the cursor is of another file.</exception>
    public static IAsyncEnumerable<EventRecord> ReadAsync(
        Stream stream,
        RingCentralOptions? options = null,
        CancellationToken cancellationToken = default
    ) =>
        FileImport.ReadAsync(
            stream,
            options ??= new(),
            (file, token) => ParseAsync(file, options, token),
            cancellationToken
        );

    static async IAsyncEnumerable<EventRecord> ParseAsync(
        Stream stream,
        RingCentralOptions options,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        JsonScanner scanner = new(stream, "records", MaxRecordBytes);
        EventRecord? held = null; // the last of a page takes the page's token along
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

    static EventRecord Map(JsonScanner.Found found, JsonScanner scanner, RingCentralOptions options)
    {
        string place = string.Create(CultureInfo.InvariantCulture, $"byte {scanner.Offset}");
        bool isText = Utf8.IsValid(scanner.Bytes.Span);
        string raw = (isText ? Encoding.UTF8 : Encoding.Latin1).GetString(scanner.Bytes.Span);
        using JsonDocument? document =
            found is JsonScanner.Found.Object && isText ? JsonLine.TryParse(scanner.Bytes) : null;
        return document is not null
            ? document.RootElement.ToRecord(raw, place, record => RingCentralRecord.Map(record, options))
            : EventRecord.Unreadable(
                found is JsonScanner.Found.TooLong ? RejectReason.TextTooLong
                    : isText ? RejectReason.Malformed
                    : RejectReason.WrongEncoding,
                raw
            ) with
            {
                Place = place,
            };
    }

    static string? TokenOf(ReadOnlyMemory<byte> page)
    {
        using JsonDocument? document = JsonLine.TryParse(page);
        return document?.RootElement.Find("syncInfo").Text("syncToken");
    }
}
