using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using CallIntel.Sdk.Events;

namespace CallIntel.Sdk.Ingestion.Importers.Files;

/// <summary>One line of a JSON Lines file: an object, or the reason why it could not be read.</summary>
readonly record struct JsonLine(JsonElement Object, RejectReason? Reason, string Raw, long Line)
{
    /// <summary>Reads the lines of a stream. An object is valid until the next line is requested.</summary>
    internal static async IAsyncEnumerable<JsonLine> ReadAsync(
        Stream stream,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        RecordReader reader = new(stream, quotedBetween: null);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            if (reader.Record.Span.Trim((byte)' ').IsEmpty)
                continue;
            bool isText = Utf8.IsValid(reader.Record.Span);
            string raw = (isText ? Encoding.UTF8 : Encoding.Latin1).GetString(reader.Record.Span);
            RejectReason? reason =
                reader.IsTooLong ? RejectReason.TextTooLong
                : isText ? null
                : RejectReason.WrongEncoding;
            using JsonDocument? document = reason is null ? TryParse(reader.Record) : null;
            reason ??= document?.RootElement.ValueKind is JsonValueKind.Object ? null : RejectReason.Malformed;
            yield return new JsonLine(reason is null ? document!.RootElement : default, reason, raw, reader.Line);
        }
    }

    internal static JsonDocument? TryParse(ReadOnlyMemory<byte> json)
    {
        try
        {
            return JsonDocument.Parse(json);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
