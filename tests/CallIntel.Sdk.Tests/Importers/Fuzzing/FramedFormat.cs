using System.Globalization;
using System.Text;
using System.Text.Json;
using CallIntel.Sdk.Events;

namespace CallIntel.Sdk.Tests.Importers.Fuzzing;

/// <summary>A format as a sequence of records, with the text before, between and after them.</summary>
/// <param name="Name">The name of the format.</param>
/// <param name="Before">The beginning of a file.</param>
/// <param name="Between">The text between two records.</param>
/// <param name="After">The end of a file.</param>
/// <param name="PlaceIsLine">Whether a place is the number of a line. Otherwise it is the position of a byte.</param>
/// <param name="Read">Reads a file of the format.</param>
/// <param name="Samples">Undamaged records.</param>
sealed partial record FramedFormat(
    string Name,
    string Before,
    string Between,
    string After,
    bool PlaceIsLine,
    Func<Stream, IAsyncEnumerable<EventRecord>> Read,
    params RecordSample[] Samples
)
{
    public override string ToString() => Name;

    /// <summary>Creates a file with random records, some of them damaged.</summary>
    internal FramedFile Compose(Random random)
    {
        List<byte> bytes = [.. Encoding.UTF8.GetBytes(Before)];
        List<FramedFile.Record> records = [];
        for (int count = random.Next(1, 7); records.Count < count; )
        {
            if (records.Count > 0)
                bytes.AddRange(Encoding.UTF8.GetBytes(Between));
            RecordSample sample = Samples[random.Next(Samples.Length)];
            byte[]? damaged = sample.CanBeDamaged && random.Next(2) == 0 ? sample.Damaged(random) : null;
            // the first bytes of a file show whether it is compressed, has another encoding, or is JSON or markup
            if (
                bytes.Count == 0
                && damaged is [var first, ..]
                && (
                    first is 0x1F or > 0x7F
                    || ((IsSyntax(first) || IsSyntax(sample.Sound[0])) && first != sample.Sound[0])
                )
            )
                damaged = null;
            // a record that is repeated as a whole is two records, and so is a JSON value with something behind it
            if (damaged is not null && (damaged.AsSpan().StartsWith(sample.Sound) || IsMoreThanOneValue(damaged)))
                damaged = null;
            byte[] record = damaged ?? sample.Sound;
            long place = PlaceIsLine ? 1 + bytes.Count(b => b == (byte)'\n') : bytes.Count;
            records.Add(
                new(
                    string.Create(CultureInfo.InvariantCulture, $"{(PlaceIsLine ? "line" : "byte")} {place}"),
                    damaged is null ? sample : null
                )
            );
            bytes.AddRange(record);
        }
        bytes.AddRange(Encoding.UTF8.GetBytes(After));
        return new FramedFile([.. bytes], records);
    }

    static bool IsMoreThanOneValue(ReadOnlySpan<byte> record)
    {
        if (record is not [(byte)'{' or (byte)'[', ..])
            return false;
        try
        {
            Utf8JsonReader reader = new(record, isFinalBlock: false, state: default);
            return reader.Read() && reader.TrySkip() && reader.BytesConsumed < record.TrimEnd("\r\n "u8).Length;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    static bool IsSyntax(byte b) => b is (byte)'{' or (byte)'[' or (byte)'<';

    internal byte[] Sound(params IEnumerable<RecordSample> samples) =>
        [
            .. Encoding.UTF8.GetBytes(Before),
            .. samples.SelectMany((sample, i) => Encoding.UTF8.GetBytes(i > 0 ? Between : "").Concat(sample.Sound)),
            .. Encoding.UTF8.GetBytes(After),
        ];
}

/// <summary>A file and the records in it.</summary>
readonly record struct FramedFile(byte[] Bytes, IReadOnlyList<FramedFile.Record> Records)
{
    /// <param name="Place">The place of the record in the file.</param>
    /// <param name="Sound">The sample, if the record is undamaged.</param>
    internal readonly record struct Record(string Place, RecordSample? Sound);
}
