using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion.Importers.Files;
using CallIntel.Sdk.Ingestion.Importers.Mapping;
using CallIntel.Sdk.Ingestion.Importers.Twilio;

namespace CallIntel.Sdk.Ingestion.Importers;

/// <summary>Reads Twilio's bulk exports of messages and calls: one JSON object per line.</summary>
/// <remarks>
/// Specification: https://www.twilio.com/docs/usage/bulkexport/day. The external id is the SID of the record. The time
/// of a message is its creation time, and the time of a call is its start time. A later export of a record updates its
/// status, price and duration. Reads in constant memory.
/// </remarks>
public sealed partial class TwilioImporter : IRecordImporter
{
    string IRecordImporter.Format => "twilio";

    string IRecordImporter.Description => "Twilio bulk export of messages or calls";

    bool IRecordImporter.Recognizes(RecordFile file) => file.IsJson && Sid().IsMatch(file.BeginningText);

    IAsyncEnumerable<EventRecord> IRecordImporter.ReadAsync(
        RecordFile file,
        FileImportOptions options,
        CancellationToken cancellationToken
    ) => ParseAsync(file, options, options.OwnLines, cancellationToken);

    /// <summary>Reads the records of a file, which holds the records of one day.</summary>
    /// <param name="path">The path. The file is opened when the first record is requested.</param>
    /// <param name="options">The options.</param>
    /// <param name="cancellationToken">Cancels reading.</param>
    /// <exception cref="CallIntelException">
    /// <c>CI0023</c>: the file cannot be read. <c>CI0024</c>: an option is invalid. <c>CI0170</c>: the cursor belongs to another file.
    /// </exception>
    public static IAsyncEnumerable<EventRecord> ReadAsync(
        string path,
        TwilioImportOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        options ??= new();
        return FileImport.ReadAsync(
            path,
            options.After,
            (file, token) => ParseAsync(file, options, options.OwnLines, token),
            cancellationToken
        );
    }

    /// <summary>Reads the records of a stream.</summary>
    /// <param name="stream">The stream, at its beginning. It need not be seekable, and it stays open.</param>
    /// <param name="options">The options.</param>
    /// <param name="cancellationToken">Cancels reading.</param>
    /// <exception cref="CallIntelException">
    /// <c>CI0023</c>: the stream cannot be read. <c>CI0024</c>: an option is invalid. <c>CI0170</c>: the cursor belongs to another file.
    /// </exception>
    public static IAsyncEnumerable<EventRecord> ReadAsync(
        Stream stream,
        TwilioImportOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        options ??= new();
        return FileImport.ReadAsync(
            stream,
            "",
            options.After,
            (file, token) => ParseAsync(file, options, options.OwnLines, token),
            cancellationToken
        );
    }

    static async IAsyncEnumerable<EventRecord> ParseAsync(
        RecordFile file,
        ImportOptions options,
        string? ownLines,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        Regex? own = ownLines is null ? null : MappingFile.Rule("OwnLines", ownLines);
        await foreach (JsonLine line in JsonLine.ReadAsync(file.Content, cancellationToken).ConfigureAwait(false))
        {
            string place = string.Create(CultureInfo.InvariantCulture, $"line {line.Line}");
            yield return line.Reason is { } reason
                ? EventRecord.Unreadable(reason, line.Raw) with
                {
                    Place = place,
                }
                : line.Object.ToRecord(line.Raw, place, record => TwilioRecord.Map(record, options, own));
        }
    }

    [GeneratedRegex("\"sid\"\\s*:\\s*\"(SM|MM|CA)[0-9a-fA-F]", RegexOptions.CultureInvariant)]
    private static partial Regex Sid();
}
