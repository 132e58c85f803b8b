using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Unicode;
using CallIntel.Sdk.Events;

namespace CallIntel.Sdk.Ingestion.Importers.Asterisk;

/// <summary>Reads call detail records that Asterisk and FreePBX write as CSV: Master.csv of <c>cdr_csv</c>, or the sample layout of <c>cdr_custom</c>.</summary>
/// <remarks>
/// Source: https://docs.asterisk.org/Configuration/Reporting/Call-Detail-Records-CDR/. There is no header; the optional columns at the end
/// (<c>uniqueid</c>, <c>userfield</c>, and <c>peeraccount</c>, <c>linkedid</c>, <c>sequence</c>) are told by their number. A call that rang in several
/// places is several records that share a conversation id. Constant memory.
/// </remarks>
public static class AsteriskCdr
{
    /// <summary>Reads a file.</summary>
    /// <param name="path">The file; opened when the first record is asked for.</param>
    /// <param name="options">The zone of its times, and which lines are the org's own.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="CallIntelException"><c>CI0023</c> the file cannot be read, <c>CI0024</c> the options are wrong, <c>CI0170</c> the cursor is of another file.</exception>
    public static IAsyncEnumerable<EventRecord> ReadAsync(
        string path,
        AsteriskOptions options,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(options);
        CdrRecord record = new(options);
        return FileImport.ReadAsync(
            path,
            options,
            (stream, token) => ParseAsync(stream, record, token),
            cancellationToken
        );
    }

    /// <summary>Reads a stream.</summary>
    /// <param name="stream">The stream, at its beginning; need not seek, and stays open.</param>
    /// <param name="options">The zone of its times, and which lines are the org's own.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="CallIntelException"><c>CI0023</c> the stream cannot be read, <c>CI0024</c> the options are wrong, <c>CI0170</c> the cursor is of another file.</exception>
    public static IAsyncEnumerable<EventRecord> ReadAsync(
        Stream stream,
        AsteriskOptions options,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(options);
        CdrRecord record = new(options);
        return FileImport.ReadAsync(
            stream,
            options,
            (file, token) => ParseAsync(file, record, token),
            cancellationToken
        );
    }

    static async IAsyncEnumerable<EventRecord> ParseAsync(
        Stream stream,
        CdrRecord record,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        // quotes are not followed over line ends: Asterisk writes a record a line, and a stray quote must not swallow the calls after it
        RecordReader reader = new(stream, quotedBetween: null);
        RepeatedLines repeated = new();
        List<string> fields = [];
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            if (reader.Record.IsEmpty)
                continue;
            string place = string.Create(CultureInfo.InvariantCulture, $"line {reader.Line}");
            bool isText = Utf8.IsValid(reader.Record.Span);
            string text = (isText ? Encoding.UTF8 : Encoding.Latin1).GetString(reader.Record.Span);
            string identity = repeated.IdentityOf(reader.Record.Span);
            fields.Clear();
            if (reader.IsTooLong || !isText)
                yield return EventRecord.Unreadable(
                    reader.IsTooLong ? RejectReason.TextTooLong : RejectReason.WrongEncoding,
                    text
                ) with
                {
                    Place = place,
                };
            else if (!CsvFields.TrySplit(text, ',', true, fields))
                yield return EventRecord.Unreadable(RejectReason.Malformed, text) with
                {
                    Place = place,
                };
            else
                yield return record.Map(fields, identity) with
                {
                    Raw = text,
                    Place = place,
                };
        }
    }
}
