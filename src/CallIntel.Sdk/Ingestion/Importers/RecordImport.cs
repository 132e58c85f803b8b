using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Unicode;
using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Events;

namespace CallIntel.Sdk.Ingestion.Importers;

/// <summary>The way of a record from the file to an event, the same for every format.</summary>
/// <remarks>The cursor names the file and the record, as <see cref="FileCursor"/> has it. Resuming reads over the records before it, so that repeated lines count as they did.</remarks>
sealed class RecordImport(
    RecordMapper mapper,
    Func<RecordFormat> createFormat,
    Func<Stream> open,
    bool closes,
    string? after
)
{
    internal async IAsyncEnumerable<EventRecord> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        RecordFormat format = createFormat();
        RepeatedLines? repeated = mapper.LineIsIdentity ? new() : null;
        string?[] values = new string?[mapper.Fields.Count];
        Stream file = open();
        try
        {
            PeekedStream stream = await FileImport.UnwrapAsync(file, cancellationToken).ConfigureAwait(false);
            string prefix = FileCursor.PrefixOf(stream.Beginning.Span);
            long resumeAfter = FileCursor.Resume(after, stream.Beginning.Span);
            RecordReader reader = new(stream, format.QuotedBetween);
            long number = 0;
            while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                if (reader.Record.IsEmpty)
                    continue;
                bool isText = Utf8.IsValid(reader.Record.Span);
                // bytes that are no UTF-8 are kept one character each, as a reader of old code pages would show them
                string text = (isText ? Encoding.UTF8 : Encoding.Latin1).GetString(reader.Record.Span);
                if (isText && !reader.IsTooLong && format.TakeHeader(text))
                    continue;
                number++;
                string? identity = reader.IsTooLong ? null : repeated?.IdentityOf(reader.Record.Span);
                if (number > resumeAfter)
                {
                    Array.Clear(values);
                    RejectReason? reason =
                        reader.IsTooLong ? RejectReason.TextTooLong
                        : !isText ? RejectReason.WrongEncoding
                        : reader.IsOpen ? RejectReason.Malformed
                        : format.Read(text, values);
                    string cursor = FileCursor.At(prefix, number);
                    string place = string.Create(CultureInfo.InvariantCulture, $"line {reader.Line}");
                    if (reason is { } unreadable)
                        yield return EventRecord.Unreadable(unreadable, text, cursor) with
                        {
                            Place = place,
                        };
                    else if (mapper.Map(values, text, identity, number, cursor) is { } record)
                        yield return record with
                        {
                            Place = place,
                        };
                }
                if (reader is { IsOpen: true, Lines: > 1 })
                    throw new CallIntelException(
                        ErrorCodes.UnreadableFile,
                        $"A quote that opens in the record of line {reader.Line} is never closed: the lines after it cannot be told apart.",
                        "Close it, or set \"quoting\" to false if the file does not quote."
                    );
            }
        }
        finally
        {
            if (closes)
                await file.DisposeAsync().ConfigureAwait(false);
        }
    }
}
