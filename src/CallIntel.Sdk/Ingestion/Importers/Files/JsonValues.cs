using System.Globalization;
using System.Text.Json;
using CallIntel.Sdk.Events;

namespace CallIntel.Sdk.Ingestion.Importers.Files;

/// <summary>
/// Reads values of a provider's JSON object, which can be missing, null or of another type than documented.
/// </summary>
static class JsonValues
{
    /// <summary>
    /// The text of a string, number or Boolean property. Null if the property is missing or of another type, or if the
    /// element is not an object.
    /// </summary>
    /// <exception cref="InvalidOperationException">The text contains an escaped half of a surrogate pair.</exception>
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

    /// <summary>The elements of an array property. Empty if the property is missing or not an array.</summary>
    internal static IEnumerable<JsonElement> List(this JsonElement element, string name) =>
        element.Find(name) is { ValueKind: JsonValueKind.Array } array ? array.EnumerateArray() : [];

    /// <summary>
    /// The texts of an array, such as the recipients of a message, separated by semicolons. Null if the element is not
    /// an array of strings and numbers.
    /// </summary>
    internal static string? JoinedTexts(this JsonElement element) =>
        element.ValueKind is JsonValueKind.Array
        && element.EnumerateArray().All(item => item.ValueKind is JsonValueKind.String or JsonValueKind.Number)
            ? string.Join(';', element.EnumerateArray().Select(item => item.ToString()))
            : null;

    internal static bool IsTrue(this JsonElement element, string name) =>
        element.Find(name).ValueKind is JsonValueKind.True
        || string.Equals(element.Text(name), "true", StringComparison.OrdinalIgnoreCase);

    internal static decimal? Number(this JsonElement element, string name) =>
        decimal.TryParse(element.Text(name), NumberStyles.Float, CultureInfo.InvariantCulture, out decimal value)
            ? value
            : null;

    /// <summary>
    /// A number of seconds. Null if the property is missing or not a number; values out of range are left to
    /// validation.
    /// </summary>
    internal static TimeSpan? Seconds(this JsonElement element, string name) =>
        element.Number(name) is { } seconds
            ? TimeSpan.FromTicks((long)(Math.Clamp(seconds, -1, 1e9m) * TimeSpan.TicksPerSecond))
            : null;

    /// <summary>
    /// A time in ISO 8601 or RFC 5322, in UTC unless it has an offset, or a number of seconds or milliseconds since
    /// 1970. Null if the property is missing or not a time.
    /// </summary>
    internal static DateTimeOffset? Time(this JsonElement element, string name) => element.Time(name, out _);

    /// <inheritdoc cref="Time(JsonElement, string)"/>
    internal static DateTimeOffset? Time(this JsonElement element, string name, out TimeBasis basis)
    {
        basis = TimeBasis.Stated;
        return element.Find(name) is { ValueKind: JsonValueKind.Number } number ? Epoch(number)
            : element.Text(name) is { Length: > 0 } text
            && TimeText.TryRead(text, null, out DateTimeOffset time, out basis)
                ? time
            : null;
    }

    static DateTimeOffset? Epoch(JsonElement number) =>
        number.TryGetDecimal(out decimal value) && value is > 0 and < 100_000_000_000_000
            ? DateTimeOffset.UnixEpoch.AddTicks(
                (long)(value / (value < 100_000_000_000 ? 1 : 1000) * TimeSpan.TicksPerSecond)
            )
            : null;

    /// <summary>
    /// Converts an object to a record with its raw text and place. The record is unreadable if a string in the object
    /// is not valid text.
    /// </summary>
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
            record = EventRecord.Unreadable(RejectReason.WrongEncoding, raw) with
            {
                RejectDetail = "a string contains half of a surrogate pair",
            };
        }
        return record with { Raw = raw, Place = place };
    }
}
