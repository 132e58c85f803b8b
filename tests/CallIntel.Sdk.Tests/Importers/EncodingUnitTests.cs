using System.Text;
using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion.Importers;
using CallIntel.Sdk.Ingestion.Importers.Files;
using static CallIntel.Sdk.Tests.Importers.Importing;

namespace CallIntel.Sdk.Tests.Importers;

/// <summary>Encodings and line ends of text files.</summary>
public sealed class EncodingUnitTests
{
    const string File =
        "time,from,text\n2026-01-05T10:00:00Z,+4532123456,S\u00F8ren \u2013 5 \u20AC\n"
        + "2026-01-05T10:00:01Z,+4532123456,b\n";

    static byte[] Windows1252(string text) =>
        [
            .. text.Select(c =>
                c is '\u2013' ? (byte)0x96
                : c is '\u20AC' ? (byte)0x80
                : (byte)c
            ),
        ];

    public static TheoryData<string> Encodings =>
        ["utf-8", "utf-8 bom", "utf-16le", "utf-16le bom", "utf-16be", "utf-16be bom", "windows-1252"];

    static byte[] Encode(string text, string encoding) =>
        encoding switch
        {
            "utf-8" => Encoding.UTF8.GetBytes(text),
            "utf-8 bom" => [.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(text)],
            "utf-16le" => Encoding.Unicode.GetBytes(text),
            "utf-16le bom" => [.. Encoding.Unicode.Preamble, .. Encoding.Unicode.GetBytes(text)],
            "utf-16be" => Encoding.BigEndianUnicode.GetBytes(text),
            "utf-16be bom" => [.. Encoding.BigEndianUnicode.Preamble, .. Encoding.BigEndianUnicode.GetBytes(text)],
            _ => Windows1252(text),
        };

    [Theory]
    [MemberData(nameof(Encodings))]
    public async Task The_encoding_is_detected_and_cursors_stay_valid(string encoding)
    {
        byte[] bytes = Encode(File, encoding);
        List<EventRecord> records = await ReadAsync(new MemoryStream(bytes), Messages());

        Assert.Equal(["S\u00F8ren \u2013 5 \u20AC", "b"], records.Select(record => record.Body));
        Assert.Equal(["line 2", "line 3"], records.Select(record => record.Place));
        List<EventRecord> rest = await CsvImporter
            .ReadAsync(new MemoryStream(bytes), Messages(), records[0].Cursor, TestContext.Current.CancellationToken)
            .ToListAsync(TestContext.Current.CancellationToken);
        Assert.Equal(records[1..], rest);
    }

    [Theory]
    [MemberData(nameof(Encodings))]
    public async Task Old_Mac_line_ends_are_read(string encoding)
    {
        List<EventRecord> records = await ReadAsync(
            new MemoryStream(Encode(File.Replace('\n', '\r'), encoding)),
            Messages()
        );

        Assert.Equal(["S\u00F8ren \u2013 5 \u20AC", "b"], records.Select(record => record.Body));
    }

    [Theory]
    [MemberData(nameof(Encodings))]
    public async Task A_long_file_is_decoded_to_its_end(string encoding)
    {
        // the first character beyond ASCII comes after the beginning by which the format is detected
        string file =
            "time,from,text\n"
            + string.Concat(Enumerable.Repeat("2026-01-05T10:00:00Z,+4532123456,ascii only\n", 4000))
            + string.Concat(Enumerable.Repeat("2026-01-05T10:00:00Z,+4532123456,S\u00F8ren \u20AC\n", 9000));

        List<EventRecord> records = await ReadAsync(new MemoryStream(Encode(file, encoding)), Messages());

        Assert.Equal(13_000, records.Count);
        Assert.All(records, record => Assert.Null(record.RejectReason));
        Assert.Equal(9000, records.Count(record => record.Body == "S\u00F8ren \u20AC"));
    }

    [Fact]
    public async Task In_a_UTF_8_file_only_the_records_with_other_bytes_are_rejected()
    {
        byte[] file =
        [
            .. Encoding.UTF8.GetBytes("time,from,text\n2026-01-05T10:00:00Z,,S\u00F8ren\n"),
            .. Windows1252("2026-01-05T10:00:01Z,,s\u00F8d\n"),
            .. Encoding.UTF8.GetBytes("2026-01-05T10:00:02Z,,\u20AC\n"),
        ];

        List<EventRecord> records = await ReadAsync(new MemoryStream(file), Messages());

        Assert.Equal([null, RejectReason.WrongEncoding, null], records.Select(record => record.RejectReason));
        Assert.Equal("\u20AC", records[2].Body);
    }

    [Fact]
    public async Task Half_of_a_surrogate_pair_in_UTF_16_rejects_only_its_record()
    {
        byte[] file = Encoding.Unicode.GetBytes(
            "time,from,text\n2026-01-05T10:00:00Z,,\U0001F600\n2026-01-05T10:00:01Z,,#\n2026-01-05T10:00:02Z,,c\n"
        );
        int at = Encoding.Unicode.GetString(file).IndexOf('#', StringComparison.Ordinal) * 2;
        (file[at], file[at + 1]) = (0x3D, 0xD8);

        List<EventRecord> records = await ReadAsync(new MemoryStream(file), Messages());

        Assert.Equal([null, RejectReason.WrongEncoding, null], records.Select(record => record.RejectReason));
        Assert.Equal("\U0001F600", records[0].Body);
    }

    [Fact]
    public async Task UTF_32_is_refused()
    {
        CallIntelException refused = await Assert.ThrowsAsync<CallIntelException>(() =>
            ReadAsync(new MemoryStream([.. Encoding.UTF32.Preamble, .. Encoding.UTF32.GetBytes(File)]), Messages())
        );
        Assert.Equal(ErrorCodes.UnreadableFile, refused.Code);
    }

    [Theory]
    [InlineData("utf-16le bom", "utf-16")]
    [InlineData("utf-16be", "UTF-16")]
    [InlineData("windows-1252", "ISO-8859-1")]
    [InlineData("windows-1252", "windows-1252")]
    public async Task XML_is_read_in_the_same_encodings(string encoding, string declared)
    {
        string xml =
            $"<?xml version='1.0' encoding='{declared}'?><smses count=\"1\">"
            + "<sms address=\"+4532123456\" date=\"1767600000000\" type=\"1\" body=\"S\u00F8ren \u20AC\" /></smses>";

        EventRecord record = Assert.Single(
            await AndroidImporter
                .ReadAsync(
                    new MemoryStream(Encode(xml, encoding)),
                    cancellationToken: TestContext.Current.CancellationToken
                )
                .ToListAsync(TestContext.Current.CancellationToken)
        );

        Assert.Equal((null, "S\u00F8ren \u20AC"), (record.RejectReason, record.Body));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    public async Task Small_reads_give_the_same_text(int size)
    {
        foreach (string encoding in (string[])["utf-16le", "windows-1252", "utf-8"])
        {
            string text = string.Concat(Enumerable.Repeat("a\u00F8\u20ACb\n", 30_000));
            PeekedStream raw = await PeekedStream.ReadAsync(
                new MemoryStream(Encode(text, encoding)),
                1 << 16,
                TestContext.Current.CancellationToken
            );
            Stream decoded = TextEncoding.Decode(raw);
            using MemoryStream whole = new();
            byte[] buffer = new byte[size];
            while (
                await decoded.ReadAsync(buffer, TestContext.Current.CancellationToken) is > 0 and int count
                && whole.Length < 10_000
            )
                whole.Write(buffer, 0, count);
            string read = Encoding.UTF8.GetString(whole.ToArray(), 0, 9_001 - (9_001 % 8));
            Assert.StartsWith(read, text, StringComparison.Ordinal);
        }
    }
}
