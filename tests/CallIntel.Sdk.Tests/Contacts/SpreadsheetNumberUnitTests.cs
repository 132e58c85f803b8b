using CallIntel.Sdk.Contacts;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion;

namespace CallIntel.Sdk.Tests.Contacts;

/// <summary>Numbers that a spreadsheet rounded: several people would become one contact.</summary>
public sealed class SpreadsheetNumberUnitTests
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("4.47701E+11")]
    [InlineData("4,91701E+12")]
    [InlineData("1.41556e+10")]
    [InlineData("4.4770112345E+11")]
    [InlineData("+4.47701E+11")]
    [InlineData(" 4.5E+10 ")]
    [InlineData("4E+11")]
    public void A_number_whose_last_digits_are_lost_is_recognized(string text) =>
        Assert.True(SpreadsheetNumber.IsRounded(text));

    [Theory]
    [InlineData("4.47700900123E+11")]
    [InlineData("+447700900123")]
    [InlineData("E+11")]
    [InlineData("4E5")]
    [InlineData("anna.e+11@example.com")]
    [InlineData("1E+3")]
    [InlineData(null)]
    public void Other_texts_are_not_rounded_numbers(string? text) => Assert.False(SpreadsheetNumber.IsRounded(text));

    [Theory]
    [InlineData("4.47701E+11", null, "party")]
    [InlineData("+447700900123", "4.47701E+11", "own number")]
    public async Task A_record_with_a_rounded_number_is_rejected_with_a_reason(string party, string? own, string field)
    {
        EventRecord record = new()
        {
            OccurredAt = new DateTimeOffset(2026, 1, 5, 10, 0, 0, TimeSpan.Zero),
            Channel = EventChannel.Call,
            Direction = EventDirection.Inbound,
            Party = party,
            PartyKind = PartyKind.NumberOrId,
            Details = own is null ? null : new EventDetails { OwnNumber = own },
        };
        DryRunReport report = await DryRun.RunAsync(
            new IngestSource("s", "csv", DefaultRegion: "GB"),
            new[] { record, record with { Party = "+447700900123", Details = null } }.ToAsyncEnumerable(),
            cancellationToken: Cancellation
        );
        Assert.Equal((1, 1), (report.Accepted, report.Rejected));
        Assert.StartsWith(
            $"{field}: a spreadsheet rounded",
            Assert.Single(report.RejectReasons).Detail,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Masked_numbers_are_reported_as_not_recognized() =>
        Assert.True(new PartyNormalizer("DE").Normalize("0170123****", PartyKind.NumberOrId)?.IsUnrecognized);
}
