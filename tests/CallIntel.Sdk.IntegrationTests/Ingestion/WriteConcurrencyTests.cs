using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using Npgsql;

namespace CallIntel.Sdk.IntegrationTests.Ingestion;

/// <summary>Tests concurrent writes from several hosts, cancelled writes, and writes during a bulk load.</summary>
public sealed class WriteConcurrencyTests(DatabaseFixture fixture) : IClassFixture<DatabaseFixture>
{
    static readonly IngestSource Source = new("webhook");

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Concurrent_writes_of_the_same_record_store_it_once()
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("two hosts", Cancellation);
        await using CallIntelDataSource other = fixture.Database.CreateDataSource();
        await using OrgSession here = await org.OpenSessionAsync(OrgRole.Owner, Cancellation),
            there = await other.OpenSessionAsync(org.As(OrgRole.Owner), Cancellation);
        EventRecord[] records = [.. GeneratedRecords.Take(60)];
        foreach (EventRecord record in records)
        {
            IngestReport[] reports = await Task.WhenAll(
                here.Ingestion.WriteAsync(Source, [record], Cancellation),
                there.Ingestion.WriteAsync(Source, [record], Cancellation)
            );
            Assert.Equal(
                (1, 1, 0),
                (reports.Sum(r => r.Inserted), reports.Sum(r => r.Duplicate), reports.Sum(r => r.Updated))
            );
        }
        StoredState state = await StoredState.OfAsync(fixture.Database, org);
        Assert.Equal(
            (60, records.Count(r => r.Body is not null), records.Select(r => r.Party).Distinct().Count()),
            (state.Events, state.Contents, state.Contacts)
        );
        Assert.Equal(
            [(60L, 60L), (60L, 60L)],
            await here.QueryAsync(
                    "select read, inserted + duplicate from callintel.sync_runs",
                    r => (r.GetInt64(0), r.GetInt64(1)),
                    cancellationToken: Cancellation
                )
                .ToListAsync(Cancellation)
        );
    }

    [Fact]
    public async Task Overlapping_writes_in_opposite_orders_finish_without_a_deadlock()
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("overlapping", Cancellation);
        CallIntelDataSource[] sources = [fixture.Database.CreateDataSource(), fixture.Database.CreateDataSource()];
        OrgSession[] hosts =
        [
            await sources[0].OpenSessionAsync(org.As(OrgRole.Owner), Cancellation),
            await sources[1].OpenSessionAsync(org.As(OrgRole.Owner), Cancellation),
        ];
        EventRecord[] all = [.. GeneratedRecords.Take(400)];
        async Task<IngestReport[]> WriterAsync(int writer)
        {
            Random random = new(writer);
            List<IngestReport> reports = [];
            for (int i = 0; i < 25; i++)
            {
                int first = random.Next(360);
                IEnumerable<EventRecord> some = all.Skip(first)
                    .Take(40)
                    .Select(r =>
                        random.Next(4) switch
                        {
                            0 => r with { Outcome = (EventOutcome)random.Next(1, 4) },
                            1 when writer % 3 == 0 => r with
                            {
                                Change = RecordChange.Deleted,
                                Body = null,
                                Party = null,
                            },
                            _ => r,
                        }
                    );
                reports.Add(
                    await hosts[writer % 2]
                        .Ingestion.WriteAsync(Source, [.. writer % 2 == 0 ? some : some.Reverse()], Cancellation)
                );
            }
            return [.. reports];
        }

        IngestReport[][] written = await Task.WhenAll(Enumerable.Range(0, 6).Select(WriterAsync));

        Assert.All(written.SelectMany(r => r), r =>
            Assert.Equal(r.Read, r.Inserted + r.Updated + r.Duplicate + r.Suppressed + r.Rejected)
        );
        Assert.Equal(
            [(6 * 25 * 40L, written.Sum(w => w.Sum(r => r.Inserted)), written.Sum(w => w.Sum(r => r.Updated)))],
            await hosts[0]
                .QueryAsync(
                    "select sum(read)::bigint, sum(inserted)::bigint, sum(updated)::bigint from callintel.sync_runs",
                    r => (r.GetInt64(0), r.GetInt64(1), r.GetInt64(2)),
                    cancellationToken: Cancellation
                )
                .ToListAsync(Cancellation)
        );
        long stored = await StoredState.CountAsync(fixture.Database, org, "events"),
            gone = await StoredState.CountAsync(fixture.Database, org, "event_tombstones");
        Assert.InRange(stored + gone, 350, 400);

        // no transaction was rolled back and retried because of a deadlock; the server counts when a connection ends
        foreach (CallIntelDataSource source in sources)
            await source.DisposeAsync();
        await using NpgsqlCommand deadlocks = fixture.Database.Admin.CreateCommand(
            "select deadlocks from pg_stat_database where datname = current_database()"
        );
        Assert.Equal(0L, await deadlocks.ExecuteScalarAsync(Cancellation));
    }

    [Fact]
    public async Task Writes_during_a_bulk_load_of_the_same_records_store_each_once()
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("beside bulk", Cancellation);
        await using OrgSession session = await org.OpenSessionAsync(OrgRole.Owner, Cancellation);
        EventRecord[] records = [.. GeneratedRecords.Take(2_000)];
        Task<IngestReport> bulk = session.Ingestion.IngestAsync(
            Source,
            GeneratedRecords.Async(records),
            new IngestOptions { BatchSize = 100 },
            Cancellation
        );
        long written = 0;
        for (int i = 1_999; i > 0; i -= 40)
            written += (
                await session.Ingestion.WriteAsync(Source, records[Math.Max(0, i - 39)..(i + 1)], Cancellation)
            ).Inserted;
        Assert.Equal(2_000, written + (await bulk).Inserted);
        StoredState state = await StoredState.OfAsync(fixture.Database, org);
        Assert.Equal((2_000, records.Count(r => r.Body is not null)), (state.Events, state.Contents));
    }

    [Fact]
    public async Task A_write_cancelled_while_waiting_stores_nothing()
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("cancelled", Cancellation);
        await using OrgSession session = await org.OpenSessionAsync(OrgRole.Owner, Cancellation);
        EventRecord[] records = [.. GeneratedRecords.Take(20)];
        await session.Ingestion.WriteAsync(Source, records[..10], Cancellation);
        StoredState before = await StoredState.OfAsync(fixture.Database, org);

        // the stream's row is the last that a write takes: everything else is done by then
        await using (NpgsqlConnection blocker = await fixture.Database.Admin.OpenConnectionAsync(Cancellation))
        {
            await using NpgsqlTransaction holding = await blocker.BeginTransactionAsync(Cancellation);
            await using (
                NpgsqlCommand hold = new(
                    $"select 1 from callintel_private.sync_streams where org_id = '{org.Id}' for update",
                    blocker
                )
            )
                await hold.ExecuteNonQueryAsync(Cancellation);
            using CancellationTokenSource impatient = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
            Task<IngestReport> write = session.Ingestion.WriteAsync(
                Source,
                [.. records[10..], records[0] with { OccurredAt = default }],
                impatient.Token
            );
            await UntilBlockedAsync(blocker);
            await impatient.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => write);
            await holding.RollbackAsync(Cancellation);
        }

        Assert.Equal(
            before,
            await StoredState.OfAsync(fixture.Database, org) with
            {
                Contacts = before.Contacts,
                Numbers = before.Numbers,
            }
        );
        Assert.Equal(
            [10L],
            await session
                .QueryAsync("select read from callintel.sync_runs", r => r.GetInt64(0), cancellationToken: Cancellation)
                .ToListAsync(Cancellation)
        );
        Assert.Equal(0, await StoredState.CountAsync(fixture.Database, org, "ingest_rejects"));
        Assert.Equal(
            (10, 10),
            await session.Ingestion.WriteAsync(Source, records, Cancellation) is var again
                ? (again.Inserted, again.Duplicate)
                : default
        );
    }

    static async Task UntilBlockedAsync(NpgsqlConnection blocker)
    {
        while (true)
        {
            await using NpgsqlCommand waiting = new(
                """
                select count(*) from pg_locks l where not l.granted and pg_backend_pid() = any (pg_blocking_pids(l.pid))
                """,
                blocker
            );
            if ((long)(await waiting.ExecuteScalarAsync(Cancellation))! > 0)
                return;
            await Task.Delay(20, Cancellation);
        }
    }
}
