using System.Text.Json;
using CallIntel.Sdk.Contacts;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion;

namespace CallIntel.Sdk.Tests.Ingestion;

public sealed class DryRunUnitTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("callintel").FullName;

    static readonly EventRecord Call = new()
    {
        OccurredAt = new(2026, 1, 5, 10, 0, 0, TimeSpan.Zero),
        Channel = EventChannel.Call,
        Direction = EventDirection.Inbound,
        Outcome = EventOutcome.Completed,
        Party = "+4532123456",
        Duration = TimeSpan.FromSeconds(65),
        Place = "line 2",
    };

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    static Task<DryRunReport> RunAsync(string? rejects, params EventRecord[] records) =>
        DryRun.RunAsync(
            new IngestSource("pbx", DefaultRegion: "US"),
            records.ToAsyncEnumerable(),
            rejects,
            cancellationToken: Cancellation
        );

    [Fact]
    public async Task The_report_counts_what_a_user_has_to_check()
    {
        EventDetails leg = new() { ConversationId = "c1", OwnNumber = "101" };
        DryRunReport report = await RunAsync(
            null,
            Call with
            {
                ExternalId = "1",
                Details = leg,
            },
            Call with
            {
                ExternalId = "2",
                Details = leg,
                Outcome = EventOutcome.Missed,
                Duration = null,
            },
            Call with
            {
                ExternalId = "3",
                Direction = EventDirection.Outbound,
                Party = "Unbekannt",
            },
            Call with
            {
                ExternalId = "4",
                Party = null,
            },
            Call with
            {
                ExternalId = "5",
                Party = "555-0123",
            },
            Call with
            {
                ExternalId = "5",
                Party = "555-0123",
            },
            Call with
            {
                OccurredAt = DateTimeOffset.UnixEpoch,
            }
        );

        Assert.Equal((7, 6, 1, 1), (report.Read, report.Accepted, report.Repeated, report.Rejected));
        Assert.Equal((5, 1), (report.Directions[EventDirection.Inbound], report.Directions[EventDirection.Outbound]));
        Assert.Equal((5, 1), (report.Outcomes[EventOutcome.Completed], report.Outcomes[EventOutcome.Missed]));
        Assert.Equal(
            (2, 2, 4, 2),
            (report.Withheld, report.UnrecognizedNumbers, report.Conversations, report.OwnLines)
        );
    }

    [Fact]
    public async Task Records_of_one_call_are_a_conversation_and_messages_of_a_thread_are_one_each()
    {
        EventDetails thread = new() { ConversationId = "c1" };
        EventRecord[] records =
        [
            .. Enumerable.Range(0, 3).Select(n => Call with { ExternalId = $"call {n}", Details = thread }),
            .. Enumerable
                .Range(0, 2)
                .Select(n => Call with { ExternalId = $"message {n}", Channel = EventChannel.Sms, Details = thread }),
        ];
        Assert.Equal(3, (await RunAsync(null, records)).Conversations);
    }

    [Fact]
    public async Task The_first_record_of_each_way_of_deciding_the_direction_is_a_sample()
    {
        EventRecord[] stated = [.. Enumerable.Repeat(Call, 5)];
        DryRunReport report = await RunAsync(
            null,
            [
                .. stated,
                Call with
                {
                    DirectionBasis = DirectionBasis.OwnLine,
                    Details = new EventDetails { OwnNumber = "+4520101012" },
                },
                Call with
                {
                    DirectionBasis = DirectionBasis.Assumed,
                    Details = new EventDetails { OwnNumber = "sip:anna@example.com" },
                },
                Call with
                {
                    DirectionBasis = DirectionBasis.Assumed,
                },
            ]
        );
        Assert.Equal(
            [
                (DirectionBasis.Stated, null),
                (DirectionBasis.Stated, null),
                (DirectionBasis.Stated, null),
                (DirectionBasis.OwnLine, "+45******12"),
                (DirectionBasis.Assumed, "20 characters"),
            ],
            report.Samples.Select(sample => (sample.DirectionBasis, sample.OwnSide))
        );
        Assert.Equal(
            (5, 1, 2, 2),
            (
                report.DirectionBases[DirectionBasis.Stated],
                report.DirectionBases[DirectionBasis.OwnLine],
                report.DirectionBases[DirectionBasis.Assumed],
                report.AssumedDirections
            )
        );
    }

    [Fact]
    public async Task Three_sample_records_are_shown_without_personal_data()
    {
        DryRunReport report = await RunAsync(
            null,
            Call with
            {
                Body = "secret words",
            },
            Call with
            {
                Party = "anna@example.com",
            },
            Call with
            {
                Party = "anonymous",
            },
            Call with
            {
                Party = "+4599999999",
            }
        );

        Assert.Equal(["+45******56", "OpaqueId of 16 characters", null], report.Samples.Select(sample => sample.Party));
        Assert.Equal((12, "line 2"), (report.Samples[0].ContentLength, report.Samples[0].Place));
        Assert.Equal(4, report.DirectionBases[DirectionBasis.Stated]);
        string text = JsonSerializer.Serialize(report);
        foreach (string secret in (string[])["secret", "anna", "32123456", "99999999"])
            Assert.DoesNotContain(secret, text, StringComparison.Ordinal);
    }

    public static TheoryData<string, string, string> Rejected =>
        new()
        {
            { "epoch", "time_out_of_range", "time: before 1980" },
            { "future", "time_out_of_range", "time: more than two days in the future" },
            { "missing", "missing_time", "time: missing" },
            { "negative", "duration_out_of_range", "duration: negative" },
            { "long", "duration_out_of_range", "duration: longer than 31 days" },
            { "channel", "unknown_code", "channel: not a known value" },
            { "nul", "nul_character", "party" },
            { "party", "text_too_long", "party" },
            { "body", "wrong_encoding", "body" },
            { "importer", "malformed", "billsec: expected seconds" },
        };

    [Theory]
    [MemberData(nameof(Rejected))]
    public async Task A_reject_says_which_field_and_what_was_expected(string name, string reason, string detail)
    {
        string file = Path.Combine(_folder, "rejects.jsonl");
        EventRecord record = name switch
        {
            "epoch" => Call with { OccurredAt = DateTimeOffset.UnixEpoch },
            "future" => Call with { OccurredAt = DateTimeOffset.UtcNow.AddDays(3) },
            "missing" => Call with { OccurredAt = default },
            "negative" => Call with { Duration = TimeSpan.FromSeconds(-1) },
            "long" => Call with { Duration = TimeSpan.FromDays(32) },
            "channel" => Call with { Channel = (EventChannel)99 },
            "nul" => Call with { Party = "+45\0" },
            "party" => Call with { Party = new string('x', 600) },
            "body" => Call with { Body = "\ud800" },
            _ => EventRecord.Unreadable(RejectReason.Malformed, "a \"raw\" +45 record") with
            {
                RejectDetail = "billsec: expected seconds",
                Place = "line 7",
            },
        };

        DryRunReport report = await RunAsync(file, record);

        RejectCount count = Assert.Single(report.RejectReasons);
        Assert.Equal((reason, 1), (count.Reason, count.Count));
        Assert.StartsWith(detail, count.Detail, StringComparison.Ordinal);
        string line = await File.ReadAllTextAsync(file, Cancellation);
        using JsonDocument json = JsonDocument.Parse(line);
        Assert.Equal(count.Detail, json.RootElement.GetProperty("detail").GetString());
        if (name == "importer")
            Assert.Contains("""a \"raw\" +45 record""", line, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("???")]
    [InlineData("")]
    [InlineData("+1 415 555")]
    [InlineData("Anna Andersen of Aarhus")]
    public async Task A_record_is_never_refused_because_of_its_number(string party)
    {
        foreach (PartyKind kind in Enum.GetValues<PartyKind>())
            Assert.Equal(
                0,
                (
                    await RunAsync(
                        null,
                        Call with
                        {
                            Party = party,
                            PartyKind = kind,
                            OtherParties = [new EventParty(party, PartyRole.To, kind)],
                        }
                    )
                ).Rejected
            );
    }
}
