using CallIntel.Benchmarks.Scorecard;
using CallIntel.Sdk.Access;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using Npgsql;

namespace CallIntel.Benchmarks.Isolation;

/// <summary>What it costs that no statement crosses an org, beside no isolation at all and beside the usual ways.</summary>
sealed class IsolationSuite : ISuite
{
    public string Name => "isolation";

    public async IAsyncEnumerable<Figure> RunAsync(PostgresServer server, ScorecardSize size)
    {
        bool quick = size.Quick;
        int reads = quick ? 200 : 1_000, runs = quick ? 3 : 9, slow = quick ? 3 : 7;
        await using IsolationData data = await IsolationData.CreateAsync(server, quick ? 50_000 : 1_000_000);
        Guid org = data.Org.Id.Value;
        await using NpgsqlDataSource bare = ScopedQuery.Prepared(data.Database.AdminConnectionString);
        await using OrgSession owner = await data.Org.OpenSessionAsync(OrgRole.Owner);
        await using OrgSession analyst = await data.Org.OpenSessionAsync(OrgRole.Analyst);

        Task<Interleaved.Comparison> WithBareAsync(OrgSession session, ScopedQuery query, int calls, int times, bool sameRows = true) =>
            CompareAsync(data, session, bare, query, calls, times, sameRows);

        yield return Ratio("point_read_vs_raw", await WithBareAsync(owner, ScopedQuery.Point, reads, runs), 1.2, "loopback; raw as a superuser, prepared, from a pool that resets connections as drivers do");
        await using NpgsqlDataSource unreset = ScopedQuery.Prepared(data.Database.AdminConnectionString, resets: false);
        yield return Ratio("point_read_vs_raw_without_reset", await CompareAsync(data, owner, unreset, ScopedQuery.Point, reads, runs), null, "raw from a pool that resets nothing: what one user leaves, the next finds");

        yield return Ratio("point_read_vs_raw_1ms", await PointReadFarAsync(data, quick ? 50 : 200, slow), 1.03, "a proxy adds 1 ms to every answer");
        yield return Ratio("page50_vs_explicit_filter", await WithBareAsync(owner, ScopedQuery.Page, reads, runs), 1.1, "50 rows by id, descending");

        // What reads much is planned for its values (ADR 0026). Of a statement that the driver prepares PostgreSQL makes a generic plan after five times.
        await using NpgsqlDataSource planned = ScopedQuery.Prepared(data.Database.AdminConnectionString, options: "-c plan_cache_mode=force_custom_plan");
        Task<Interleaved.Comparison> SumAsync(OrgSession session, NpgsqlDataSource raw) => Interleaved.CompareAsync(
            i => ScopedQuery.Aggregate.PlannedAsync(session, data.IdOf(i)), i => ScopedQuery.Aggregate.BareAsync(raw, org, data.IdOf(i)), 5, slow);
        yield return Ratio("aggregate_1M_vs_explicit_filter", await SumAsync(owner, bare), 1.05, "count, sum and max over all events of one org, QueryPlan.Custom; raw prepared, as above");
        yield return Ratio("aggregate_1M_planned_alike", await SumAsync(owner, planned), null, "likewise; raw planned for its values too");
        yield return Ratio("aggregate_1M_generic", await WithBareAsync(owner, ScopedQuery.Aggregate, 5, slow), null, "ours by QueryPlan.Generic; raw prepared");
        foreach ((int rules, double target) in new[] { (0, 1.05), (100, 1.15), (10_000, 1.5) })
        {
            int restricted = Math.Min(rules, data.Contacts / 20);  // of few contacts the same share: with all restricted there is nothing left to read
            await data.RestrictAsync(restricted);
            string note = $"the aggregate for an analyst, {restricted} of {data.Contacts} contacts restricted; theirs counts all";
            yield return Ratio($"privacy_rules_{rules}", await SumAsync(analyst, bare), target, note);
            yield return Ratio($"privacy_rules_{rules}_planned_alike", await SumAsync(analyst, planned), null, $"{note}, planned for its values too");
            if (restricted > 0)
                yield return Ratio($"privacy_rules_{rules}_page50", await WithBareAsync(analyst, ScopedQuery.Page, reads / 4, slow, sameRows: false), null, "the page, likewise");
        }
        await data.RestrictAsync(0);

        await data.CreateUsualPolicyAsync();
        await using NpgsqlDataSource app = ScopedQuery.Prepared(data.Database.AppConnectionString);
        Task<long> OursAsync(int i) => ScopedQuery.Point.ScopedAsync(owner, data.IdOf(i));
        var entityFramework = UsualWays.EntityFramework(app);
        yield return Inverse("vs_ef_interceptor", await Interleaved.CompareAsync(
            OursAsync, i => UsualWays.EntityFrameworkAsync(entityFramework, org, data.IdOf(i)), reads / 2, runs),
            "theirs / ours: Entity Framework, an interceptor sets the org when a connection opens");
        yield return Inverse("vs_begin_setconfig", await Interleaved.CompareAsync(
            OursAsync, i => UsualWays.SetConfigAsync(app, org, data.IdOf(i)), reads / 2, runs),
            "theirs / ours: begin, set_config, select, commit");

        await foreach (Figure figure in AttackFigures.RunAsync(server, Name))
            yield return figure;
        foreach (Figure figure in SqlMutants.Figures(Name))
            yield return figure;
    }

    static Task<Interleaved.Comparison> CompareAsync(
        IsolationData data, OrgSession session, NpgsqlDataSource raw, ScopedQuery query, int calls, int runs, bool sameRows = true) => Interleaved.CompareAsync(
            i => query.ScopedAsync(session, data.IdOf(i)),
            i => query.BareAsync(raw, data.Org.Id.Value, data.IdOf(i)), calls, runs, sameRows);

    static async Task<Interleaved.Comparison> PointReadFarAsync(IsolationData data, int reads, int runs)
    {
        await using WireProxy ourWire = WireProxy.Start(data.Database.AppConnectionString, Late), theirWire = WireProxy.Start(data.Database.AdminConnectionString, Late);
        await using CallIntelDataSource source = data.Database.CreateDataSource(o => o.ConnectionString = ourWire.ConnectionString);
        await using OrgSession session = await source.OpenSessionAsync(data.Org.As(OrgRole.Owner));
        await using NpgsqlDataSource bare = ScopedQuery.Prepared(theirWire.ConnectionString);
        return await CompareAsync(data, session, bare, ScopedQuery.Point, reads, runs);

        static byte[] Late(byte[] answer)
        {
            Thread.Sleep(1);
            return answer;
        }
    }

    Figure Ratio(string name, Interleaved.Comparison comparison, double? target, string note) =>
        Figure.Of(Name, name, comparison.Ratios, "ratio", target, false, $"{comparison.Note}; {note}");

    Figure Inverse(string name, Interleaved.Comparison comparison, string note) =>
        Figure.Of(Name, name, [.. comparison.Ratios.Select(r => 1 / r)], "ratio", null, true, $"{comparison.Note}; {note}");
}
