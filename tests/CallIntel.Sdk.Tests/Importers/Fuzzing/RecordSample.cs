using System.Text;
using System.Text.RegularExpressions;

namespace CallIntel.Sdk.Tests.Importers.Fuzzing;

/// <summary>A sound record of a format, and how its inside can be damaged so that it stays one record: where it ends, the next one begins.</summary>
sealed class RecordSample
{
    readonly (int Start, int Length)[] _slots;
    readonly byte[][] _values;
    readonly bool _isLine;

    RecordSample(string text, string slots, byte[][] values, bool isLine)
    {
        (Sound, _values, _isLine) = (Encoding.UTF8.GetBytes(text), values, isLine);
        // one character a byte, so that the places are those in the bytes
        _slots =
        [
            .. Regex
                .Matches(Encoding.Latin1.GetString(Sound), slots)
                .Select(match => match.Groups.Values.Last(group => group.Success))
                .Select(group => (group.Index, group.Length)),
        ];
    }

    internal byte[] Sound { get; }

    /// <summary>Fields between commas; quotes are left alone where they may hide a line end.</summary>
    internal static RecordSample Csv(string text, bool quotes = true) =>
        new(
            text,
            "(?<=^|,)[^,]*",
            [
                .. BadValues.Texts.Where(value =>
                    Array.IndexOf(value, (byte)'\n') < 0 && (quotes || Array.IndexOf(value, (byte)'"') < 0)
                ),
            ],
            isLine: quotes
        );

    /// <summary>Strings, numbers and names of properties; other bytes, too, where each line is a record whatever stands on it.</summary>
    internal static RecordSample Json(string text, bool isLine) =>
        new(
            text,
            """\x22(?:[^\x22\\]|\\.)*\x22|(?<=[:,\[ ])-?[0-9][-+.eE0-9]*|true|false|null""",
            BadValues.Json,
            isLine
        );

    /// <summary>Values and names of attributes, and text between tags.</summary>
    internal static RecordSample Markup(string text) =>
        new(
            text,
            """(?<!class)="([^"]*)"|>([^<>]+)(?=<)|(?<== *"[^"]*" )[a-z_]+(?==)""",
            [.. BadValues.Texts.Where(value => !value.Any(b => b is (byte)'<' or (byte)'>' or (byte)'"'))],
            isLine: false
        );

    internal static RecordSample Unharmed(string text) => new(text, "(?!)", [], isLine: false);

    internal bool CanBeDamaged => _slots.Length > 0;

    internal byte[] Damaged(Random random)
    {
        List<byte> bytes =
            _isLine && random.Next(3) == 0
                ? [.. Damage.Anywhere(Sound, random).Where(b => b != (byte)'\n')]
                : [.. Sound];
        if (bytes.Count == Sound.Length)
            // from the last on, so that the places of those before stay right
            foreach (
                int slot in Enumerable
                    .Range(0, random.Next(1, 4))
                    .Select(_ => random.Next(_slots.Length))
                    .Distinct()
                    .OrderDescending()
            )
            {
                bytes.RemoveRange(_slots[slot].Start, _slots[slot].Length);
                bytes.InsertRange(_slots[slot].Start, _values[random.Next(_values.Length)]);
            }
        // an empty line is no record
        return bytes.All(b => b is (byte)' ' or (byte)'\r') ? [(byte)'x'] : [.. bytes];
    }
}
