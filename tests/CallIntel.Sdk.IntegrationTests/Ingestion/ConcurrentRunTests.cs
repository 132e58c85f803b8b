using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using Npgsql;

namespace CallIntel.Sdk.IntegrationTests.Ingestion;

/// <summary>
/// Tests concurrent runs over the same records: each record is stored once, and no run fails or waits forever.
/// </summary>
public sealed class ConcurrentRunTests(DatabaseFixture fixture) : IClassFixture<DatabaseFixture>
{
    static readonly IngestSource Source = new("concurrent", DefaultRegion: "DK");

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_record_committed_by_another_run_during_a_merge_is_updated()
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("overtaken", Cancellation);
        EventRecord[] records = [.. GeneratedRecords.Take(20)];
        EventRecord overtaken = records[7];

        await using NpgsqlConnection other = await fixture.Database.Admin.OpenConnectionAsync(Cancellation);
        await using NpgsqlTransaction transaction = await other.BeginTransactionAsync(Cancellation);
        await using NpgsqlCommand insert = new(
            """
            insert into callintel_private.events (org_id, id, occurred_at, source_id, channel, direction, outcome)
            values ($1, $2, $3, gen_random_uuid(), 1, 1, 0)
            """,
            other
        )
        {
            Parameters =
            {
                new NpgsqlParameter { Value = org.Id.Value },
                new NpgsqlParameter { Value = EventId.From(overtaken.OccurredAt, Source.Name, overtaken.ExternalId) },
                new NpgsqlParameter { Value = overtaken.OccurredAt.UtcDateTime },
            },
        };
        await insert.ExecuteNonQueryAsync(Cancellation);

        Task<IngestReport> run = IngestAsync(org, records);
        await UntilBlockedByAsync(other.ProcessID);
        Assert.False(run.IsCompleted);
        await transaction.CommitAsync(Cancellation);

        IngestReport report = await run;
        Assert.Equal((20, 19, 1, 0), (report.Read, report.Inserted, report.Updated, report.Rejected));
        Assert.Equal(20, await StoredState.CountAsync(fixture.Database, org, "events"));
    }

    [Fact]
    public async Task Concurrent_runs_over_the_same_records_in_different_orders_store_each_once()
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("orders", Cancellation);
        EventRecord[] records = [.. GeneratedRecords.Take(3_000)];
        IngestReport[] reports = await Task.WhenAll(
            IngestAsync(org, records),
            IngestAsync(org, records.Reverse()),
            IngestAsync(org, records.OrderBy(r => r.ExternalId, StringComparer.Ordinal))
        );
        Assert.Equal(3_000, reports.Sum(r => r.Inserted));
        Assert.All(reports, r => Assert.Equal((3_000, 0), (r.Read, r.Rejected)));
        Assert.Equal(3_000, await StoredState.CountAsync(fixture.Database, org, "events"));
        Assert.Equal(
            records.Count(r => r.Body is not null),
            await StoredState.CountAsync(fixture.Database, org, "event_contents")
        );
    }

    async Task<IngestReport> IngestAsync(TestOrg org, IEnumerable<EventRecord> records)
    {
        await using OrgSession session = await org.OpenSessionAsync(OrgRole.Owner, Cancellation);
        return await session.Ingestion.IngestAsync(
            Source,
            GeneratedRecords.Async(records),
            new IngestOptions { BatchSize = 100 },
            Cancellation
        );
    }

    async Task UntilBlockedByAsync(int process)
    {
        await using NpgsqlCommand blocked = fixture.Database.Admin.CreateCommand(
            """
            select exists (select from pg_catalog.pg_stat_activity a
                where $1 = any (pg_catalog.pg_blocking_pids(a.pid)))
            """
        );
        blocked.Parameters.Add(new NpgsqlParameter { Value = process });
        while (!(bool)(await blocked.ExecuteScalarAsync(Cancellation))!)
            await Task.Delay(10, Cancellation);
    }
}
