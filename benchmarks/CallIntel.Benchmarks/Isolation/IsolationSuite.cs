using CallIntel.Benchmarks.Scorecard;
using CallIntel.Sdk;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using Npgsql;

namespace CallIntel.Benchmarks.Isolation;

/// <summary>The cost of isolation between orgs, compared with no isolation and with common approaches.</summary>
sealed class IsolationSuite : ISuite
{
    public string Name => "isolation";

    public async IAsyncEnumerable<Figure> RunAsync(PostgresServer server, ScorecardSize size)
    {
        int reads = size.Pick(1_000, 200),
            runs = size.Pick(9, 3),
            slow = size.Pick(7, 3);
        await using IsolationData data = await IsolationData.CreateAsync(server, size.Pick(1_000_000, 50_000));
        Guid org = data.Org.Id.Value;
        await using NpgsqlDataSource bare = ScopedQuery.Prepared(data.Database.AdminConnectionString);
        await using OrgSession owner = await data.Org.OpenSessionAsync(OrgRole.Owner);
        await using OrgSession analyst = await data.Org.OpenSessionAsync(OrgRole.Analyst);

        // The SDK reads with functions. The raw query reads the same columns as a superuser, with a prepared statement.
        Task<Interleaved.Comparison> SdkAsync(
            OrgSession session,
            NpgsqlDataSource raw,
            ScopedQuery query,
            int calls,
            int times
        ) =>
            Interleaved.CompareAsync(
                i => query.SdkAsync(session, data.GetEvent(i)),
                i => query.RawAsync(raw, org, data.GetEvent(i)),
                calls,
                times
            );
        if (size.Wants("point_read_vs_raw"))
            yield return Ratio(
                "point_read_vs_raw",
                await SdkAsync(owner, bare, ScopedQuery.Point, reads, runs),
                1.1,
                "Events.FindAsync over loopback; the raw query uses a pool that resets connections, as by default"
            );
        await using NpgsqlDataSource unreset = ScopedQuery.Prepared(data.Database.AdminConnectionString, resets: false);
        if (size.Wants("point_read_vs_raw_without_reset"))
            yield return Ratio(
                "point_read_vs_raw_without_reset",
                await SdkAsync(owner, unreset, ScopedQuery.Point, reads, runs),
                1.4,
                "the raw query uses a pool that does not reset connections, so session state reaches the next user"
            );
        if (size.Wants("point_read_vs_raw_1ms"))
            yield return Ratio(
                "point_read_vs_raw_1ms",
                await ReadWithLatencyAsync(data, size.Pick(200, 50), slow),
                1.03,
                "a proxy delays every answer by 1 ms"
            );
        if (size.Wants("page50_vs_explicit_filter"))
            yield return Ratio(
                "page50_vs_explicit_filter",
                await SdkAsync(owner, bare, ScopedQuery.Page, reads, runs),
                1.0,
                "Events.ReadAsync, 50 rows in descending order of id, from the middle"
            );

        // Dashboards aggregate in a function. A generic plan assumes that the org has 5 % of the rows instead of 72 %,
        // so the raw query is measured with both kinds of plans.
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
                "callintel.count_events over all events of one org by day; the raw query is prepared, as above"
            );
        if (size.Wants("aggregate_1M_planned_alike"))
            yield return Ratio(
                "aggregate_1M_planned_alike",
                await SumAsync(owner, planned),
                1.15,
                "the same; the raw query is planned for its values each time, and may use parallel workers"
            );
        if (size.Wants("aggregate_1M_one_process"))
        {
            await using NpgsqlDataSource serial = ScopedQuery.Prepared(
                data.Database.AdminConnectionString,
                options: "-c plan_cache_mode=force_custom_plan -c max_parallel_workers_per_gather=0"
            );
            yield return Ratio(
                "aggregate_1M_one_process",
                await SumAsync(owner, serial),
                1.15,
                "the same; the raw query is planned for its values each time, without parallel workers"
            );
        }

        // queries of a host
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
                "an aggregate over callintel.events; the raw query has a filter and is planned for its values"
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
                    i => ScopedQuery.Contact.OwnAsync(owner, data.GetContact(i)),
                    i => ScopedQuery.Contact.RawAsync(bare, org, data.GetContact(i)),
                    reads,
                    runs
                ),
                1.5,
                "callintel.events_of; the raw query has a filter"
            );
        if (size.Wants("own_query_range_hour"))
            yield return Ratio(
                "own_query_range_hour",
                await Interleaved.CompareAsync(
                    i =>
                        ScopedQuery.Hour.OwnAsync(
                            owner,
                            ScopedQuery.GetHour(data.GetEvent(i)).From,
                            ScopedQuery.GetHour(data.GetEvent(i)).To
                        ),
                    i =>
                        ScopedQuery.Hour.RawAsync(
                            bare,
                            org,
                            EventId.FirstOf(ScopedQuery.GetHour(data.GetEvent(i)).From),
                            EventId.FirstOf(ScopedQuery.GetHour(data.GetEvent(i)).To)
                        ),
                    reads / 2,
                    runs,
                    sameRows: false
                ),
                1.5,
                "callintel.events_between, one hour; the raw query has a filter"
            );

        if (size.Wants("privacy_rules_0", "privacy_rules_100", "privacy_rules_10000"))
        {
            foreach ((int rules, double target) in new[] { (0, 1.05), (100, 1.15), (10_000, 1.5) })
            {
                // at most 5 %, because an org in which all contacts are restricted has nothing left to read
                int restricted = Math.Min(rules, data.Contacts / 20);
                await data.RestrictAsync(data.Org, restricted);
                string note =
                    $"the aggregate for an analyst, {restricted} of {data.Contacts} contacts restricted; "
                    + "the raw query counts all";
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
                    $"{note} and is planned for its values"
                );
            }
            await data.RestrictAsync(data.Org, 0);
        }

        if (size.Wants("page50_restricted_10k_vs_none"))
        {
            (TestOrg without, TestOrg with, int share) = await data.CreateTwinsAsync(
                size.Pick(200_000, 20_000, atLeast: 5_000),
                size.Pick(10_000, 10_000)
            );
            await using OrgSession open = await without.OpenSessionAsync(OrgRole.Analyst);
            await using OrgSession closed = await with.OpenSessionAsync(OrgRole.Analyst);
            yield return Ratio(
                "page50_restricted_10k_vs_none",
                await Interleaved.CompareAsync(
                    i => ScopedQuery.Page.SdkAsync(closed, data.GetEvent(i)),
                    i => ScopedQuery.Page.SdkAsync(open, data.GetEvent(i)),
                    reads / 2,
                    runs,
                    sameRows: false
                ),
                2,
                $"the page for an analyst of an org with {share} restricted contacts / of an equal org without"
            );
        }

        if (size.Wants("vs_ef_interceptor", "vs_begin_setconfig"))
        {
            await data.CreateBaselinePolicyAsync();
            await using NpgsqlDataSource app = ScopedQuery.Prepared(data.Database.AppConnectionString);
            Task<long> OursAsync(int i) => ScopedQuery.Point.SdkAsync(owner, data.GetEvent(i));
            var entityFramework = BaselineApproaches.EntityFramework(app);
            yield return Inverse(
                "vs_ef_interceptor",
                await Interleaved.CompareAsync(
                    OursAsync,
                    i => BaselineApproaches.EntityFrameworkAsync(entityFramework, org, data.GetEvent(i)),
                    reads / 2,
                    runs
                ),
                "theirs / ours: Entity Framework with an interceptor that sets the org when a connection opens"
            );
            yield return Inverse(
                "vs_begin_setconfig",
                await Interleaved.CompareAsync(
                    OursAsync,
                    i => BaselineApproaches.SetConfigAsync(app, org, data.GetEvent(i)),
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
            yield return Figure.Create(
                Name,
                "app_privileges_on_guarded_tables",
                [await data.CountAppPrivilegesAsync()],
                "count",
                0,
                false,
                "privileges of callintel_app on tables and partitions, except insert on staging slots"
            );
        if (size.Wants("sql_mutants", "sql_mutants_survived"))
            foreach (Figure figure in SqlMutants.ReadFigures(Name))
                yield return figure;
    }

    static async Task<Interleaved.Comparison> ReadWithLatencyAsync(IsolationData data, int reads, int runs)
    {
        await using WireProxy ourWire = WireProxy.Start(data.Database.AppConnectionString, Delay),
            theirWire = WireProxy.Start(data.Database.AdminConnectionString, Delay);
        await using CallIntelDataSource source = data.Database.CreateDataSource(o =>
            o.ConnectionString = ourWire.ConnectionString
        );
        await using OrgSession session = await source.OpenSessionAsync(data.Org.As(OrgRole.Owner));
        await using NpgsqlDataSource bare = ScopedQuery.Prepared(theirWire.ConnectionString);
        return await Interleaved.CompareAsync(
            i => ScopedQuery.Point.SdkAsync(session, data.GetEvent(i)),
            i => ScopedQuery.Point.RawAsync(bare, data.Org.Id.Value, data.GetEvent(i)),
            reads,
            runs
        );

        static byte[] Delay(byte[] answer)
        {
            Thread.Sleep(1);
            return answer;
        }
    }

    Figure Ratio(string name, Interleaved.Comparison comparison, double? target, string note) =>
        Figure.Create(Name, name, comparison.Ratios, "ratio", target, false, $"{comparison.Note}; {note}");

    Figure Inverse(string name, Interleaved.Comparison comparison, string note) =>
        Figure.Create(
            Name,
            name,
            [.. comparison.Ratios.Select(r => 1 / r)],
            "ratio",
            null,
            true,
            $"{comparison.Note}; {note}"
        );
}
