using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.Data.Sqlite;

namespace CallIntel.Sdk.Importers.Sqlite;

/// <summary>One row of a query. SQLite does not enforce the types of columns: each value can be of any type.</summary>
sealed class PhoneRow
{
    readonly Dictionary<string, object?> _values = new(StringComparer.OrdinalIgnoreCase);

    internal static PhoneRow From(SqliteDataReader reader)
    {
        PhoneRow row = new();
        for (int i = 0; i < reader.FieldCount; i++)
            row._values[reader.GetName(i)] = reader.IsDBNull(i) ? null : reader.GetValue(i);
        return row;
    }

    /// <summary>The text of a value; null if the column is missing or empty. Bytes are read as UTF-8.</summary>
    internal string? Text(string column) =>
        _values.GetValueOrDefault(column) switch
        {
            string { Length: > 0 } text => text,
            byte[] { Length: > 0 } bytes => Encoding.UTF8.GetString(bytes),
            long number => number.ToString(CultureInfo.InvariantCulture),
            double number => number.ToString(CultureInfo.InvariantCulture),
            _ => null,
        };

    internal byte[]? Bytes(string column) => _values.GetValueOrDefault(column) as byte[];

    /// <summary>A number; null if the column is missing, empty or not a number.</summary>
    internal decimal? Number(string column) =>
        decimal.TryParse(Text(column), NumberStyles.Float, CultureInfo.InvariantCulture, out decimal number)
            ? number
            : null;

    internal bool IsTrue(string column) => Number(column) is { } number && number != 0;

    /// <summary>A time since 2001: in seconds, or in nanoseconds since iOS 11. Null if it is not a time.</summary>
    internal DateTimeOffset? Time(string column)
    {
        // zero stands for no time
        if (Number(column) is not { } value || value == 0 || Math.Abs(value) > 9e18m)
            return null;
        decimal seconds = Math.Abs(value) >= 100_000_000_000m ? value / 1_000_000_000 : value;
        decimal ticks = seconds * TimeSpan.TicksPerSecond;
        DateTimeOffset epoch = new(2001, 1, 1, 0, 0, 0, TimeSpan.Zero);
        return ticks > DateTimeOffset.MaxValue.Ticks - epoch.Ticks || ticks < -epoch.Ticks
            ? null
            : epoch.AddTicks((long)ticks);
    }

    /// <summary>The row as a JSON object, with bytes in base64.</summary>
    internal string ToJson()
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter writer = new(stream))
        {
            writer.WriteStartObject();
            foreach ((string name, object? value) in _values)
                switch (value)
                {
                    case long number:
                        writer.WriteNumber(name, number);
                        break;
                    case double number when double.IsFinite(number):
                        writer.WriteNumber(name, number);
                        break;
                    case byte[] bytes:
                        writer.WriteBase64String(name, bytes);
                        break;
                    case null:
                        writer.WriteNull(name);
                        break;
                    default:
                        writer.WriteString(name, Convert.ToString(value, CultureInfo.InvariantCulture));
                        break;
                }
            writer.WriteEndObject();
        }
        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
