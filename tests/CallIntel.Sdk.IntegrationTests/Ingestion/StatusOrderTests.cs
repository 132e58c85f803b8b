using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;

namespace CallIntel.Sdk.IntegrationTests.Ingestion;

/// <summary>
/// A provider reports the statuses of a message or call in any order. Where it reports no time of change, the later
/// status stays.
/// </summary>
public sealed class StatusOrderTests(DatabaseFixture fixture) : IClassFixture<DatabaseFixture>
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false, false, false)]
    [InlineData(false, false, true)]
    [InlineData(false, true, false)]
    [InlineData(false, true, true)]
    [InlineData(true, false, false)]
    [InlineData(true, false, true)]
    [InlineData(true, true, false)]
    [InlineData(true, true, true)]
    public async Task The_later_status_stays_in_whatever_order_they_arrive(
        bool timesMayChange,
        bool isBulk,
        bool isOneBatch
    )
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("statuses", Cancellation);
        await using OrgSession session = await org.OpenSessionAsync(OrgRole.Admin, Cancellation);
        IngestSource source = new("twilio", "twilio", TimesMayChange: timesMayChange);
        EventRecord[] statuses =
        [
            Status("queued", 0, EventOutcome.Unknown) with
            {
                OccurredAt = Start.AddSeconds(timesMayChange ? -6 : 0),
            },
            Status("sent", 1, EventOutcome.Sent),
            Status("delivered", 2, EventOutcome.Completed) with
            {
                Body = "final",
            },
        ];
        int[][] orders =
        [
            [0, 1, 2],
            [0, 2, 1],
            [1, 0, 2],
            [1, 2, 0],
            [2, 0, 1],
            [2, 1, 0],
        ];
        foreach (int[] order in orders)
        {
            string id = string.Concat(order);
            EventRecord[] records = [.. order.Select(n => statuses[n] with { ExternalId = id })];
            foreach (EventRecord[] batch in isOneBatch ? [records] : records.Select(r => new[] { r }))
                if (isBulk)
                    await session.Ingestion.IngestAsync(
                        source,
                        batch.ToAsyncEnumerable(),
                        cancellationToken: Cancellation
                    );
                else
                    await session.Ingestion.WriteAsync(source, batch, Cancellation);
        }

        List<ConversationEvent> stored = await session
            .Events.ReadAsync(
                EventFilter.All.ForPurpose(AccessPurpose.Quality).WithDetails().WithContent(),
                Cancellation
            )
            .ToListAsync(Cancellation);
        Assert.Equal(orders.Select(order => string.Concat(order)).Order(), stored.Select(e => e.ExternalId).Order());
        Assert.All(stored, e =>
            Assert.Equal(
                (e.ExternalId, EventOutcome.Completed, "delivered", Start, "final"),
                (e.ExternalId, e.Outcome, e.Details?.Status, e.OccurredAt, e.Content?.Body)
            )
        );
    }

    [Fact]
    public async Task A_record_with_a_time_of_change_goes_by_the_time()
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("times of change", Cancellation);
        await using OrgSession session = await org.OpenSessionAsync(OrgRole.Admin, Cancellation);
        IngestSource source = new("dated");
        EventRecord record = Status("delivered", 2, EventOutcome.Completed) with { ExternalId = "dated" };
        await session.Ingestion.WriteAsync(source, [record with { ModifiedAt = Start }], Cancellation);
        await session.Ingestion.WriteAsync(
            source,
            [record with { ModifiedAt = Start.AddMinutes(1), OutcomeRank = 1, Outcome = EventOutcome.Failed }],
            Cancellation
        );
        ConversationEvent stored = await session
            .Events.ReadAsync(EventFilter.All, Cancellation)
            .SingleAsync(Cancellation);
        Assert.Equal(EventOutcome.Failed, stored.Outcome);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(32_768)]
    public async Task A_position_that_cannot_be_stored_is_rejected(int rank)
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("ranks", Cancellation);
        await using OrgSession session = await org.OpenSessionAsync(OrgRole.Admin, Cancellation);
        IngestReport report = await session.Ingestion.WriteAsync(
            new IngestSource("ranks"),
            [Status("sent", rank, EventOutcome.Sent) with { ExternalId = "x" }],
            Cancellation
        );
        Assert.Equal((0, 1), (report.Inserted, report.Rejected));
    }

    static DateTimeOffset Start => new(2026, 3, 4, 9, 0, 0, TimeSpan.Zero);

    static EventRecord Status(string status, int rank, EventOutcome outcome) =>
        new()
        {
            OccurredAt = Start,
            Channel = EventChannel.Sms,
            Direction = EventDirection.Outbound,
            Outcome = outcome,
            OutcomeRank = rank,
            Party = "+14155550101",
            Details = new() { Status = status },
        };
}
