using System.Globalization;
using System.Text;
using CallIntel.Sdk.Events;

namespace CallIntel.Sdk.Tests.Importers.Fuzzing;

/// <summary>A format as records one after the other, and what stands before, between and after them.</summary>
/// <param name="Name">Of the format.</param>
/// <param name="Before">The beginning of a file.</param>
/// <param name="Between">What stands between two records.</param>
/// <param name="After">The end of a file.</param>
/// <param name="PlaceIsLine">Whether a place is a line; otherwise it is a byte.</param>
/// <param name="Read">The importer.</param>
/// <param name="Samples">Sound records.</param>
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

    /// <summary>A file of some records, of which some are damaged.</summary>
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
            // the first bytes of a file tell whether it is packed, or encoded in something else
            if (bytes.Count == 0 && damaged is [0x1F or > 0x7F, ..])
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

    internal byte[] Sound(params IEnumerable<RecordSample> samples) =>
        [
            .. Encoding.UTF8.GetBytes(Before),
            .. samples.SelectMany((sample, i) => Encoding.UTF8.GetBytes(i > 0 ? Between : "").Concat(sample.Sound)),
            .. Encoding.UTF8.GetBytes(After),
        ];
}

/// <summary>A file, and what must be read from it.</summary>
readonly record struct FramedFile(byte[] Bytes, IReadOnlyList<FramedFile.Record> Records)
{
    /// <param name="Place">Where it begins.</param>
    /// <param name="Sound">The sample, if it is undamaged.</param>
    internal readonly record struct Record(string Place, RecordSample? Sound);
}
