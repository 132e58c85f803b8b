using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using CallIntel.Sdk.Events;

namespace CallIntel.Sdk.Ingestion.Importers.Files;

/// <summary>One object of a JSON file, or the reason why it could not be read.</summary>
/// <param name="Object">The object; undefined if there is a reason.</param>
/// <param name="Reason">The reason why the object could not be read, or null.</param>
/// <param name="Raw">The text of the object. Bytes that are not UTF-8 are kept as one character each.</param>
/// <param name="Place">The place of the object in the file, for example <c>line 12</c>.</param>
readonly record struct JsonRecord(JsonElement Object, RejectReason? Reason, string Raw, string Place)
{
    /// <summary>What is wrong with an object that could not be read.</summary>
    internal static string FaultOf(RejectReason reason) =>
        reason switch
        {
            RejectReason.TextTooLong => "the record is too long",
            RejectReason.WrongEncoding => "the text is not UTF-8",
            _ => "expected a JSON object",
        };

    /// <summary>The unreadable record, if there is a reason; otherwise the converted object.</summary>
    internal EventRecord ToRecord(Func<JsonElement, EventRecord> map) =>
        Reason is { } reason
            ? EventRecord.Unreadable(reason, Raw) with
            {
                Place = Place,
                RejectDetail = FaultOf(reason),
            }
            : Object.ToRecord(Raw, Place, map);

    /// <summary>
    /// Reads the objects of a file: one per line, an array, pages with a list of objects, or objects in sequence,
    /// pretty-printed or not. An object is valid until the next one is requested.
    /// </summary>
    /// <param name="file">The file.</param>
    /// <param name="lists">
    /// The paths of the lists of a page, for example <c>messages</c> or <c>data.calls</c>.
    /// </param>
    /// <param name="cancellationToken">Cancels reading.</param>
    internal static IAsyncEnumerable<JsonRecord> ReadAsync(
        RecordFile file,
        IReadOnlyCollection<string> lists,
        CancellationToken cancellationToken
    ) => ReadAsync(JsonLayout.Find(file, lists).Open(file.Content), cancellationToken);

    static async IAsyncEnumerable<JsonRecord> ReadAsync(
        RecordSource source,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        while (await source.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            if (!source.IsBroken && source.Record.Span.Trim((byte)' ').IsEmpty)
                continue;
            bool isText = Utf8.IsValid(source.Record.Span);
            string raw = (isText ? Encoding.UTF8 : Encoding.Latin1).GetString(source.Record.Span);
            RejectReason? reason =
                source.IsTooLong ? RejectReason.TextTooLong
                : !isText ? RejectReason.WrongEncoding
                : source.IsBroken ? RejectReason.Malformed
                : null;
            using JsonDocument? document = reason is null ? JsonLine.TryParse(source.Record) : null;
            reason ??= document?.RootElement.ValueKind is JsonValueKind.Object ? null : RejectReason.Malformed;
            yield return new JsonRecord(reason is null ? document!.RootElement : default, reason, raw, source.Place);
        }
    }
}
