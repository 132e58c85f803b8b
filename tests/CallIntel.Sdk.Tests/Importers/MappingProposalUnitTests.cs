using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion.Importers;
using CallIntel.Sdk.Ingestion.Importers.Mapping;
using static CallIntel.Sdk.Tests.Importers.Importing;

namespace CallIntel.Sdk.Tests.Importers;

/// <summary>The mapping that is proposed for an unknown CSV file.</summary>
public sealed class MappingProposalUnitTests : IDisposable
{
    readonly string _path = Path.GetTempFileName();

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => File.Delete(_path);

    [Fact]
    public async Task A_proposal_reads_the_file_it_was_made_for()
    {
        const string Text =
            "sep=;\nCall Id;Started At;Direction;Caller Number;Called Number;Duration;Result;Linked ID\n"
            + "a;2026-01-05T10:00:00Z;incoming;+4532123456;101;65;Answered;x\n"
            + "b;2026-01-05T11:00:00Z;outgoing;101;+4532123457;0;Busy;x\n";
        await using RecordFile file = await RecordFile.OpenAsync(Utf8(Text), cancellationToken: Cancellation);
        string proposal = MappingProposal.ForCsv(file)!;
        await File.WriteAllTextAsync(_path, proposal, Cancellation);
        List<EventRecord> records = await ReadAsync(Text, CsvMapping.Load(_path));

        Assert.Equal(
            ["a x Inbound +4532123456 65 Completed 101", "b x Outbound +4532123457 0 Busy 101"],
            records.Select(r =>
                $"{r.ExternalId} {r.Details?.ConversationId} {r.Direction} {r.Party} {r.Duration?.TotalSeconds} "
                + $"{r.Outcome} {r.Details?.OwnNumber}"
            )
        );
        Assert.DoesNotContain("CHECK", proposal, StringComparison.Ordinal);
        Assert.DoesNotContain("321234", proposal, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Date,Time,Number\n05.01.2026,10:00,+4532123456\n", "\"dd.MM.yyyy HH:mm\"", "2026-01-05T10:00")]
    [InlineData("when,who\n1767607200,+4532123456\n", "\"unix\"", "2026-01-05T10:00")]
    [InlineData("Start Time (UTC),phone\n2026-01-05 10:00,+4532123456\n", "Etc/UTC", "2026-01-05T10:00")]
    [InlineData(
        "calltime,phone\n2026-01-05 10:00,+4532123456\n",
        "CHECK: the times have no offset",
        "2026-01-05T10:00"
    )]
    public async Task The_notation_of_times_is_recognized_by_the_values(string text, string expected, string time)
    {
        await using RecordFile file = await RecordFile.OpenAsync(Utf8(text), cancellationToken: Cancellation);
        string proposal = MappingProposal.ForCsv(file)!;
        Assert.Contains(expected, proposal, StringComparison.Ordinal);
        await File.WriteAllTextAsync(_path, proposal, Cancellation);
        EventRecord record = Assert.Single(await ReadAsync(text, CsvMapping.Load(_path)));
        Assert.Equal((time, "+4532123456"), ($"{record.OccurredAt:yyyy-MM-dd'T'HH:mm}", record.Party));
    }

    [Fact]
    public async Task What_is_not_certain_is_marked()
    {
        const string Text = "time,number,type,message\n05/01/2026 10:00,+4532123456,7,hi\n";
        await using RecordFile file = await RecordFile.OpenAsync(Utf8(Text), cancellationToken: Cancellation);
        string proposal = MappingProposal.ForCsv(file)!;
        Assert.Contains("day or the month", proposal, StringComparison.Ordinal);
        Assert.Contains("CHECK: a guess", proposal, StringComparison.Ordinal);
        Assert.Contains("\"sms\"", proposal, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Records_of_an_unchecked_proposal_are_counted_as_guesses()
    {
        const string Text = "time,number,type\n05/01/2026 10:00,+4532123456,7\n";
        await using RecordFile file = await RecordFile.OpenAsync(Utf8(Text), cancellationToken: Cancellation);
        await File.WriteAllTextAsync(_path, MappingProposal.ForCsv(file), Cancellation);
        EventRecord record = Assert.Single(await ReadAsync(Text, CsvMapping.Load(_path)));
        Assert.Equal((DirectionBasis.Assumed, TimeBasis.AssumedOrder), (record.DirectionBasis, record.TimeBasis));
    }

    [Fact]
    public async Task A_file_without_a_direction_is_counted_as_a_guess()
    {
        const string Text = "time,number\n2026-01-05T10:00:00Z,+4532123456\n";
        await using RecordFile file = await RecordFile.OpenAsync(Utf8(Text), cancellationToken: Cancellation);
        await File.WriteAllTextAsync(_path, MappingProposal.ForCsv(file), Cancellation);
        Assert.Equal(
            DirectionBasis.Assumed,
            Assert.Single(await ReadAsync(Text, CsvMapping.Load(_path))).DirectionBasis
        );
    }

    [Theory]
    // neither number is an extension
    [InlineData("time,from,to\n2026-01-05T10:00:00Z,+4532123456,+4588888888\n", "direction.own")]
    // the number of the user, and the one that the call was made to
    [InlineData(
        "Start time,Call type,Phone number,Destination number\n2026-01-05T10:00:00Z,user_in,+4588888888,+4588888888\n",
        "\"?\""
    )]
    public async Task A_proposal_whose_own_side_is_open_is_refused_until_it_is_filled_in(string text, string problem)
    {
        await using RecordFile file = await RecordFile.OpenAsync(Utf8(text), cancellationToken: Cancellation);
        string proposal = MappingProposal.ForCsv(file)!;
        Assert.Contains("CHECK", proposal, StringComparison.Ordinal);
        await File.WriteAllTextAsync(_path, proposal, Cancellation);
        CallIntelException refused = await RefusedAsync(text, CsvMapping.Load(_path));
        Assert.Equal("CI0024", refused.Code);
        Assert.Contains(problem, refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ByotIn", EventDirection.Inbound)]
    [InlineData("ByotOut", EventDirection.Outbound)]
    [InlineData("mo", EventDirection.Inbound)]
    [InlineData("mt", EventDirection.Outbound)]
    [InlineData("Sortant", EventDirection.Outbound)]
    [InlineData("International", null)]
    [InlineData("Internal", null)]
    [InlineData("Terminated", null)]
    public void The_direction_of_a_code_is_known_by_its_words(string code, EventDirection? expected) =>
        Assert.Equal(expected, CodeWords.DirectionOf(code));

    [Theory]
    [InlineData("")]
    [InlineData("once upon a time\n")]
    [InlineData("+4532123456,hi\n+4532123457,you\n")]
    [InlineData("{\"a\":1}\n")]
    public async Task Nothing_is_proposed_for_a_file_without_a_header(string text)
    {
        await using RecordFile file = await RecordFile.OpenAsync(Utf8(text), cancellationToken: Cancellation);
        Assert.Null(MappingProposal.ForCsv(file));
    }
}
