using System.Text;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion.Importers;
using CallIntel.Sdk.Ingestion.Importers.Mapping;
using CallIntel.Sdk.Tests.Importers.Fuzzing;

namespace CallIntel.Sdk.Tests.Importers;

/// <summary>
/// Records that once stopped an import, were lost or affected other records. <see cref="FuzzUnitTests"/> found most of
/// them.
/// </summary>
public sealed class DamagedRecordUnitTests
{
    const string Sms = "<sms address=\"+4532123456\" date=\"1767600000001\" type=\"1\" body=\"ok\" />",
        Cdr = ",101,+4532123456,x,Bo,a,b,Dial,c,";

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("android", "<?xml encoding=?><smses>" + Sms + "</smses>", "CI0023")]
    [InlineData("android", "<?xml version='1.0' encoding='windows-1251'?><smses>" + Sms + "</smses>", "CI0023")]
    [InlineData("android", "<?xml version='1.0' encoding='UTF-8'?><smses>" + Sms + "</smses>", null)]
    public async Task XML_declarations_of_other_or_missing_encodings_are_refused(
        string format,
        string file,
        string? code
    )
    {
        Task<List<EventRecord>> read = ReadAsync(format, file);
        if (code is null)
            Assert.Null(Assert.Single(await read).RejectReason);
        else
            Assert.Equal(code, (await Assert.ThrowsAsync<CallIntelException>(() => read)).Code);
    }

    [Theory]
    [InlineData(
        "android",
        "<calls><call number=\"+4532123456\" duration=\"-9223372036854775808\" "
            + "date=\"1767600000000\" type=\"1\" /></calls>",
        RejectReason.Malformed
    )]
    [InlineData(
        "asterisk",
        Cdr + "2026-01-05 10:00:00,,2026-01-05 10:00:30,30,-9223372036854775808,ANSWERED,DOCUMENTATION",
        RejectReason.Malformed
    )]
    [InlineData(
        "android",
        "<smses><mms date=\"1767603600000\" x y=\"1\" msg_box=\"1\"><parts><part z=\"1\" !/></parts></mms></smses>",
        RejectReason.Malformed
    )]
    [InlineData(
        "vcon",
        "{\"uuid\":\"\\ud800\",\"parties\":[],\"dialog\":[{\"type\":\"text\",\"start\":\"2026-01-05T10:00:00Z\"}]}",
        RejectReason.WrongEncoding
    )]
    [InlineData(
        "vcon",
        "{\"\\ud800arties\":1,\"parties\":[],\"dialog\":[{\"type\":\"\\udc00\",\"start\":\"2026-01-05T10:00:00Z\"}]}",
        RejectReason.WrongEncoding
    )]
    [InlineData("vcon", "{\"parties\":[],\"dialog\":{\"type\":\"text\"}}", RejectReason.Malformed)]
    [InlineData("vcon", "{\"parties\":[]}", RejectReason.NotAnEvent)]
    [InlineData("vcon", "{\"parties\":[],\"dialog\":[]}", RejectReason.NotAnEvent)]
    public async Task A_damaged_record_is_one_rejected_record_with_its_place(
        string format,
        string file,
        RejectReason expected
    )
    {
        EventRecord record = Assert.Single(await ReadAsync(format, file));
        Assert.Equal(expected, record.RejectReason);
        Assert.NotNull(record.Place);
    }

    [Theory]
    [InlineData("0001-01-01 00:00:01")]
    [InlineData("9999-12-31 23:59:59")]
    public async Task Times_in_the_first_and_last_year_are_out_of_range_in_any_time_zone(string time)
    {
        await FuzzRun.RunAsync(
            "years",
            async (run, _) =>
            {
                Assert.Equal(
                    RejectReason.TimeOutOfRange,
                    run.Judge(Assert.Single(await ReadAsync("asterisk", $"{Cdr}{time},,,30,3,ANSWERED,DOCUMENTATION")))
                );
                string mapped = $"time,from,way,seconds,cost,text\n{time},+4532123456,in,1,,x\n";
                Assert.Equal(
                    RejectReason.TimeOutOfRange,
                    run.Judge(
                        Assert.Single(
                            await CsvImporter
                                .ReadAsync(
                                    Importing.Utf8(mapped),
                                    FramedFormat.Mapped(new CsvMapping(), quoting: true),
                                    Cancellation
                                )
                                .ToListAsync(Cancellation)
                        )
                    )
                );
            },
            inputs: 1
        );
    }

    [Fact]
    public async Task Bytes_that_are_not_text_are_kept_with_the_reason()
    {
        byte[] file = Encoding.Latin1.GetBytes(
            "{\"id\":\"1\",\"direction\":\"Inbound\",\"startTime\":\"2026-01-05T08:00:00Z\",\"result\":\"s\u00F8d\","
                + "\"x\":\"\u00C3\u00A9\"}" // x is UTF-8, so the file is not Windows-1252
        );
        EventRecord record = Assert.Single(
            await GoldenUnitTests.Read("ringcentral", new MemoryStream(file)).ToListAsync(Cancellation)
        );
        Assert.Equal(
            (RejectReason.WrongEncoding, true),
            (record.RejectReason, record.Raw!.Contains("s\u00F8d", StringComparison.Ordinal))
        );
    }

    [Fact]
    public async Task Elements_that_a_message_does_not_close_do_not_affect_the_next_message()
    {
        const string Time = "<abbr class=\"dt\" title=\"2026-01-05T08:00:00Z\">x</abbr>";
        List<EventRecord> records = await ReadAsync(
            "google-voice",
            $"<div class=\"message\">{Time}<a class=\"tel\" href=\"tel:+14155550100\"><q>never "
                + $"closed<div class=\"message\">{Time}<cite></cite><span>no name</span><q>second</q></div>"
        );

        Assert.Equal(2, records.Count);
        Assert.Equal("second", records[1].Body);
        Assert.NotEqual("+14155550100", records[1].Party);
    }

    static async Task<List<EventRecord>> ReadAsync(string format, string file) =>
        await GoldenUnitTests.Read(format, Importing.Utf8(file)).ToListAsync(Cancellation);
}
