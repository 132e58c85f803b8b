using System.Globalization;
using System.Runtime.CompilerServices;
using CallIntel.Sdk.Events;

namespace CallIntel.Sdk.Ingestion.Importers.Twilio;

/// <summary>Reads Twilio's bulk exports of messages and calls: one JSON object a line, gzip or plain, in constant memory.</summary>
/// <remarks>
/// Source: https://www.twilio.com/docs/usage/bulkexport/day. The id is the record's sid. A message is of the moment it was created, a call of its
/// start. A later export of the same record brings its status, price and duration up to date.
/// </remarks>
public static class TwilioBulkExport
{
    /// <summary>Reads a file.</summary>
    /// <param name="path">The file of one day; opened when the first record is asked for.</param>
    /// <param name="options">Where to resume, and whose lines they are. Default: from the beginning, nobody's.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="CallIntelException"><c>CI0023</c> the file cannot be read, <c>CI0170</c> the cursor is of another file.</exception>
    public static IAsyncEnumerable<EventRecord> ReadAsync(
        string path,
        ImportOptions? options = null,
        CancellationToken cancellationToken = default
    ) =>
        FileImport.ReadAsync(
            path,
            options ??= new(),
            (stream, token) => ParseAsync(stream, options, token),
            cancellationToken
        );

    /// <summary>Reads a stream.</summary>
    /// <param name="stream">The stream, at its beginning; need not seek, and stays open.</param>
    /// <param name="options">Where to resume, and whose lines they are. Default: from the beginning, nobody's.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="CallIntelException"><c>CI0023</c> the stream cannot be read, <c>CI0170</c> the cursor is of another file.</exception>
    public static IAsyncEnumerable<EventRecord> ReadAsync(
        Stream stream,
        ImportOptions? options = null,
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
        ImportOptions options,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        await foreach (JsonLine line in JsonLine.ReadAsync(stream, cancellationToken).ConfigureAwait(false))
        {
            string place = string.Create(CultureInfo.InvariantCulture, $"line {line.Line}");
            yield return line.Reason is { } reason
                ? EventRecord.Unreadable(reason, line.Raw) with
                {
                    Place = place,
                }
                : line.Object.ToRecord(line.Raw, place, record => TwilioRecord.Map(record, options));
        }
    }
}
