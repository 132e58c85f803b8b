using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.Ingestion.Importers;

namespace CallIntel.Sdk.Tests.Importers;

/// <summary>Files of every format, damaged in ways that know the format: no crash, no hang, nothing without its place. CALLINTEL_LONG_TESTS=1 takes a million.</summary>
public sealed class FuzzUnitTests
{
    static readonly int Inputs = Environment.GetEnvironmentVariable("CALLINTEL_LONG_TESTS") == "1" ? 1_000_000 / 11 + 1 : 150;

    /// <summary>What means something in one of the formats, or nothing in any.</summary>
    static readonly byte[][] Pieces =
    [
        .. new[]
        {
            "<", ">", "/>", "\"", "'", "&", "&#55357;", "&#0;", "&#x110000;", "&bomb;", "<!--", "-->", "<!DOCTYPE x [", "<![CDATA[", "]]>", "<sms ", "<mms>", "</mms>", "<part data=\"AA", "<q>", "<br>",
            "{", "}", "[", "]", ",", ":", "\\", "\\ud83d", "null", "\"records\":[", "\"sid\":", "\"parties\":", "1e999", "-1", "99999999999999999999", "\n", "\r\n", "\t", "\0", "date=\"0\"", "=",
        }.Select(Encoding.UTF8.GetBytes),
        [0xFF, 0xFE], [0xEF, 0xBB, 0xBF], [0xC3], [0xF0, 0x9F], [0xED, 0xA0, 0xBD], [0x1F, 0x8B],
    ];

    [Theory]
    [MemberData(nameof(GoldenUnitTests.Files), MemberType = typeof(GoldenUnitTests))]
    public async Task A_damaged_file_is_read_to_its_end_or_refused(string file, ImportFormat format)
    {
        byte[] sound = await GoldenUnitTests.BytesAsync(file);
        int first = Environment.GetEnvironmentVariable("CALLINTEL_LONG_TESTS") == "1" ? RandomNumberGenerator.GetInt32(1 << 30) : 1;
        TestContext.Current.TestOutputHelper?.WriteLine($"{file}: seeds {first} to {first + Inputs - 1}");
        using RecordIdentity identity = new(IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, new byte[32]));
        RecordValidator validator = new(new IngestSource("fuzz", DefaultRegion: "DK"), new DateTimeOffset(2026, 6, 1, 0, 0, 0, TimeSpan.Zero)) { Identity = identity };
        for (int seed = first; seed < first + Inputs; seed++)
        {
            byte[] bytes = Damage(sound, new Random(seed));
            try
            {
                await foreach (EventRecord record in GoldenUnitTests.Read(format, new MemoryStream(bytes)))
                {
                    validator.TryStage(record, out _);
                    Assert.True(record.Place is not null && record.Cursor is not null, $"{file}, seed {seed}: a record without its place");
                }
            }
            catch (CallIntelException e) when (e.Code is ErrorCodes.UnreadableFile or ErrorCodes.EntitiesRefused or ErrorCodes.WrongFormat)
            {
            }
            catch (Exception e) when (e is not CallIntelException)
            {
                throw new InvalidOperationException($"{file}, seed {seed}", e);
            }
        }
    }

    [Theory]
    [MemberData(nameof(GoldenUnitTests.Files), MemberType = typeof(GoldenUnitTests))]
    public async Task An_archive_that_is_cut_off_is_refused_wherever_it_is_cut(string file, ImportFormat format)
    {
        using MemoryStream packed = new();
        using (GZipStream gzip = new(packed, CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write(await GoldenUnitTests.BytesAsync(file));
        byte[] whole = packed.ToArray();
        for (int length = 3; length < whole.Length; length += 1 + whole.Length / 40)
            Assert.Equal(ErrorCodes.UnreadableFile, (await Assert.ThrowsAsync<CallIntelException>(
                async () => await GoldenUnitTests.Read(format, new MemoryStream(whole[..length])).CountAsync(TestContext.Current.CancellationToken))).Code);
    }

    [Theory]
    [InlineData("<?xml version=\"1.0\"?><!DOCTYPE lolz [<!ENTITY lol \"lol\"><!ENTITY lol2 \"&lol;&lol;\">]><smses><sms body=\"&lol2;\"/></smses>")]
    [InlineData("<?xml version=\"1.0\"?><!DOCTYPE x [<!ENTITY xxe SYSTEM \"file:///etc/passwd\">]><smses><sms address=\"+4532123456\" date=\"1767600000000\" type=\"1\" body=\"&xxe;\"/></smses>")]
    public async Task Entities_are_refused(string xml)
    {
        Assert.Equal(ErrorCodes.EntitiesRefused, (await Assert.ThrowsAsync<CallIntelException>(
            async () => await GoldenUnitTests.Read(ImportFormat.AndroidBackup, Importing.Utf8(xml)).CountAsync(TestContext.Current.CancellationToken))).Code);
    }

    [Theory]
    [InlineData(ImportFormat.AndroidBackup, "<smses><sms address=\"+4532123456\" date=\"1767600000000\" type=\"1\" body=\"", "\" /><sms address=\"+4532123456\" date=\"1767600000001\" type=\"1\" body=\"ok\" /></smses>")]
    [InlineData(ImportFormat.TwilioBulkExport, "{\"sid\":\"SM0\",\"body\":\"", "\"}\n{\"sid\":\"SM1\",\"direction\":\"inbound\",\"from\":\"+4532123456\",\"body\":\"ok\",\"date_created\":\"2026-01-05T08:00:00Z\"}")]
    [InlineData(ImportFormat.RingCentralCallLog, "{\"records\":[{\"id\":\"1\",\"x\":\"", "\"},{\"id\":\"2\",\"direction\":\"Inbound\",\"startTime\":\"2026-01-05T08:00:00Z\"}]}")]
    [InlineData(ImportFormat.AsteriskCdr, "\"\",\"", "\"\n\"\",\"101\",\"102\",\"x\",\"\",\"a\",\"b\",\"Dial\",\"\",\"2026-01-05 12:10:00\",\"\",\"2026-01-05 12:10:09\",9,0,\"BUSY\",\"DOCUMENTATION\"")]
    public async Task A_record_of_a_gigabyte_is_rejected_in_constant_memory_and_the_next_one_is_read(ImportFormat format, string before, string after)
    {
        long gigabyte = Environment.GetEnvironmentVariable("CALLINTEL_LONG_TESTS") == "1" ? 1L << 30 : 64L << 20;
        // what these streams give is there at once, so all of it happens on this thread
        long memory = GC.GetAllocatedBytesForCurrentThread();
        List<EventRecord> records = await GoldenUnitTests.Read(format, new LongStream(before, gigabyte, after)).ToListAsync(TestContext.Current.CancellationToken);
        Assert.Equal([RejectReason.TextTooLong, null], records.Select(record => record.RejectReason));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - memory, 0, 60L << 20);
    }

    [Fact]
    public async Task A_picture_of_any_size_is_digested_in_constant_memory()
    {
        const string Before = "<smses><mms date=\"1767603600000\" msg_box=\"1\" address=\"+4532123456\"><parts><part ct=\"image/png\" cl=\"a.png\" data=\"", After = "\"/></parts></mms></smses>";
        // what these streams give is there at once, so all of it happens on this thread
        long memory = GC.GetAllocatedBytesForCurrentThread();
        EventRecord mms = Assert.Single(await GoldenUnitTests.Read(ImportFormat.AndroidBackup, new LongStream(Before, 64L << 20, After)).ToListAsync(TestContext.Current.CancellationToken));
        Assert.Equal(48L << 20, Assert.Single(mms.Parts).Size);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - memory, 0, 20L << 20);
    }

    static byte[] Damage(byte[] sound, Random random)
    {
        List<byte> bytes = [.. sound];
        for (int times = random.Next(1, 6); times > 0 && bytes.Count > 0; times--)
        {
            int at = random.Next(bytes.Count), length = Math.Min(bytes.Count - at, 1 << random.Next(9));
            switch (random.Next(6))
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes.RemoveRange(at, length);
                    break;
                case 2:
                    bytes.InsertRange(at, bytes.GetRange(at, length));
                    break;
                case 3:
                    bytes.RemoveRange(at, bytes.Count - at);
                    break;
                default:
                    bytes.InsertRange(at, Pieces[random.Next(Pieces.Length)]);
                    break;
            }
        }
        return [.. bytes];
    }
}
