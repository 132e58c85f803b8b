using System.Globalization;
using System.IO.Compression;
using System.Text;
using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion.Importers;
using CallIntel.Sdk.Ingestion.Importers.Android;
using CallIntel.Sdk.Ingestion.Importers.Files;
using CallIntel.Sdk.Tests.Importers.Fuzzing;

namespace CallIntel.Sdk.Tests.Importers;

/// <summary>
/// Damaged files of every format: no crash, no hang, bounded memory, and every record with its place.
/// </summary>
/// <remarks><see cref="FuzzRun"/> describes the number of inputs and the seeds.</remarks>
public sealed partial class FuzzUnitTests
{
    public static TheoryData<string> Mapped => ["csv", "json lines"];

    public static TheoryData<string> Formats => [.. FramedFormat.All.Select(format => format.Name)];

    [Theory]
    [MemberData(nameof(GoldenUnitTests.Files), MemberType = typeof(GoldenUnitTests))]
    public async Task A_damaged_file_is_read_to_its_end_or_refused(string file, string format)
    {
        byte[] sound = await GoldenUnitTests.BytesAsync(file);
        await FuzzRun.RunAsync(file, (run, random) =>
            TryDamagedAsync(run, sound, stream => GoldenUnitTests.Read(format, stream), random)
        );
    }

    [Theory]
    [MemberData(nameof(Mapped))]
    public async Task A_damaged_file_with_a_mapping_is_read_to_its_end_or_refused(string kind)
    {
        FramedFormat format = FramedFormat.All.Single(format => format.Name == "mapped " + kind);
        byte[] sound = format.Sound(format.Samples);
        await FuzzRun.RunAsync(kind, (run, random) => TryDamagedAsync(run, sound, format.Read, random));
    }

    /// <summary>
    /// Each record is accepted or rejected with its own place, and damage to one record does not affect the others.
    /// </summary>
    [Theory]
    [MemberData(nameof(Formats))]
    public async Task Every_record_of_a_file_is_returned_or_rejected_with_its_place(string name)
    {
        FramedFormat format = FramedFormat.All.Single(format => format.Name == name);
        Dictionary<RecordSample, string> alone = [];
        foreach (RecordSample sample in format.Samples)
            alone[sample] = Facts(
                Assert.Single(
                    await format
                        .Read(new MemoryStream(format.Sound(sample)))
                        .ToListAsync(TestContext.Current.CancellationToken)
                )
            );

        await FuzzRun.RunAsync("records of " + name, async (run, random) =>
        {
            FramedFile file = format.Compose(random);
            List<EventRecord> records;
            try
            {
                records = await format
                    .Read(random.Next(8) == 0 ? Pack(file.Bytes) : new MemoryStream(file.Bytes))
                    // an analysis that names no dialog of its vCon is reported beside the dialogs
                    .Where(record => !record.Place!.Contains(", analysis ", StringComparison.Ordinal))
                    .ToListAsync();
            }
            catch (CallIntelException e)
                when (e.Code == ErrorCodes.WrongFormat && file.Records.All(record => record.Sound is null))
            {
                // Nothing in the file shows its format any more, so it is refused as a whole.
                return;
            }
            if (file.Records.All(record => record.Sound is null) && records.Count > 0)
            {
                // Nothing shows where records end, so a damaged one can be rejected in parts.
                foreach (EventRecord record in records)
                    run.Judge(record);
                return;
            }
            Assert.True(
                file.Records.Count == records.Count,
                $"{file.Records.Count} records were written and {records.Count} read:\n"
                    + $"{Encoding.Latin1.GetString(file.Bytes)}\n"
                    + string.Join('\n', records.Select(record => $"{record.Place}: {Facts(record)}"))
            );
            for (int i = 0; i < records.Count; i++)
            {
                run.Judge(records[i]);
                Assert.Contains(Decoded(file.Records[i].Place, file.Bytes), records[i].Place!.Split(", "));
                if (file.Records[i].Sound is { } sound)
                    Assert.True(
                        alone[sound] == Facts(records[i]),
                        $"{records[i].Place} is undamaged, and was read as {Facts(records[i])}:\n"
                            + Encoding.Latin1.GetString(file.Bytes)
                    );
            }
        });
    }

    [Theory]
    [MemberData(nameof(GoldenUnitTests.Files), MemberType = typeof(GoldenUnitTests))]
    public async Task A_truncated_gzip_file_is_refused_wherever_it_is_truncated(string file, string format)
    {
        using MemoryStream packed = new();
        using (GZipStream gzip = new(packed, CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write(await GoldenUnitTests.BytesAsync(file));
        byte[] whole = packed.ToArray();
        for (int length = 3; length < whole.Length; length += 1 + whole.Length / 40)
            Assert.Equal(
                ErrorCodes.UnreadableFile,
                (
                    await Assert.ThrowsAsync<CallIntelException>(async () =>
                        await GoldenUnitTests
                            .Read(format, new MemoryStream(whole[..length]))
                            .CountAsync(TestContext.Current.CancellationToken)
                    )
                ).Code
            );
    }

    [Theory]
    [InlineData(
        "<?xml version=\"1.0\"?><!DOCTYPE lolz [<!ENTITY lol \"lol\"><!ENTITY lol2 \"&lol;&lol;\">]>"
            + "<smses><sms body=\"&lol2;\"/></smses>"
    )]
    [InlineData(
        "<?xml version=\"1.0\"?><!DOCTYPE x [<!ENTITY xxe SYSTEM \"file:///etc/passwd\">]><smses>"
            + "<sms address=\"+4532123456\" date=\"1767600000000\" type=\"1\" body=\"&xxe;\"/></smses>"
    )]
    public async Task Entities_are_refused(string xml)
    {
        Assert.Equal(
            ErrorCodes.EntitiesRefused,
            (
                await Assert.ThrowsAsync<CallIntelException>(async () =>
                    await GoldenUnitTests
                        .Read("android", Importing.Utf8(xml))
                        .CountAsync(TestContext.Current.CancellationToken)
                )
            ).Code
        );
    }

    static async ValueTask TryDamagedAsync(
        FuzzRun run,
        byte[] sound,
        Func<Stream, IAsyncEnumerable<EventRecord>> read,
        Random random
    )
    {
        try
        {
            await foreach (EventRecord record in read(new MemoryStream(Damage.Anywhere(sound, random))))
            {
                run.Judge(record);
                Assert.True(record.Place is not null && record.Cursor is not null, "a record without its place");
            }
        }
        catch (CallIntelException e)
            when (e.Code
                    is ErrorCodes.UnreadableFile
                        or ErrorCodes.EntitiesRefused
                        or ErrorCodes.WrongFormat
                        or ErrorCodes.InvalidMapping
            )
        {
            run.CountRefused();
        }
    }

    /// <summary>The place in the text that a file is decoded to: damage can turn UTF-8 into Windows-1252.</summary>
    static string Decoded(string place, byte[] file) =>
        EightBitStream.IsUtf8(file, isEnd: true) is true || !place.StartsWith("byte ", StringComparison.Ordinal)
            ? place
            : $"byte {file.Take(int.Parse(place.AsSpan(5), CultureInfo.InvariantCulture)).Sum(
                b => b < 0x80 ? 1 : Encoding.UTF8.GetByteCount([EightBitStream.CharacterOf(b)])
            )}";

    static string Facts(EventRecord r) =>
        $"{r.RejectReason} {r.OccurredAt:O} {r.Channel} {r.Direction} {r.Outcome} {r.Party} "
        + $"{r.Duration} {r.ExternalId} {r.Body} {r.Transcript} {r.Summary} {r.Change} {r.Parts.Count}";

    static MemoryStream Pack(byte[] bytes)
    {
        MemoryStream packed = new();
        using (GZipStream gzip = new(packed, CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write(bytes);
        packed.Position = 0;
        return packed;
    }
}
