using CallIntel.Benchmarks.Scorecard;
using CallIntel.Sdk;
using CallIntel.Sdk.Events;
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
        int reads = quick ? 200 : 1_000,
            runs = quick ? 3 : 9,
            slow = quick ? 3 : 7;
        await using IsolationData data = await IsolationData.CreateAsync(server, quick ? 50_000 : 1_000_000);
        Guid org = data.Org.Id.Value;
        await using NpgsqlDataSource bare = ScopedQuery.Prepared(data.Database.AdminConnectionString);
        await using OrgSession owner = await data.Org.OpenSessionAsync(OrgRole.Owner);
        await using OrgSession analyst = await data.Org.OpenSessionAsync(OrgRole.Analyst);

        // What the SDK reads, it reads by functions; raw reads the same columns as a superuser, prepared.
        Task<Interleaved.Comparison> SdkAsync(
            OrgSession session,
            NpgsqlDataSource raw,
            ScopedQuery query,
            int calls,
            int times
        ) =>
            Interleaved.CompareAsync(
                i => query.SdkAsync(session, data.IdOf(i)),
                i => query.RawAsync(raw, org, data.IdOf(i)),
                calls,
                times
            );
        if (size.Wants("point_read_vs_raw"))
            yield return Ratio(
                "point_read_vs_raw",
                await SdkAsync(owner, bare, ScopedQuery.Point, reads, runs),
                1.1,
                "Events.FindAsync; loopback; raw from a pool that resets connections as drivers do"
            );
        await using NpgsqlDataSource unreset = ScopedQuery.Prepared(data.Database.AdminConnectionString, resets: false);
        if (size.Wants("point_read_vs_raw_without_reset"))
            yield return Ratio(
                "point_read_vs_raw_without_reset",
                await SdkAsync(owner, unreset, ScopedQuery.Point, reads, runs),
                1.4,
                "raw from a pool that resets nothing: what one user leaves, the next finds"
            );
        if (size.Wants("point_read_vs_raw_1ms"))
            yield return Ratio(
                "point_read_vs_raw_1ms",
                await PointReadFarAsync(data, quick ? 50 : 200, slow),
                1.03,
                "a proxy adds 1 ms to every answer"
            );
        if (size.Wants("page50_vs_explicit_filter"))
            yield return Ratio(
                "page50_vs_explicit_filter",
                await SdkAsync(owner, bare, ScopedQuery.Page, reads, runs),
                1.0,
                "Events.ReadAsync, 50 rows by id, descending, from the middle"
            );

        // Figures aggregate inside a function. A generic plan takes an org of 72 % for one of 5 %, so both sides are shown.
        await using NpgsqlDataSource planned = ScopedQuery.Prepared(
            data.Database.AdminConnectionString,
            options: "-c plan_cache_mode=force_custom_plan"
        );
        Task<Interleaved.Comparison> SumAsync(OrgSession session, NpgsqlDataSource raw, bool sameRows = true) =>
            Interleaved.CompareAsync(
                _ => ScopedQuery.BucketsAsync(session),
                _ => ScopedQuery.RawBucketsAsync(raw, org),
                5,
                slow,
                sameRows
            );
        if (size.Wants("aggregate_1M_vs_explicit_filter"))
            yield return Ratio(
                "aggregate_1M_vs_explicit_filter",
                await SumAsync(owner, bare),
                1.05,
                "callintel.count_events over all events of one org by day; raw prepared, as above"
            );
        if (size.Wants("aggregate_1M_planned_alike"))
            yield return Ratio(
                "aggregate_1M_planned_alike",
                await SumAsync(owner, planned),
                1.15,
                "likewise; raw planned for its values each time"
            );

        // Queries of a host's own.
        if (size.Wants("own_query_fence_whole_org"))
            yield return Ratio(
                "own_query_fence_whole_org",
                await Interleaved.CompareAsync(
                    _ => ScopedQuery.Fence.OwnAsync(owner),
                    _ => ScopedQuery.Fence.RawAsync(planned, org),
                    5,
                    slow
                ),
                null,
                "an aggregate over callintel.events; raw with an explicit filter, planned for its values"
            );
        if (size.Wants("own_query_fence_newest_page"))
            yield return Ratio(
                "own_query_fence_newest_page",
                await Interleaved.CompareAsync(
                    _ => ScopedQuery.FencePage.OwnAsync(owner),
                    _ => ScopedQuery.FencePage.RawAsync(bare, org),
                    5,
                    slow
                ),
                null,
                "the newest 50 of callintel.events"
            );
        if (size.Wants("own_query_range_contact"))
            yield return Ratio(
                "own_query_range_contact",
                await Interleaved.CompareAsync(
                    i => ScopedQuery.Contact.OwnAsync(owner, data.ContactOf(i)),
                    i => ScopedQuery.Contact.RawAsync(bare, org, data.ContactOf(i)),
                    reads,
                    runs
                ),
                1.5,
                "callintel.events_of; raw with an explicit filter"
            );
        if (size.Wants("own_query_range_hour"))
            yield return Ratio(
                "own_query_range_hour",
                await Interleaved.CompareAsync(
                    i =>
                        ScopedQuery.Hour.OwnAsync(
                            owner,
                            ScopedQuery.HourOf(data.IdOf(i)).From,
                            ScopedQuery.HourOf(data.IdOf(i)).To
                        ),
                    i =>
                        ScopedQuery.Hour.RawAsync(
                            bare,
                            org,
                            EventId.FirstOf(ScopedQuery.HourOf(data.IdOf(i)).From),
                            EventId.FirstOf(ScopedQuery.HourOf(data.IdOf(i)).To)
                        ),
                    reads / 2,
                    runs,
                    sameRows: false
                ),
                1.5,
                "callintel.events_between, one hour; raw with an explicit filter"
            );

        if (size.Wants("privacy_rules_0", "privacy_rules_100", "privacy_rules_10000"))
        {
            foreach ((int rules, double target) in new[] { (0, 1.05), (100, 1.15), (10_000, 1.5) })
            {
                int restricted = Math.Min(rules, data.Contacts / 20); // of few contacts the same share: with all restricted there is nothing left to read
                await data.RestrictAsync(data.Org, restricted);
                string note =
                    $"the aggregate for an analyst, {restricted} of {data.Contacts} contacts restricted; theirs counts all";
                yield return Ratio(
                    $"privacy_rules_{rules}",
                    await SumAsync(analyst, bare, sameRows: false),
                    target,
                    note
                );
                yield return Ratio(
                    $"privacy_rules_{rules}_planned_alike",
                    await SumAsync(analyst, planned, sameRows: false),
                    null,
                    $"{note}, planned for its values too"
                );
            }
            await data.RestrictAsync(data.Org, 0);
        }

        if (size.Wants("page50_restricted_10k_vs_none"))
        {
            (TestOrg without, TestOrg with, int share) = await data.CreateTwinsAsync(quick ? 20_000 : 200_000, 10_000);
            await using OrgSession open = await without.OpenSessionAsync(OrgRole.Analyst);
            await using OrgSession closed = await with.OpenSessionAsync(OrgRole.Analyst);
            yield return Ratio(
                "page50_restricted_10k_vs_none",
                await Interleaved.CompareAsync(
                    i => ScopedQuery.Page.SdkAsync(closed, data.IdOf(i)),
                    i => ScopedQuery.Page.SdkAsync(open, data.IdOf(i)),
                    reads / 2,
                    runs,
                    sameRows: false
                ),
                2,
                $"the page for an analyst, {share} contacts restricted / none, two orgs of the same size"
            );
        }

        if (size.Wants("vs_ef_interceptor", "vs_begin_setconfig"))
        {
            await data.CreateUsualPolicyAsync();
            await using NpgsqlDataSource app = ScopedQuery.Prepared(data.Database.AppConnectionString);
            Task<long> OursAsync(int i) => ScopedQuery.Point.SdkAsync(owner, data.IdOf(i));
            var entityFramework = UsualWays.EntityFramework(app);
            yield return Inverse(
                "vs_ef_interceptor",
                await Interleaved.CompareAsync(
                    OursAsync,
                    i => UsualWays.EntityFrameworkAsync(entityFramework, org, data.IdOf(i)),
                    reads / 2,
                    runs
                ),
                "theirs / ours: Entity Framework, an interceptor sets the org when a connection opens"
            );
            yield return Inverse(
                "vs_begin_setconfig",
                await Interleaved.CompareAsync(
                    OursAsync,
                    i => UsualWays.SetConfigAsync(app, org, data.IdOf(i)),
                    reads / 2,
                    runs
                ),
                "theirs / ours: begin, set_config, select, commit"
            );
        }

        if (size.Wants("attacks_run", "attacks_succeeded", "differential_fuzz_differences"))
            await foreach (Figure figure in AttackFigures.RunAsync(server, Name))
                yield return figure;
        if (size.Wants("app_privileges_on_guarded_tables"))
            yield return Figure.Of(
                Name,
                "app_privileges_on_guarded_tables",
                [await data.CountAppPrivilegesAsync()],
                "count",
                0,
                false,
                "privileges of callintel_app on tables and partitions, by the catalogue; inserting into staging slots aside"
            );
        if (size.Wants("sql_mutants", "sql_mutants_survived"))
            foreach (Figure figure in SqlMutants.Figures(Name))
                yield return figure;
    }

    static async Task<Interleaved.Comparison> PointReadFarAsync(IsolationData data, int reads, int runs)
    {
        await using WireProxy ourWire = WireProxy.Start(data.Database.AppConnectionString, Late),
            theirWire = WireProxy.Start(data.Database.AdminConnectionString, Late);
        await using CallIntelDataSource source = data.Database.CreateDataSource(o =>
            o.ConnectionString = ourWire.ConnectionString
        );
        await using OrgSession session = await source.OpenSessionAsync(data.Org.As(OrgRole.Owner));
        await using NpgsqlDataSource bare = ScopedQuery.Prepared(theirWire.ConnectionString);
        return await Interleaved.CompareAsync(
            i => ScopedQuery.Point.SdkAsync(session, data.IdOf(i)),
            i => ScopedQuery.Point.RawAsync(bare, data.Org.Id.Value, data.IdOf(i)),
            reads,
            runs
        );

        static byte[] Late(byte[] answer)
        {
            Thread.Sleep(1);
            return answer;
        }
    }

    Figure Ratio(string name, Interleaved.Comparison comparison, double? target, string note) =>
        Figure.Of(Name, name, comparison.Ratios, "ratio", target, false, $"{comparison.Note}; {note}");

    Figure Inverse(string name, Interleaved.Comparison comparison, string note) =>
        Figure.Of(
            Name,
            name,
            [.. comparison.Ratios.Select(r => 1 / r)],
            "ratio",
            null,
            true,
            $"{comparison.Note}; {note}"
        );
}
