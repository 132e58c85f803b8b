using System.Diagnostics;
using CallIntel.Benchmarks.Generator;
using CallIntel.Benchmarks.Scorecard;
using CallIntel.Sdk.Access;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using Npgsql;

namespace CallIntel.Benchmarks.Tenancy;

/// <summary>What the verified context costs a single read.</summary>
sealed class SessionSuite : ISuite
{
    const string PointRead = "select id, occurred_at, channel, direction, outcome, duration_s from callintel.events where org_id = $1 and id = $2";

    public string Name => "session";

    public async IAsyncEnumerable<Figure> RunAsync(PostgresServer server, bool quick)
    {
        SeededFeed feed = new(50_000, orgs: 1);
        await using MigratedTemplate template = await MigratedTemplate.CreateAsync(
            server, async admin => await new CallIntelOperations(admin).EnsurePartitionsAsync(SeededFeed.FirstMonth, SeededFeed.LastMonth));
        await using TestDatabase database = await template.CloneAsync();
        TestOrg org = await database.CreateOrgAsync("org");
        await using (OrgSession owner = await org.OpenSessionAsync(OrgRole.Owner))
            await owner.Events.IngestAsync(new IngestSource("generated"), feed.RecordsOf(0).ToAsyncEnumerable());
        await using (NpgsqlCommand analyze = database.Admin.CreateCommand("vacuum analyze"))
            await analyze.ExecuteNonQueryAsync();

        Guid[] ids = [.. feed.RecordsOf(0).Select(r => EventId.From(r.OccurredAt, "generated", r.ExternalId))];
        yield return await RoundTripsAsync(database, org, ids);
        yield return await PointReadAsync(database, org, ids, quick ? 3 : 9);
    }

    async Task<Figure> RoundTripsAsync(TestDatabase database, TestOrg org, Guid[] ids)
    {
        await using WireProxy proxy = WireProxy.Start(database.AppConnectionString);
        await using CallIntelDataSource source = database.CreateDataSource(o => o.ConnectionString = proxy.ConnectionString);
        await using OrgSession session = await source.OpenSessionAsync(org.As(OrgRole.Owner));
        for (int i = 0; i < 5; i++)
            await ScopedAsync(session, org, ids[i]);
        int before = proxy.RoundTrips;
        for (int i = 0; i < 100; i++)
            await ScopedAsync(session, org, ids[i]);
        return Figure.Of(Name, "roundtrips", [(proxy.RoundTrips - before) / 100.0], "count", 1, false, "per scoped statement, counted on the wire");
    }

    async Task<Figure> PointReadAsync(TestDatabase database, TestOrg org, Guid[] ids, int runs)
    {
        const int Reads = 1_000;
        await using OrgSession session = await org.OpenSessionAsync(OrgRole.Owner);
        // the owner of the tables' database, whom no policy concerns; prepared automatically as our own connections are
        await using NpgsqlDataSource raw = NpgsqlDataSource.Create(
            new NpgsqlConnectionStringBuilder(database.AdminConnectionString) { MaxAutoPrepare = 64, AutoPrepareMinUsages = 2 }.ConnectionString);
        List<double> ratios = [], scopedTimes = [], rawTimes = [];
        for (int run = -1; run < runs; run++)
        {
            double[] scoped = new double[Reads], bare = new double[Reads];
            for (int i = 0; i < Reads; i++)
            {
                Guid id = ids[i * 7919 % ids.Length];
                long start = Stopwatch.GetTimestamp();
                int found = await ScopedAsync(session, org, id);
                scoped[i] = Stopwatch.GetElapsedTime(start).TotalMicroseconds;
                start = Stopwatch.GetTimestamp();
                found += await RawAsync(raw, org, id);
                bare[i] = Stopwatch.GetElapsedTime(start).TotalMicroseconds;
                if (found != 2)
                    throw new InvalidOperationException("A read found nothing.");
            }
            if (run < 0)
                continue;  // compiles and prepares
            ratios.Add(Figure.Median(scoped) / Figure.Median(bare));
            scopedTimes.Add(Figure.Median(scoped));
            rawTimes.Add(Figure.Median(bare));
        }
        return Figure.Of(Name, "point_read_vs_raw", ratios, "ratio", 1.5, false,
            $"medians of {Reads} reads: ours {Figure.Median(scopedTimes):0} us, raw {Figure.Median(rawTimes):0} us, loopback");
    }

    static async Task<int> ScopedAsync(OrgSession session, TestOrg org, Guid id)
    {
        int found = 0;
        await foreach (Guid _ in session.QueryAsync(PointRead, r => r.GetGuid(0), [org.Id.Value, id]))
            found++;
        return found;
    }

    static async Task<int> RawAsync(NpgsqlDataSource raw, TestOrg org, Guid id)
    {
        await using NpgsqlCommand command = raw.CreateCommand(PointRead);
        command.Parameters.Add(new NpgsqlParameter { Value = org.Id.Value });
        command.Parameters.Add(new NpgsqlParameter { Value = id });
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync();
        int found = 0;
        while (await reader.ReadAsync())
        {
            reader.GetGuid(0);
            found++;
        }
        return found;
    }
}
