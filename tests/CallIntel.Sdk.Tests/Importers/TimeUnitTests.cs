using System.Globalization;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion.Importers;
using CallIntel.Sdk.Ingestion.Importers.Files;
using CallIntel.Sdk.Ingestion.Importers.Mapping;
using static CallIntel.Sdk.Tests.Importers.Importing;

namespace CallIntel.Sdk.Tests.Importers;

public sealed class TimeUnitTests
{
    [Theory]
    [InlineData("2026-01-05T10:00:00Z", "2026-01-05T10:00:00.0000000+00:00")]
    [InlineData("2026-01-05t10:00:00z", "2026-01-05T10:00:00.0000000+00:00")]
    [InlineData("2026-01-05T10:00:00-0800", "2026-01-05T10:00:00.0000000-08:00")]
    [InlineData("2026-01-05T10:00:00-08", "2026-01-05T10:00:00.0000000-08:00")]
    [InlineData("2026-01-05T10:00:00-08:00", "2026-01-05T10:00:00.0000000-08:00")]
    [InlineData("2026-01-05T10:00:00+0000", "2026-01-05T10:00:00.0000000+00:00")]
    [InlineData("2026-01-05T10:00:00-00:00", "2026-01-05T10:00:00.0000000+00:00")]
    [InlineData("2026-01-05 10:00:00 +0530", "2026-01-05T10:00:00.0000000+05:30")]
    [InlineData("2026-01-05 10:00:00 UTC", "2026-01-05T10:00:00.0000000+00:00")]
    [InlineData("2026-01-05 10:00:00\u221208:00", "2026-01-05T10:00:00.0000000-08:00")]
    [InlineData("2026-01-05T10:00Z", "2026-01-05T10:00:00.0000000+00:00")]
    [InlineData("2026-01-05T10:00:00.123-0800", "2026-01-05T10:00:00.1230000-08:00")]
    [InlineData("2026-01-05T10:00:00,5-0800", "2026-01-05T10:00:00.5000000-08:00")]
    [InlineData("2026-01-05T10:00:00.123456789Z", "2026-01-05T10:00:00.1234567+00:00")]
    [InlineData("20260105T100000Z", "2026-01-05T10:00:00.0000000+00:00")]
    [InlineData("20260105T100000.25+0100", "2026-01-05T10:00:00.2500000+01:00")]
    [InlineData("20260105100000Z", "2026-01-05T10:00:00.0000000+00:00")]
    [InlineData("20260105T1000-03", "2026-01-05T10:00:00.0000000-03:00")]
    [InlineData("2026-W02-1T10:00:00Z", "2026-01-05T10:00:00.0000000+00:00")]
    [InlineData("2026W021T100000Z", "2026-01-05T10:00:00.0000000+00:00")]
    [InlineData("2026-005T10:00:00Z", "2026-01-05T10:00:00.0000000+00:00")]
    [InlineData("2026/01/05 10:00:00 +0100", "2026-01-05T10:00:00.0000000+01:00")]
    [InlineData("2026-01-05T24:00:00Z", "2026-01-06T00:00:00.0000000+00:00")]
    [InlineData("2016-12-31T23:59:60Z", "2017-01-01T00:00:00.0000000+00:00")]
    [InlineData("2026-01-05T10:00:00+01:00[Europe/Paris]", "2026-01-05T10:00:00.0000000+01:00")]
    [InlineData("2026-01-05T10:00:00[America/New_York]", "2026-01-05T10:00:00.0000000-05:00")]
    [InlineData("Fri, 24 May 2019 17:44:46 +0000", "2019-05-24T17:44:46.0000000+00:00")]
    [InlineData("fri, 24 may 2019 17:44:46 -0700", "2019-05-24T17:44:46.0000000-07:00")]
    [InlineData("24 May 2019 17:44 GMT", "2019-05-24T17:44:00.0000000+00:00")]
    [InlineData("Fri, 24 May 2019 17:44:46 UT", "2019-05-24T17:44:46.0000000+00:00")]
    [InlineData("Fri, 24 May 2019 17:44:46 EST", "2019-05-24T17:44:46.0000000-05:00")]
    [InlineData("Fri, 24 May 2019 17:44:46 PDT (summer)", "2019-05-24T17:44:46.0000000-07:00")]
    [InlineData("Fri, 24 May 19 17:44:46 +0200", "2019-05-24T17:44:46.0000000+02:00")]
    [InlineData("Mon, 5 Jan 2026 10:00:00 GMT+0200", "2026-01-05T10:00:00.0000000+02:00")]
    public void An_offset_in_the_text_takes_precedence_over_the_time_zone(string text, string expected)
    {
        foreach (string zone in (string[])["Europe/Copenhagen", "America/Los_Angeles", "Etc/UTC"])
        {
            Assert.True(TimeText.TryRead(text, TimeZoneInfo.FindSystemTimeZoneById(zone), out DateTimeOffset time));
            Assert.Equal(expected, time.ToString("O", CultureInfo.InvariantCulture));
        }
    }

    [Theory]
    [InlineData("2026-01-05T10:00:00")]
    [InlineData("2026-01-05 10:00")]
    [InlineData("20260105T100000")]
    [InlineData("Mon, 05 Jan 2026 10:00:00")]
    public void A_text_without_an_offset_has_the_offset_of_the_time_zone(string text)
    {
        Assert.True(
            TimeText.TryRead(text, TimeZoneInfo.FindSystemTimeZoneById("Europe/Copenhagen"), out DateTimeOffset time)
        );
        Assert.Equal(new DateTimeOffset(2026, 1, 5, 10, 0, 0, TimeSpan.FromHours(1)), time);
    }

    [Theory]
    [InlineData("2026-01-05")]
    [InlineData("2026-13-05T10:00:00Z")]
    [InlineData("2026-02-30T10:00:00Z")]
    [InlineData("2026-366T10:00:00Z")]
    [InlineData("2026-W54-1T10:00:00Z")]
    [InlineData("2026-01-05T25:00:00Z")]
    [InlineData("2026-01-05T24:00:01Z")]
    [InlineData("2026-01-05T10:60:00Z")]
    [InlineData("2026-01-05T10:00:00+15:00")]
    [InlineData("2026-01-05T10:00:00 IST")]
    [InlineData("2026-01-05T10:00:00 A")]
    [InlineData("2026-01-05 13:00:00 AM")]
    [InlineData("2026-01-05 00:30:00 PM")]
    [InlineData("2026-01-05 24:00:00 AM")]
    [InlineData("2026-01-05 10:00:00 PMX")]
    [InlineData("2026-01-05 10:00:00 PM AM")]
    [InlineData("2026-01-05 10:00:00 uhr")]
    [InlineData("2026-01-05T10:00:00[Mars/Olympus]")]
    [InlineData("2026-01-05T10:00:00.Z")]
    [InlineData("Thu, 24 May 2019 17:44:46 +0000")]
    [InlineData("24 Mai 2019 17:44:46 +0000")]
    [InlineData("05/01/2026 10:00")]
    [InlineData("0000-01-01T00:00:00Z")]
    [InlineData("0001-01-01T00:00:00+14:00")]
    [InlineData("9999-12-31T24:00:00Z")]
    [InlineData("yesterday")]
    [InlineData("+")]
    public void Texts_that_are_not_a_time_or_could_mean_several_are_malformed(string text) =>
        Assert.False(TimeText.TryRead(text, TimeZoneInfo.Utc, out _));

    [Theory]
    [InlineData("2026-01-05 09:30:00 PM", "21:30:00 +01:00")]
    [InlineData("2026-01-05T9:30 am", "09:30:00 +01:00")]
    [InlineData("2026-01-05 12:05:00 AM", "00:05:00 +01:00")]
    [InlineData("2026-01-05 12:05:00\u202FPM", "12:05:00 +01:00")]
    [InlineData("2026/1/5 9:30:15.5 p.m.", "21:30:15 +01:00")]
    [InlineData("2026-01-05 9:30 a. m.", "09:30:00 +01:00")]
    [InlineData("2026-01-05 21:30:00 PM", "21:30:00 +01:00")]
    [InlineData("2026-01-05 00:30:00 AM", "00:30:00 +01:00")]
    [InlineData("2026-01-05 09:30:00 PM -0800", "21:30:00 -08:00")]
    [InlineData("2026-01-05 09:30:00PM EST", "21:30:00 -05:00")]
    [InlineData("Mon, 5 Jan 2026 09:30:00 PM", "21:30:00 +01:00")]
    public void A_time_of_twelve_hours_is_read_with_its_half_of_the_day(string text, string expected)
    {
        Assert.True(
            TimeText.TryRead(text, TimeZoneInfo.FindSystemTimeZoneById("Europe/Copenhagen"), out DateTimeOffset time)
        );
        Assert.Equal(expected, time.ToString("HH:mm:ss zzz", CultureInfo.InvariantCulture));
    }

    [Theory]
    [InlineData("?")]
    [InlineData("Q")]
    [InlineData("")]
    [InlineData("'today'")]
    public void A_pattern_that_is_no_time_format_is_refused_before_the_file_is_read(string pattern)
    {
        CsvMapping mapping = Messages();
        mapping.Time = new()
        {
            Field = "time",
            Format = TimeFormat.Custom,
            Pattern = pattern,
        };

        CallIntelException refused = Assert.Throws<CallIntelException>(() =>
            CsvImporter.ReadAsync(Utf8(""), mapping, TestContext.Current.CancellationToken)
        );

        Assert.Equal("CI0024", refused.Code);
        Assert.Contains("time.pattern", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ddd, dd MMM yyyy HH:mm:ss zzz", "Fri, 24 May 2019 17:18:27 -0700", "2019-05-24T17:18:27-07:00")]
    [InlineData("ddd, dd MMM yyyy HH:mm:ss zzz", "Fri, 24 May 2019 17:18:27 +0000", "2019-05-24T17:18:27+00:00")]
    [InlineData("ddd, dd MMM yyyy HH:mm:ss 'GMT'", "Fri, 24 May 2019 17:18:27 GMT", "2019-05-24T17:18:27+00:00")]
    [InlineData("dd.MM.yyyy HH:mm:ssK", "24.05.2019 17:18:27-0700", "2019-05-24T17:18:27-07:00")]
    [InlineData("dd.MM.yyyy HH:mm:ssK", "24.05.2019 17:18:27Z", "2019-05-24T17:18:27+00:00")]
    [InlineData("dd.MM.yyyy HH:mm:ssK", "24.05.2019 17:18:27", "2019-05-24T17:18:27+02:00")]
    [InlineData("dd.MM.yyyy HH:mm 'Uhr'", "24.05.2019 17:18 Uhr", "2019-05-24T17:18:00+02:00")]
    [InlineData("yyyyMMddHHmmss\\Z", "20190524171827Z", "2019-05-24T17:18:27+00:00")]
    [InlineData("M/d/yyyy h:mm tt", "5/24/2019 5:18 PM", "2019-05-24T17:18:00+02:00")]
    [InlineData("R", "Fri, 24 May 2019 17:18:27 GMT", "2019-05-24T17:18:27+00:00")]
    [InlineData("u", "2019-05-24 17:18:27Z", "2019-05-24T17:18:27+00:00")]
    public async Task A_custom_pattern_reads_the_offset_of_the_text(string pattern, string text, string expected)
    {
        CsvMapping mapping = Messages();
        mapping.Delimiter = "|";
        mapping.Time = new()
        {
            Field = "time",
            Format = TimeFormat.Custom,
            Pattern = pattern,
            TimeZone = "Europe/Copenhagen",
        };

        EventRecord record = Assert.Single(await ReadAsync($"time|from|text\n{text}||x\n", mapping));

        Assert.Null(record.RejectReason);
        Assert.Equal(expected, record.OccurredAt.ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture));
    }

    [Theory]
    [InlineData(TimeFormat.UnixMicroseconds, "1767607200123456", "2026-01-05T10:00:00.1234560")]
    [InlineData(TimeFormat.UnixNanoseconds, "1767607200123456789", "2026-01-05T10:00:00.1234567")]
    [InlineData(TimeFormat.Unix, "1767607200", "2026-01-05T10:00:00.0000000")]
    [InlineData(TimeFormat.Unix, "1767607200.25", "2026-01-05T10:00:00.2500000")]
    [InlineData(TimeFormat.Unix, "1767607200123", "2026-01-05T10:00:00.1230000")]
    [InlineData(TimeFormat.Unix, "1767607200123456", "2026-01-05T10:00:00.1234560")]
    [InlineData(TimeFormat.Unix, "1767607200123456789", "2026-01-05T10:00:00.1234567")]
    [InlineData(TimeFormat.Apple, "789300000", "2026-01-05T10:00:00.0000000")]
    [InlineData(TimeFormat.Apple, "789300000.5", "2026-01-05T10:00:00.5000000")]
    [InlineData(TimeFormat.Apple, "789300000000000000", "2026-01-05T10:00:00.0000000")]
    public async Task Epochs_are_read_in_their_unit(TimeFormat format, string text, string expected)
    {
        CsvMapping mapping = Messages();
        mapping.Time = new() { Field = "time", Format = format };

        EventRecord record = Assert.Single(await ReadAsync($"time,from,text\n{text},,x\n", mapping));

        Assert.Equal(expected, record.OccurredAt.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff", null));
    }

    [Theory]
    [InlineData("2026-01-05", "10:00:00", "2026-01-05T10:00:00+01:00")]
    [InlineData("2026-07-05", "9:30", "2026-07-05T09:30:00+02:00")]
    [InlineData("20260105", "100000", "2026-01-05T10:00:00+01:00")]
    [InlineData("2026-01-05", "10:00:00-0800", "2026-01-05T10:00:00-08:00")]
    [InlineData("", "2026-01-05 10:00:00", "2026-01-05T10:00:00+01:00")]
    public async Task Date_and_time_of_day_can_be_in_separate_columns(string date, string time, string expected)
    {
        CsvMapping mapping = Messages();
        mapping.Time = new()
        {
            DateField = "date",
            Field = "time",
            TimeZone = "Europe/Copenhagen",
        };

        EventRecord record = Assert.Single(await ReadAsync($"date,time,from,text\n{date},{time},,x\n", mapping));

        Assert.Equal(expected, record.OccurredAt.ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture));
    }

    [Theory]
    [InlineData("42", 42)]
    [InlineData("42.001250", 42.00125)]
    [InlineData("42,5", 42.5)]
    [InlineData(" 7 ", 7)]
    [InlineData("-1", -1)]
    [InlineData("1:05", 65)]
    [InlineData("01:05", 65)]
    [InlineData("75:30", 4530)]
    [InlineData("0:01:05", 65)]
    [InlineData("00:08:10", 490)]
    [InlineData("26:00:00", 93_600)]
    [InlineData("00:08:10.250", 490.25)]
    [InlineData("00:08:10,250", 490.25)]
    [InlineData("1.02:00:00", 93_600)]
    [InlineData("-00:00:01", -1)]
    [InlineData("PT1M5S", 65)]
    [InlineData("PT65S", 65)]
    [InlineData("PT1H2M3.5S", 3723.5)]
    [InlineData("P1DT1S", 86_401)]
    [InlineData("pt5m", 300)]
    [InlineData("1h 2m 3s", 3723)]
    [InlineData("65s (1m 5s)", 65)]
    [InlineData("5 min 10 sec", 310)]
    [InlineData("65 s", 65)]
    public void Durations_are_read_in_the_notations_of_call_records(string text, double seconds)
    {
        Assert.True(DurationText.TryRead(text, 1, out TimeSpan duration));
        Assert.Equal(TimeSpan.FromSeconds(seconds), duration);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("0.0")]
    public void Zero_is_not_read_as_the_first_moment_of_2001(string text) =>
        Assert.Equal(
            RejectReason.MissingTime,
            new TimeReader(new TimeMapping { Field = "t", Format = TimeFormat.Apple })
                .Read(text, 1, out _, out _)
                ?.Reason
        );

    [Fact]
    public void The_unit_of_a_duration_applies_to_numbers_only()
    {
        Assert.True(DurationText.TryRead("1500", 1000, out TimeSpan number));
        Assert.True(DurationText.TryRead("0:01:05", 1000, out TimeSpan clock));
        Assert.Equal((TimeSpan.FromSeconds(1.5), TimeSpan.FromSeconds(65)), (number, clock));
    }

    [Theory]
    [InlineData("x")]
    [InlineData("1:60")]
    [InlineData("1:60:00")]
    [InlineData("1:2")]
    [InlineData(":05")]
    [InlineData("P")]
    [InlineData("PT")]
    [InlineData("1,234,567")]
    [InlineData("about 5")]
    public void Texts_that_are_not_a_duration_are_malformed(string text) =>
        Assert.False(DurationText.TryRead(text, 1, out _));

    [Theory]
    [InlineData("0,05", 0.05)]
    [InlineData("-0.0075", -0.0075)]
    [InlineData("1,5", 1.5)]
    [InlineData("0,050", 0.05)]
    // with both marks, the last one is the decimal one
    [InlineData("1,234.50", 1234.5)]
    [InlineData("1.234,50", 1234.5)]
    [InlineData("-1.234.567,5", -1234567.5)]
    public void Prices_with_a_decimal_comma_are_read(string text, double expected)
    {
        Assert.True(DecimalText.TryRead(text, commaIsDecimal: false, out decimal value));
        Assert.Equal((decimal)expected, value);
    }

    [Theory]
    [InlineData("1,234")]
    [InlineData("1,234,56.7")]
    [InlineData("12.34,5")]
    [InlineData("$1")]
    public void Prices_that_could_mean_thousands_are_not_guessed(string text) =>
        Assert.False(DecimalText.TryRead(text, commaIsDecimal: false, out _));

    /// <summary>Times of an iPhone, in nanoseconds since 2001, are those of 1993 in a count from 1970.</summary>
    [Theory]
    [InlineData("789292800123000000")]
    [InlineData("978307199999999999")]
    [InlineData("-789292800123000000")]
    [InlineData("789292800123000")]
    public void A_count_of_small_units_that_means_a_year_before_2001_is_rejected(string text)
    {
        ReadFault? fault = new TimeReader(new TimeMapping { Field = "t", Format = TimeFormat.Unix }).Read(
            text,
            1,
            out DateTimeOffset _,
            out _
        );
        Assert.Equal(RejectReason.TimeOutOfRange, fault?.Reason);
        Assert.Contains("apple", fault!.Value.Detail, StringComparison.Ordinal);
        Assert.Null(
            new TimeReader(new TimeMapping { Field = "t", Format = TimeFormat.Apple }).Read(
                "789292800123000000",
                1,
                out DateTimeOffset time,
                out _
            )
        );
        Assert.Equal(2026, time.Year);
    }
}
