using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Unicode;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion.Importers.Asterisk;
using CallIntel.Sdk.Ingestion.Importers.Files;

namespace CallIntel.Sdk.Ingestion.Importers;

/// <summary>
/// Reads call detail records of Asterisk and FreePBX: the <c>Master.csv</c> that <c>cdr_csv</c> writes, the sample
/// layout of <c>cdr_custom</c>, and files with a header, for example from the CDR reports of FreePBX.
/// </summary>
/// <remarks>
/// Specification: https://docs.asterisk.org/Configuration/Reporting/Call-Detail-Records-CDR/. A header can name the
/// columns in any order. Without one, the kinds of the values show the layout, and the number of columns shows which of
/// the optional columns at the end there are (<c>uniqueid</c>, <c>userfield</c>, and <c>peeraccount</c>,
/// <c>linkedid</c>, <c>sequence</c>). A call that rang in several places has several records with the same conversation
/// id. Reads in constant memory.
/// </remarks>
public sealed class AsteriskImporter : IRecordImporter
{
    string IRecordImporter.Format => "asterisk";

    string IRecordImporter.Description => "call detail records of Asterisk or FreePBX (Master.csv, CDR reports)";

    ImportSetting IRecordImporter.TimeZone => ImportSetting.Required;

    bool IRecordImporter.Recognizes(RecordFile file)
    {
        List<string> fields = [];
        return CdrLayout.FromHeader(file.FirstLine) is not null
            || (CsvFields.TrySplit(file.FirstLine, ',', true, fields) && CdrLayout.Find(fields) is not null);
    }

    IAsyncEnumerable<EventRecord> IRecordImporter.ReadAsync(
        RecordFile file,
        FileImportOptions options,
        CancellationToken cancellationToken
    )
    {
        AsteriskImportOptions own = new() { TimeZone = options.TimeZone!, LineScope = options.LineScope };
        own.OwnLines = options.OwnLines ?? own.OwnLines;
        return ParseAsync(file.Content, new CdrRecord(own), cancellationToken);
    }

    /// <summary>Reads the records of a file.</summary>
    /// <param name="path">The path. The file is opened when the first record is requested.</param>
    /// <param name="options">
    /// The options: the time zone of the telephone system, and which lines are the org's own.
    /// </param>
    /// <param name="cancellationToken">Cancels reading.</param>
    /// <exception cref="CallIntelException">
    /// <c>CI0023</c>: the file cannot be read. <c>CI0024</c>: an option is invalid. <c>CI0170</c>: the cursor belongs
    /// to another file.
    /// </exception>
    public static IAsyncEnumerable<EventRecord> ReadAsync(
        string path,
        AsteriskImportOptions options,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(options);
        CdrRecord record = new(options);
        return FileImport.ReadAsync(
            path,
            options.After,
            (file, token) => ParseAsync(file.Content, record, token),
            cancellationToken
        );
    }

    /// <summary>Reads the records of a stream.</summary>
    /// <param name="stream">The stream, at its beginning. It need not be seekable, and it stays open.</param>
    /// <param name="options">
    /// The options: the time zone of the telephone system, and which lines are the org's own.
    /// </param>
    /// <param name="cancellationToken">Cancels reading.</param>
    /// <exception cref="CallIntelException">
    /// <c>CI0023</c>: the stream cannot be read. <c>CI0024</c>: an option is invalid. <c>CI0170</c>: the cursor belongs
    /// to another file.
    /// </exception>
    public static IAsyncEnumerable<EventRecord> ReadAsync(
        Stream stream,
        AsteriskImportOptions options,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(options);
        CdrRecord record = new(options);
        return FileImport.ReadAsync(
            stream,
            "",
            options.After,
            (file, token) => ParseAsync(file.Content, record, token),
            cancellationToken
        );
    }

    static async IAsyncEnumerable<EventRecord> ParseAsync(
        Stream stream,
        CdrRecord record,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        // A quoted field does not span lines: Asterisk writes one record per line, and a stray quote must not hide the
        // calls after it.
        RecordReader reader = new(stream, quotedBetween: null);
        RepeatedLines repeated = new();
        List<string> fields = [];
        CdrLayout? header = null;
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            if (reader.Record.IsEmpty)
                continue;
            string place = string.Create(CultureInfo.InvariantCulture, $"line {reader.Line}");
            bool isText = Utf8.IsValid(reader.Record.Span);
            string text = (isText ? Encoding.UTF8 : Encoding.Latin1).GetString(reader.Record.Span);
            if (isText && !reader.IsTooLong && CdrLayout.FromHeader(text) is { } named)
            {
                header = named;
                continue;
            }
            string identity = repeated.IdentityOf(reader.Record.Span);
            fields.Clear();
            if (reader.IsTooLong || !isText)
                yield return EventRecord.Unreadable(
                    reader.IsTooLong ? RejectReason.TextTooLong : RejectReason.WrongEncoding,
                    text
                ) with
                {
                    Place = place,
                    RejectDetail = reader.IsTooLong ? "the record is longer than 4 MiB" : "the text is not UTF-8",
                };
            else if (!CsvFields.TrySplit(text, header?.Delimiter ?? ',', true, fields))
                yield return EventRecord.Unreadable(RejectReason.Malformed, text) with
                {
                    Place = place,
                    RejectDetail = "a quote is in the wrong place",
                };
            else
                yield return record.Map(
                    header is null ? CdrLayout.Find(fields) : header.FindByHeader(fields),
                    identity
                ) with
                {
                    Raw = text,
                    Place = place,
                };
        }
    }
}
