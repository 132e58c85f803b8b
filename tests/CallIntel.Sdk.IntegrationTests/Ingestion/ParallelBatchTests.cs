using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;

namespace CallIntel.Sdk.IntegrationTests.Ingestion;

/// <summary>
/// Tests that parallel batches of a run end in the same state as sequential batches, even if they contain the same
/// records.
/// </summary>
public sealed class ParallelBatchTests(DatabaseFixture fixture) : IClassFixture<DatabaseFixture>
{
    const int BatchSize = 40;
    static readonly DateTimeOffset Begin = new(2026, 1, 31, 20, 0, 0, TimeSpan.Zero);
    static readonly IngestSource Source = new("beside", DefaultRegion: "DK");

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1, 0)] // nothing but new records, late ones and exact repetitions
    [InlineData(2, 200)] // one record in 200 is changed later
    [InlineData(3, 20)]
    public async Task Parallel_batches_end_in_the_same_state_as_sequential_batches(int seed, int correctedEvery)
    {
        EventRecord[] deliveries = [.. Deliveries(3_000, seed, correctedEvery)];
        TestOrg one = await fixture.Database.CreateOrgAsync($"one {seed}", Cancellation),
            many = await fixture.Database.CreateOrgAsync($"many {seed}", Cancellation);
        IngestReport expected = await IngestAsync(one, deliveries, lanes: 1),
            report = await IngestAsync(many, deliveries, lanes: 4);
        Assert.Equal(Counts(expected), Counts(report));
        Assert.True(
            report.Duplicate > 50 && (correctedEvery == 0 || report.Updated > 5),
            $"The deliveries try too little: {report.Duplicate} duplicates, {report.Updated} updated."
        );
        Assert.Equal(
            await StoredState.OfAsync(fixture.Database, one),
            await StoredState.OfAsync(fixture.Database, many)
        );
    }

    [Fact]
    public async Task More_conflicting_runs_than_slots_all_finish()
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("crowd", Cancellation);
        EventRecord[] deliveries = [.. Deliveries(1_000, 7, 30)];
        Func<EventRecord, string>[] orders =
        [
            d => d.ExternalId!,
            d => d.ExternalId![..1],
            d => d.ExternalId![^1..],
            d => d.Party!,
            d => d.Party![^1..],
            d => d.Body ?? "",
        ];
        IngestReport[] reports = await Task.WhenAll(
                orders.Select(order => IngestAsync(org, deliveries.OrderBy(order, StringComparer.Ordinal), lanes: 3))
            )
            .WaitAsync(TimeSpan.FromMinutes(3), Cancellation);
        int different = deliveries.DistinctBy(d => d.ExternalId).Count();
        Assert.Equal(different, reports.Sum(r => r.Inserted));
        Assert.Equal(different, await StoredState.CountAsync(fixture.Database, org, "events"));
        Assert.All(reports, r => Assert.Equal((deliveries.Length, 0), (r.Read, r.Rejected)));
    }

    [Fact]
    public async Task Deletions_in_parallel_batches_are_merged_in_order()
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("deleted", Cancellation);
        EventRecord[] records = [.. Deliveries(1_000, 9, 0)];
        EventRecord gone = records[500];
        // deleted, and then received again from a source that does not know of the deletion
        EventRecord[] deliveries =
        [
            .. records[..600],
            gone with
            {
                Change = RecordChange.Deleted,
                Body = null,
            },
            .. records[600..],
            gone,
        ];
        IngestReport report = await IngestAsync(org, deliveries, lanes: 4);
        int different = records.DistinctBy(d => d.ExternalId).Count();
        Assert.Equal(different - 1, await StoredState.CountAsync(fixture.Database, org, "events"));
        Assert.Equal((different, 1), (report.Inserted, report.Updated));
        Assert.Equal(deliveries.Length, report.Inserted + report.Updated + report.Duplicate + report.Suppressed);
    }

    async Task<IngestReport> IngestAsync(TestOrg org, IEnumerable<EventRecord> records, int lanes)
    {
        await using OrgSession session = await org.OpenSessionAsync(OrgRole.Owner, Cancellation);
        return await session.Ingestion.IngestAsync(
            Source,
            GeneratedRecords.Async(records),
            new IngestOptions { BatchSize = BatchSize, Lanes = lanes },
            Cancellation
        );
    }

    static (long, long, long, long, long, long) Counts(IngestReport r) =>
        (r.Read, r.Inserted, r.Updated, r.Duplicate, r.Rejected, r.Suppressed);

    /// <summary>
    /// Records in their order, some of them late, some again after a few or after many others, some of those told
    /// differently.
    /// </summary>
    static IEnumerable<EventRecord> Deliveries(int count, int seed, int correctedEvery)
    {
        Random random = new(seed);
        List<EventRecord> told = [];
        Queue<EventRecord> late = [];
        for (int i = 0; i < count; i++)
        {
            EventRecord record = new()
            {
                OccurredAt = Begin.AddSeconds(20 * i),
                Channel = EventChannel.Sms,
                Direction = EventDirection.Inbound,
                Outcome = EventOutcome.Completed,
                Party = $"+4520{random.Next(100_000, 100_060)}",
                ExternalId = $"{i}",
                Body = i % 2 == 0 ? $"text {i}" : null,
            };
            if (random.Next(50) == 0)
            {
                late.Enqueue(record);
                continue;
            }
            told.Add(record);
            yield return record;
            if (late.Count > 3)
            {
                told.Add(late.Peek());
                yield return late.Dequeue();
            }
            if (random.Next(20) == 0)
                yield return told[^random.Next(1, Math.Min(told.Count, 4 * BatchSize) + 1)];
            if (correctedEvery > 0 && random.Next(correctedEvery) == 0)
            {
                int which = told.Count - random.Next(1, Math.Min(told.Count, 4 * BatchSize) + 1);
                told[which] = told[which] with
                {
                    Duration = TimeSpan.FromSeconds(random.Next(100)),
                    Body = random.Next(2) == 0 ? $"corrected {i}" : told[which].Body,
                };
                yield return told[which];
            }
        }
        foreach (EventRecord record in late)
            yield return record;
    }
}
