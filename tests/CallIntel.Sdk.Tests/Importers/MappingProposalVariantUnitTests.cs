using System.Globalization;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion.Importers;
using CallIntel.Sdk.Ingestion.Importers.Mapping;
using static CallIntel.Sdk.Tests.Importers.Importing;

namespace CallIntel.Sdk.Tests.Importers;

/// <summary>Proposals for the many ways in which reports, bills and spreadsheets write the same data.</summary>
public sealed class MappingProposalVariantUnitTests : IDisposable
{
    readonly string _path = Path.GetTempFileName();

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => File.Delete(_path);

    [Theory]
    [InlineData("Date,Time", "25-Jan-2026,21:05:00")]
    [InlineData("Date,Time", "25-Jan-26,21:05:00")]
    [InlineData("Date,Time", "25/01/26,21:05:00")]
    [InlineData("Date,Time", "01/25/26,9:05 PM")]
    [InlineData("Date,Time", "01/25/2026,09:05PM")]
    [InlineData("Date,Time", "01/25/2026,09:05P")]
    [InlineData("Datum,Zeit", "25.01.2026,21:05:00")]
    [InlineData("Date and time", "\"1/25/2026, 9:05:00 PM\"")]
    [InlineData("Date and time", "\"1/25/2026, 9:05:00\u202FPM\"")]
    [InlineData("Date and time", "\"25/01/2026, 21:05:00\"")]
    [InlineData("Date and time", "\"25.1.2026, 21:05:00\"")]
    [InlineData("Date and time", "\"Jan 25, 2026 9:05 PM\"")]
    [InlineData("Fecha y hora,Fecha", ",25/1/2026 9:05 p. m.")]
    [InlineData("Date", "\"Sunday, January 25, 2026 9:05 PM\"")]
    [InlineData("Date", "46047.8784722222")]
    [InlineData("Timestamp,Call Time", "\"Sun, 25 Jan 2026 21:05:00\",00:01:10")]
    [InlineData("Call Start Time,Call Time", "2026-01-25 21:05:00,70")]
    [InlineData("Invite time,Start time", "2026-01-25T21:05:00Z,0001-01-01T00:00:00Z")]
    public async Task Times_are_recognized_in_the_notation_of_the_file(string columns, string values)
    {
        EventRecord record = Assert.Single(
            await ReadAsync($"{columns},Direction,Number\n{values},Incoming,+4532123456\n")
        );
        Assert.Equal("2026-01-25T21:05:00", record.OccurredAt.UtcDateTime.ToString("s", CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task A_date_late_in_the_sample_shows_the_order_of_all_dates()
    {
        string early = string.Concat(Enumerable.Repeat("03/04/2026 10:00:00,Incoming,+4532123456\n", 60));
        List<EventRecord> records = await ReadAsync(
            $"Date,Direction,Number\n{early}03/25/2026 10:00:00,Incoming,+4532123456\n"
        );
        Assert.Equal((3, 4), (records[0].OccurredAt.Month, records[0].OccurredAt.Day));
        Assert.All(records, record => Assert.NotEqual(TimeBasis.AssumedOrder, record.TimeBasis));
    }

    [Fact]
    public async Task Damaged_cells_and_repeated_headers_do_not_hide_the_notation()
    {
        string calls = string.Concat(Enumerable.Repeat("25.01.2026 10:00:00,Incoming,+4532123456\n", 8));
        List<EventRecord> records = await ReadAsync(
            $"Date,Direction,Number\n{calls}########,Incoming,+4532123456\nDate,Direction,Number\n{calls}"
        );
        Assert.Equal((16, 2), (records.Count(IsRead), records.Count(record => !IsRead(record))));
    }

    [Theory]
    [InlineData("Duration (min)", "2.5", 150)]
    [InlineData("Minutes", "2", 120)]
    [InlineData("Min.", "2", 120)]
    [InlineData("durationMinutes", "2", 120)]
    [InlineData("Duration (minutes)", "0:02:05", 125)]
    [InlineData("duration_ms", "500", 0.5)]
    [InlineData("Call duration (ms)", "65000", 65)]
    [InlineData("Dauer (hh:mm)", "01:05", 3900)]
    [InlineData("Dauer (hh:mm:ss)", "00:01:05", 65)]
    [InlineData("Call Duration(sec)", "65", 65)]
    [InlineData("Duration", "0.0000000000", 0)]
    [InlineData("Duration", "65", 65)]
    public async Task The_name_of_a_column_shows_the_unit_of_the_duration(string column, string value, double seconds)
    {
        EventRecord record = Assert.Single(
            await ReadAsync($"Date,Direction,Number,{column}\n2026-01-25T10:00:00Z,Incoming,+4532123456,{value}\n")
        );
        Assert.Equal(seconds, record.Duration?.TotalSeconds);
    }

    [Theory]
    [InlineData("Incoming", EventDirection.Inbound, EventOutcome.Unknown)]
    [InlineData("Missed", EventDirection.Inbound, EventOutcome.Missed)]
    [InlineData("Missed call", EventDirection.Inbound, EventOutcome.Missed)]
    [InlineData("Verpasst", EventDirection.Inbound, EventOutcome.Missed)]
    [InlineData("Missed outgoing", EventDirection.Outbound, EventOutcome.Missed)]
    [InlineData("Canceled outgoing call", EventDirection.Outbound, EventOutcome.Missed)]
    [InlineData("Rejected incoming", EventDirection.Inbound, EventOutcome.Rejected)]
    [InlineData("Inbound, sent to VM", EventDirection.Inbound, EventOutcome.Unknown)]
    [InlineData("Out of hours incoming", EventDirection.Inbound, EventOutcome.Unknown)]
    [InlineData("Call placed", EventDirection.Outbound, EventOutcome.Unknown)]
    [InlineData("I", EventDirection.Inbound, EventOutcome.Unknown)]
    [InlineData("O", EventDirection.Outbound, EventOutcome.Unknown)]
    public async Task The_type_of_a_call_shows_its_direction_and_end(
        string type,
        EventDirection direction,
        EventOutcome outcome
    )
    {
        EventRecord record = Assert.Single(
            await ReadAsync($"Date,Call type,Number\n2026-01-25T10:00:00Z,\"{type}\",+4532123456\n")
        );
        Assert.Equal(
            (direction, outcome, DirectionBasis.Stated),
            (record.Direction, record.Outcome, record.DirectionBasis)
        );
    }

    [Theory]
    [InlineData("Internal", EventDirection.Outbound)]
    [InlineData("2", EventDirection.Outbound)]
    [InlineData("1", EventDirection.Inbound)]
    [InlineData("Transferred", EventDirection.Inbound)]
    [InlineData("Incoming or outgoing", EventDirection.Inbound)]
    public async Task A_direction_that_is_not_known_counts_as_a_guess(string code, EventDirection direction)
    {
        EventRecord record = Assert.Single(
            await ReadAsync($"Date,Direction,Number\n2026-01-25T10:00:00Z,{code},+4532123456\n")
        );
        Assert.Equal((direction, DirectionBasis.Assumed), (record.Direction, record.DirectionBasis));
    }

    [Fact]
    public async Task A_bill_names_the_place_that_was_called_or_incoming()
    {
        List<EventRecord> records = await ReadAsync(
            "Wireless Number: 415-555-0199\nUser: A\n\nDate,Time,Number Called,Call To,Min.\n"
                + "01/15/2026,10:00AM,415-555-0100,INCOMI CL,2\n01/15/2026,10:05PM,212-555-0101,NEW YORK NY,13\n"
        );
        Assert.Equal(
            ["Inbound 415-555-0100 120", "Outbound 212-555-0101 780"],
            records.Select(r => $"{r.Direction} {r.Party} {r.Duration?.TotalSeconds}")
        );
    }

    [Fact]
    public async Task A_bill_without_directions_lists_calls_that_were_made_as_a_guess()
    {
        List<EventRecord> records = await ReadAsync(
            "Date,Time,Call type,Number called,Duration\n05/01/2026,10:00:00,Call,+447700900123,00:01:05\n"
                + "15/01/2026,10:05:00,Text,+447700900124,\n15/01/2026,10:06:00,Fax,+447700900124,\n"
        );
        Assert.Equal(
            ["Call Outbound Assumed", "Sms Outbound Assumed"],
            records.Where(IsRead).Select(r => $"{r.Channel} {r.Direction} {r.DirectionBasis}")
        );
        Assert.Equal(RejectReason.UnknownCode, records[2].RejectReason);
    }

    [Fact]
    public async Task An_id_that_several_records_share_is_one_of_their_call()
    {
        List<EventRecord> records = await ReadAsync(
            "Call ID,Start,Direction,From,To\nA,2026-01-05T10:00:00Z,inbound,+4532123456,101\n"
                + "A,2026-01-05T10:00:00Z,inbound,+4532123456,102\n"
        );
        Assert.All(records, record => Assert.Equal((null, "A"), (record.ExternalId, record.Details?.ConversationId)));
        Assert.Equal(2, records.Select(record => record.LineId).Distinct().Count());
    }

    [Theory]
    [InlineData("0.000752314814814815", "a fraction of a day")]
    [InlineData("\"1,234\"", "the comma can separate thousands")]
    public async Task A_duration_with_two_meanings_is_rejected(string duration, string detail)
    {
        EventRecord record = Assert.Single(
            await ReadAsync($"Date,Direction,Number,Duration\n2026-01-25T10:00:00Z,Incoming,+4532123456,{duration}\n")
        );
        Assert.Contains(detail, record.RejectDetail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_comma_is_a_decimal_mark_where_it_does_not_separate_fields()
    {
        EventRecord record = Assert.Single(
            await ReadAsync("Date;Direction;Number;Duration\n2026-01-25T10:00:00Z;Incoming;+4532123456;42,001\n")
        );
        Assert.Equal(42.001, record.Duration?.TotalSeconds);
    }

    [Fact]
    public async Task A_duration_in_two_columns_is_left_out()
    {
        EventRecord record = Assert.Single(
            await ReadAsync("Date,Direction,Number,Minutes,Seconds\n2026-01-25T10:00:00Z,Incoming,+4532123456,1,5\n")
        );
        Assert.Null(record.Duration);
    }

    [Theory]
    [InlineData("Grand total:,,1,65")]
    [InlineData("Average,,,65")]
    [InlineData(",,,65")]
    [InlineData("Report of 2026-01-31,,,")]
    public async Task Totals_and_remarks_below_the_records_are_rejected(string line)
    {
        List<EventRecord> records = await ReadAsync(
            $"Date,Direction,Number,Duration\n2026-01-25T10:00:00Z,Incoming,+4532123456,65\n{line}\n"
        );
        Assert.Equal([true, false], records.Select(IsRead));
    }

    [Theory]
    [InlineData("Tipo de llamada", "Saliente", EventDirection.Outbound)]
    [InlineData("Tipo de llamada", "Perdida", EventDirection.Inbound)]
    [InlineData("Type d'appel", "Sortant", EventDirection.Outbound)]
    [InlineData("Anruftyp", "Verpasst", EventDirection.Inbound)]
    public async Task Call_types_are_recognized_in_several_languages(
        string column,
        string type,
        EventDirection direction
    )
    {
        EventRecord record = Assert.Single(
            await ReadAsync($"Date,{column},Number\n2026-01-25T10:00:00Z,{type},+4532123456\n")
        );
        Assert.Equal((direction, DirectionBasis.Stated), (record.Direction, record.DirectionBasis));
    }

    [Fact]
    public async Task Quoted_line_ends_do_not_hide_records()
    {
        List<EventRecord> records = await ReadAsync(
            "Date,Direction,Number,Notes\n2026-01-25T10:00:00Z,INBOUND,+4532123456,\"a\nb\"\n"
                + "2026-01-25T11:00:00Z,OUTBOUND,+4532123456,\n"
        );
        Assert.Equal([EventDirection.Inbound, EventDirection.Outbound], records.Select(record => record.Direction));
    }

    [Theory]
    [InlineData("time.pattern", "Date,Number\nyesterday,+4532123456\n")]
    [InlineData("A field", "What,Number\nx,+4532123456\n")]
    public async Task What_a_person_has_to_decide_is_named(string property, string text)
    {
        CallIntelException refused = await Assert.ThrowsAsync<CallIntelException>(() => ReadAsync(text));
        Assert.Contains($"{property} of the mapping is not filled in", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Recipients_in_a_list_are_parties_of_their_own()
    {
        const string Page =
            "{\"data\":[{\"id\":\"1\",\"to\":[\"+4532123456\",\"+4532123457\"],\"from\":\"+4588880000\","
            + "\"text\":\"a\",\"direction\":\"outgoing\",\"createdAt\":\"2026-01-05T10:00:00Z\"}],\"total\":1}";
        await using RecordFile file = await RecordFile.OpenAsync(Utf8(Page), cancellationToken: Cancellation);
        await File.WriteAllTextAsync(_path, await MappingProposal.ForJsonAsync(file, Cancellation), Cancellation);
        EventRecord record = Assert.Single(await Importing.ReadAsync(Utf8(Page), JsonMapping.Load(_path)));
        Assert.Equal("+4532123457", Assert.Single(record.OtherParties).Address);
    }

    async Task<List<EventRecord>> ReadAsync(string text)
    {
        await using RecordFile file = await RecordFile.OpenAsync(Utf8(text), cancellationToken: Cancellation);
        await File.WriteAllTextAsync(_path, MappingProposal.ForCsv(file), Cancellation);
        return await Importing.ReadAsync(text, CsvMapping.Load(_path));
    }

    static bool IsRead(EventRecord record) => record.RejectReason is null;
}
