using System.Globalization;
using System.Text.Json;
using CallIntel.Sdk.Events;

namespace CallIntel.Sdk.Ingestion.Importers;

/// <summary>Values of a provider's JSON object, which may be missing, null or of another type than documented.</summary>
static class JsonValues
{
    /// <summary>The text of a property, or of a number or truth value as it is written; null if there is none, or the object is none.</summary>
    /// <exception cref="InvalidOperationException">Half of a surrogate pair, escaped.</exception>
    internal static string? Text(this JsonElement element, string name) =>
        element.Find(name) switch
        {
            { ValueKind: JsonValueKind.String } text => text.GetString(),
            { ValueKind: JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False } other =>
                other.GetRawText(),
            _ => null,
        };

    internal static JsonElement Find(this JsonElement element, string name) =>
        element.ValueKind is JsonValueKind.Object && element.TryGetProperty(name, out JsonElement value)
            ? value
            : default;

    /// <summary>The elements of an array; nothing if there is none.</summary>
    internal static IEnumerable<JsonElement> List(this JsonElement element, string name) =>
        element.Find(name) is { ValueKind: JsonValueKind.Array } array ? array.EnumerateArray() : [];

    internal static bool IsTrue(this JsonElement element, string name) =>
        element.Find(name).ValueKind is JsonValueKind.True
        || string.Equals(element.Text(name), "true", StringComparison.OrdinalIgnoreCase);

    internal static decimal? Number(this JsonElement element, string name) =>
        decimal.TryParse(element.Text(name), NumberStyles.Float, CultureInfo.InvariantCulture, out decimal value)
            ? value
            : null;

    /// <summary>Null if the property is missing or no length of time; negative and absurd ones are left to validation.</summary>
    internal static TimeSpan? Seconds(this JsonElement element, string name) =>
        element.Number(name) is { } seconds
            ? TimeSpan.FromTicks((long)(Math.Clamp(seconds, -1, 1e9m) * TimeSpan.TicksPerSecond))
            : null;

    /// <summary>ISO 8601 or RFC 2822, in UTC unless it names an offset; the default if it is neither or missing.</summary>
    internal static DateTimeOffset? Time(this JsonElement element, string name) =>
        element.Text(name) is { Length: > 0 } text
        && DateTimeOffset.TryParse(
            text,
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal,
            out DateTimeOffset time
        )
            ? time
            : null;

    /// <summary>Makes a record of an object and gives it its raw text and place; it is unreadable where a string in it is no text.</summary>
    internal static EventRecord ToRecord(
        this JsonElement element,
        string raw,
        string place,
        Func<JsonElement, EventRecord> map
    )
    {
        EventRecord record;
        try
        {
            record = map(element);
        }
        catch (InvalidOperationException)
        {
            record = EventRecord.Unreadable(RejectReason.WrongEncoding, raw);
        }
        return record with { Raw = raw, Place = place };
    }
}
