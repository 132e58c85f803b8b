using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.Ingestion.Importers;
using CallIntel.Sdk.Ingestion.Importers.Mapping;
using static CallIntel.Sdk.Tests.Importers.Importing;

namespace CallIntel.Sdk.Tests.Importers;

/// <summary>Times that a file does not determine are read, and counted as a guess.</summary>
public sealed class GuessedTimeUnitTests
{
    const string Cdr =
        "calldate,src,dst,dcontext,channel,disposition,billsec,duration,uniqueid\n"
        + "2025-10-26 02:30:00,+4532123456,101,from-trunk,PJSIP/trunk-1,ANSWERED,5,9,{0}\n";

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("2025-10-26 02:30:00", "Europe/Berlin", TimeBasis.ClockChange)] // occurs twice
    [InlineData("2025-03-30 02:30:00", "Europe/Berlin", TimeBasis.ClockChange)] // does not occur
    [InlineData("2025-10-26 01:59:59", "Europe/Berlin", TimeBasis.Stated)]
    [InlineData("2025-10-26 03:00:00", "Europe/Berlin", TimeBasis.Stated)]
    [InlineData("2025-10-26 02:30:00", "Asia/Tokyo", TimeBasis.Stated)]
    [InlineData("2025-10-26 02:30:00+02:00", "Europe/Berlin", TimeBasis.Stated)]
    [InlineData("2025-10-26 02:30:00", null, TimeBasis.AssumedZone)]
    [InlineData("2025-10-26 02:30:00Z", null, TimeBasis.Stated)]
    [InlineData("Sun, 26 Oct 2025 02:30:00 +0000", null, TimeBasis.Stated)]
    public async Task A_local_time_is_a_guess_if_it_is_not_one_point_in_time(
        string time,
        string? timeZone,
        TimeBasis expected
    )
    {
        CsvMapping mapping = Messages();
        mapping.Delimiter = "|";
        mapping.Time = new() { Field = "time", TimeZone = timeZone };

        Assert.Equal(
            expected,
            Assert.Single(await Importing.ReadAsync($"time|from|text\n{time}|x|y\n", mapping)).TimeBasis
        );
    }

    [Theory]
    [InlineData("05.01.2026 10:00", "dd.MM.yyyy HH:mm", "Europe/Berlin", false, TimeBasis.Stated)]
    [InlineData("05.01.2026 10:00", "dd.MM.yyyy HH:mm", null, false, TimeBasis.AssumedZone)]
    [InlineData("05.01.2026 10:00", "dd.MM.yyyy HH:mm", "Europe/Berlin", true, TimeBasis.AssumedOrder)]
    [InlineData("26.10.2025 02:30", "dd.MM.yyyy HH:mm", "Europe/Berlin", false, TimeBasis.ClockChange)]
    [InlineData("26.10.2025 02:30 GMT", "dd.MM.yyyy HH:mm 'GMT'", null, false, TimeBasis.Stated)]
    [InlineData("26.10.2025 02:30 +01:00", "dd.MM.yyyy HH:mm zzz", null, false, TimeBasis.Stated)]
    public async Task Times_of_a_pattern_are_guesses_by_the_same_rules(
        string time,
        string pattern,
        string? timeZone,
        bool isOrderAssumed,
        TimeBasis expected
    )
    {
        CsvMapping mapping = Messages();
        mapping.Time = new()
        {
            Field = "time",
            Format = TimeFormat.Custom,
            Pattern = pattern,
            TimeZone = timeZone,
            IsOrderAssumed = isOrderAssumed,
        };

        Assert.Equal(
            expected,
            Assert.Single(await Importing.ReadAsync($"time,from,text\n{time},x,y\n", mapping)).TimeBasis
        );
    }

    [Theory]
    [InlineData("5/1/26, 09:30 - Anna: a\n5/2/26, 09:30 - Bo: b\n", TimeBasis.AssumedOrder)]
    [InlineData("05/01/2026, 09:30 - Anna: a\n", TimeBasis.AssumedOrder)]
    [InlineData("1/5/26, 9:30 AM - Anna: a\n", TimeBasis.AssumedOrder)]
    [InlineData("5/5/26, 9:30 AM - Anna: a\n", TimeBasis.Stated)] // the order does not matter
    [InlineData("1/5/26, 9:30 AM - Anna: a\n1/25/26, 9:30 AM - Bo: b\n", TimeBasis.Stated)]
    [InlineData("05/12/25, 9:30 - Anna: a\n02/01/26, 9:30 - Bo: b\n03/01/26, 9:30 - Bo: c\n", TimeBasis.AssumedOrder)]
    [InlineData("30/12/25, 9:30 - Anna: a\n02/01/26, 9:30 - Bo: b\n", TimeBasis.Stated)]
    [InlineData("05.01.26, 09:30 - Anna: a\n", TimeBasis.Stated)] // only days are written before dots
    [InlineData("2026-01-05, 9:30 a.m. - Anna: a\n", TimeBasis.Stated)]
    [InlineData("26.10.25, 02:30 - Anna: a\n", TimeBasis.ClockChange)]
    public async Task Dates_of_a_chat_are_a_guess_if_no_date_shows_their_order(string chat, TimeBasis expected) =>
        Assert.Equal(expected, (await ReadAsync(chat, "Europe/Berlin"))[0].TimeBasis);

    [Theory]
    [InlineData("1761438600.7", TimeBasis.Stated)] // the id tells which of the two hours is meant
    [InlineData("", TimeBasis.ClockChange)]
    public async Task The_hour_that_occurs_twice_is_a_guess_in_a_CDR_without_an_id(string id, TimeBasis expected) =>
        Assert.Equal(
            expected,
            Assert.Single(await ReadAsync(Cdr.Replace("{0}", id, StringComparison.Ordinal), "Europe/Berlin")).TimeBasis
        );

    [Theory]
    [InlineData("2026-01-05T10:00:00Z", TimeBasis.Stated)]
    [InlineData("2026-01-05T10:00:00", TimeBasis.AssumedZone)]
    public async Task A_dialog_of_a_vCon_without_an_offset_is_a_guess(string start, TimeBasis expected) =>
        Assert.Equal(
            expected,
            Assert
                .Single(
                    await ReadAsync(
                        """{"vcon":"0.0.1","uuid":"u","parties":[{"tel":"+14155550101"},{"tel":"+14155550100"}],"""
                            + $$"""
                            "dialog":[{"type":"recording","start":"{{start}}","parties":[0,1],"duration":5}]}
                            """,
                        null
                    )
                )
                .TimeBasis
        );

    [Fact]
    public async Task A_dry_run_counts_guessed_times_by_reason_and_shows_one_of_each()
    {
        CsvMapping mapping = Messages();
        mapping.Time = new() { Field = "time", TimeZone = "Europe/Berlin" };
        string rows = string.Concat(Enumerable.Range(0, 5).Select(i => $"2026-01-05 10:0{i}:00,+4532123456,a\n"));

        DryRunReport report = await DryRun.RunAsync(
            new IngestSource("s", "csv"),
            CsvImporter.ReadAsync(
                Utf8($"time,from,text\n{rows}2025-10-26 02:30:00,+4532123456,b\n2025-10-26 02:31:00,+4532123456,c\n"),
                mapping,
                Cancellation
            ),
            cancellationToken: Cancellation
        );

        Assert.Equal((2, 2, 5), (report.AssumedTimes, report.TimeBases[TimeBasis.ClockChange], report.TimeBases[0]));
        Assert.Single(report.Samples, sample => sample.TimeBasis is TimeBasis.ClockChange);
    }

    static async Task<List<EventRecord>> ReadAsync(string text, string? timeZone) =>
        await FileImport
            .ReadAsync(Utf8(text), new FileImportOptions { TimeZone = timeZone }, Cancellation)
            .ToListAsync(Cancellation);
}
