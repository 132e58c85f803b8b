using CallIntel.Benchmarks.Generator;
using CallIntel.Benchmarks.Isolation;
using CallIntel.Benchmarks.Scorecard;
using CallIntel.Sdk;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using Npgsql;

namespace CallIntel.Benchmarks.Tenancy;

/// <summary>The cost of the verified context for a single read.</summary>
sealed class SessionSuite : ISuite
{
    public string Name => "session";

    public async IAsyncEnumerable<Figure> RunAsync(PostgresServer server, ScorecardSize size)
    {
        bool quick = size.Quick;
        SeededFeed feed = new(50_000, orgs: 1);
        await using MigratedTemplate template = await MigratedTemplate.CreateAsync(server, async admin =>
            await new CallIntelOperations(admin).EnsurePartitionsAsync(SeededFeed.FirstMonth, SeededFeed.LastMonth)
        );
        await using TestDatabase database = await template.CloneAsync();
        TestOrg org = await database.CreateOrgAsync("org");
        await using (OrgSession owner = await org.OpenSessionAsync(OrgRole.Owner))
            await owner.Ingestion.IngestAsync(new IngestSource("generated"), feed.GetRecords(0).ToAsyncEnumerable());
        await using (NpgsqlCommand analyze = database.Admin.CreateCommand("vacuum analyze"))
            await analyze.ExecuteNonQueryAsync();

        Guid[] ids = [.. feed.GetRecords(0).Select(r => EventId.From(r.OccurredAt, "generated", r.ExternalId))];
        yield return await RoundTripsAsync(database, org, ids);
        yield return await PointReadAsync(database, org, ids, quick ? 3 : 9);
    }

    async Task<Figure> RoundTripsAsync(TestDatabase database, TestOrg org, Guid[] ids)
    {
        await using WireProxy proxy = WireProxy.Start(database.AppConnectionString);
        await using CallIntelDataSource source = database.CreateDataSource(o =>
            o.ConnectionString = proxy.ConnectionString
        );
        await using OrgSession session = await source.OpenSessionAsync(org.As(OrgRole.Owner));
        for (int i = 0; i < 5; i++)
            await ScopedQuery.Point.SdkAsync(session, ids[i]);
        int before = proxy.RoundTrips;
        for (int i = 0; i < 100; i++)
            await ScopedQuery.Point.SdkAsync(session, ids[i]);
        return Figure.Create(
            Name,
            "roundtrips",
            [(proxy.RoundTrips - before) / 100.0],
            "count",
            1,
            false,
            "round trips per statement of a session, counted by a proxy"
        );
    }

    async Task<Figure> PointReadAsync(TestDatabase database, TestOrg org, Guid[] ids, int runs)
    {
        await using OrgSession session = await org.OpenSessionAsync(OrgRole.Owner);
        await using NpgsqlDataSource raw = ScopedQuery.Prepared(database.AdminConnectionString);
        Interleaved.Comparison reads = await Interleaved.CompareAsync(
            i => ScopedQuery.Point.SdkAsync(session, ids[i * 7919 % ids.Length]),
            i => ScopedQuery.Point.RawAsync(raw, org.Id.Value, ids[i * 7919 % ids.Length]),
            1_000,
            runs
        );
        return Figure.Create(
            Name,
            "point_read_vs_raw",
            reads.Ratios,
            "ratio",
            1.5,
            false,
            $"{reads.Note}; medians of 1000 reads, loopback"
        );
    }
}
