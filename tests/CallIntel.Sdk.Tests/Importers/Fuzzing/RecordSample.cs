using System.Text;
using System.Text.RegularExpressions;

namespace CallIntel.Sdk.Tests.Importers.Fuzzing;

/// <summary>An undamaged record of a format. It can be damaged in ways that keep it one record.</summary>
sealed class RecordSample
{
    readonly (int Start, int Length)[] _slots;
    readonly byte[][] _values;
    readonly bool _isLine;

    RecordSample(string text, string slots, byte[][] values, bool isLine)
    {
        (Sound, _values, _isLine) = (Encoding.UTF8.GetBytes(text), values, isLine);
        // one character per byte, so that the indexes are those of the bytes
        _slots =
        [
            .. Regex
                .Matches(Encoding.Latin1.GetString(Sound), slots)
                .Select(match => match.Groups.Values.Last(group => group.Success))
                .Select(group => (group.Index, group.Length)),
        ];
    }

    internal byte[] Sound { get; }

    /// <summary>Damages the fields between commas. Quotes are not inserted if they could hide a line end.</summary>
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

    /// <summary>Damages strings, numbers and names of properties; also other bytes, if each line is a record.</summary>
    internal static RecordSample Json(string text, bool isLine) =>
        new(
            text,
            """\x22(?:[^\x22\\]|\\.)*\x22|(?<=[:,\[ ])-?[0-9][-+.eE0-9]*|true|false|null""",
            BadValues.Json,
            isLine
        );

    /// <summary>Damages values and names of attributes, and text between tags.</summary>
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
            // from the last to the first, so that the indexes of the others stay valid
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
        // an empty line is not a record
        return bytes.All(b => b is (byte)' ' or (byte)'\r') ? [(byte)'x'] : [.. bytes];
    }
}
