using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Unicode;
using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion.Importers.Files;

namespace CallIntel.Sdk.Ingestion.Importers.Mapping;

/// <summary>Reads the records of a file by a mapping.</summary>
static class MappedRecords
{
    internal static IAsyncEnumerable<EventRecord> ReadAsync(
        RecordFile file,
        RecordMapper mapper,
        RecordFormat format,
        CancellationToken cancellationToken
    ) => ReadAsync(file, format.Open(file), mapper, format, cancellationToken);

    static async IAsyncEnumerable<EventRecord> ReadAsync(
        RecordFile file,
        RecordSource reader,
        RecordMapper mapper,
        RecordFormat format,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        RepeatedLines? repeated = mapper.LineIsIdentity ? new() : null;
        string?[] values = new string?[mapper.Fields.Count];
        long number = 0;
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            if (reader.Record.IsEmpty && !reader.IsBroken)
                continue;
            bool isText = Utf8.IsValid(reader.Record.Span);
            // bytes that are not UTF-8 are kept as one character each
            string text = (isText ? Encoding.UTF8 : Encoding.Latin1).GetString(reader.Record.Span);
            if (isText && !reader.IsTooLong && format.TakeHeader(text))
                continue;
            number++;
            // repeated lines before the cursor count as well
            string? identity = reader.IsTooLong ? null : repeated?.IdentityOf(reader.Record.Span);
            if (number <= file.ResumeAfter)
                file.PassedOver++;
            else
            {
                Array.Clear(values);
                ReadFault? fault = FaultOf(reader, isText) ?? format.Read(text, values);
                string place = reader.Place;
                if (fault is { } unreadable)
                    yield return unreadable.ToRecord(text, place);
                else if (mapper.Map(values, text, identity, number, place, format.CommaCanGroup) is { } record)
                    yield return record;
                else
                {
                    file.PassedOver++;
                    file.Skipped++;
                }
            }
            if (reader is { IsOpen: true, Lines: > 1 })
                throw new CallIntelException(
                    ErrorCodes.UnreadableFile,
                    $"A quote in the record at line {reader.Line} is never closed. It hides the lines after it.",
                    "Close the quote, or set \"quoting\" to false in the mapping if the file does not use quotes."
                );
        }
    }

    static ReadFault? FaultOf(RecordSource reader, bool isText) =>
        reader.IsTooLong ? new(RejectReason.TextTooLong, "the record is longer than 4 MiB")
        : !isText ? new(RejectReason.WrongEncoding, "the text is not UTF-8")
        : reader.IsOpen ? new(RejectReason.Malformed, "a quote is never closed")
        : reader.IsBroken ? new(RejectReason.Malformed, "expected a JSON object")
        : null;
}
