using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion.Importers.Files;
using CallIntel.Sdk.Ingestion.Importers.Mapping;
using CallIntel.Sdk.Ingestion.Importers.Twilio;

namespace CallIntel.Sdk.Ingestion.Importers;

/// <summary>
/// Reads messages and calls of Twilio: bulk exports with one JSON object per line, pages and arrays as the API returns
/// them, and the JSON output of the command-line tool.
/// </summary>
/// <remarks>
/// Specifications: https://www.twilio.com/docs/usage/bulkexport/day and
/// https://www.twilio.com/docs/voice/api/call-resource. The external id is the SID of the record. The time of a message
/// is its creation time. The time of a call is its start time, or its creation time until it starts; it is the same
/// event (<see cref="EventRecord.TimeMayChange"/>). A later export of a record updates its status, price and duration.
/// Reads in constant memory.
/// </remarks>
public sealed partial class TwilioImporter : IRecordImporter
{
    /// <summary>The lists of a page of the API.</summary>
    static readonly string[] Lists = ["messages", "calls"];

    string IRecordImporter.Format => "twilio";

    string IRecordImporter.Description => "Twilio messages or calls: bulk export, pages of the API";

    bool IRecordImporter.Recognizes(RecordFile file) =>
        file.IsJson && Sid().IsMatch(file.BeginningText) && Field().IsMatch(file.BeginningText);

    IAsyncEnumerable<EventRecord> IRecordImporter.ReadAsync(
        RecordFile file,
        FileImportOptions options,
        CancellationToken cancellationToken
    ) => ParseAsync(file, options, options.OwnLines, cancellationToken);

    /// <summary>Reads the records of a file.</summary>
    /// <param name="path">The path. The file is opened when the first record is requested.</param>
    /// <param name="options">The options.</param>
    /// <param name="cancellationToken">Cancels reading.</param>
    /// <exception cref="CallIntelException">
    /// <c>CI0023</c>: the file cannot be read. <c>CI0024</c>: an option is invalid. <c>CI0170</c>: the cursor belongs
    /// to another file.
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
    /// <c>CI0023</c>: the stream cannot be read. <c>CI0024</c>: an option is invalid. <c>CI0170</c>: the cursor belongs
    /// to another file.
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
        await foreach (JsonRecord read in JsonRecord.ReadAsync(file, Lists, cancellationToken).ConfigureAwait(false))
            yield return read.ToRecord(record => TwilioRecord.Map(record, options, own));
    }

    [GeneratedRegex("\"sid\"\\s*:\\s*\"(SM|MM|CA)[0-9a-fA-F]", RegexOptions.CultureInvariant)]
    private static partial Regex Sid();

    /// <summary>A field of Twilio's own: products that use Twilio also write its SIDs.</summary>
    [GeneratedRegex(
        "\"(account_?sid|date_?(created|updated|sent)|start_?time|num_?media|price_?unit)\"\\s*:",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase
    )]
    private static partial Regex Field();
}
