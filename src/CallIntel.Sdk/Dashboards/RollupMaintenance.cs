using System.Data;
using CallIntel.Sdk.Tenancy;
using Npgsql;

namespace CallIntel.Sdk.Dashboards;

/// <summary>Computes and verifies the cells that dashboards are answered from, for operations tools.</summary>
/// <remarks>Thread-safe. Connects as <c>callintel_ops</c> or as the role that installed the schema.</remarks>
sealed class RollupMaintenance(NpgsqlDataSource source)
{
    /// <summary>The marked days of an org that one transaction computes.</summary>
    const int DaysPerTransaction = 31;

    static readonly TimeSpan VerifiedRange = TimeSpan.FromDays(31);

    internal async Task<RollupProgress> RecomputeAsync(OrgId? org, bool rebuild, CancellationToken cancellationToken)
    {
        int orgs = 0,
            finalMonths = 0;
        long days = 0;
        await EachOrg
            .RunAsync(await OrgsAsync(org, cancellationToken).ConfigureAwait(false), async id =>
            {
                if (rebuild)
                {
                    await EnableAsync(id, cancellationToken).ConfigureAwait(false);
                    finalMonths += (await RangeAsync(id, cancellationToken).ConfigureAwait(false)).FinalMonths;
                }
                long computed = await RecomputeMarkedAsync(id, cancellationToken).ConfigureAwait(false);
                days += computed;
                orgs += computed > 0 ? 1 : 0;
            })
            .ConfigureAwait(false);
        return new RollupProgress(orgs, days, finalMonths);
    }

    internal async Task<RollupCheck> VerifyAsync(OrgId? org, CancellationToken cancellationToken)
    {
        RollupCheck total = new(0, 0, 0);
        await EachOrg
            .RunAsync(await OrgsAsync(org, cancellationToken).ConfigureAwait(false), async id =>
            {
                RollupCheck one = await VerifyOrgAsync(id, cancellationToken).ConfigureAwait(false);
                total = new(
                    total.Compared + one.Compared,
                    total.Wrong + one.Wrong,
                    total.FinalMonths + one.FinalMonths
                );
            })
            .ConfigureAwait(false);
        return total;
    }

    /// <summary>Returns how many marked days were computed.</summary>
    async Task<long> RecomputeMarkedAsync(Guid org, CancellationToken cancellationToken)
    {
        long computed = 0;
        while (true)
        {
            (int days, bool isEnabled) = await RecomputeOnceAsync(org, cancellationToken).ConfigureAwait(false);
            computed += days;
            if (!isEnabled)
                await EnableAsync(org, cancellationToken).ConfigureAwait(false);
            else if (days < DaysPerTransaction)
                return computed;
        }
    }

    async Task<RollupCheck> VerifyOrgAsync(Guid org, CancellationToken cancellationToken)
    {
        long compared = 0,
            wrong = 0;
        (DateTime? first, DateTime? last, int finalMonths) = await RangeAsync(org, cancellationToken)
            .ConfigureAwait(false);
        // A day more at both ends, because a local day can begin before or end after the events.
        for (DateTime? from = first?.AddDays(-1); from <= last?.AddDays(1); from += VerifiedRange)
        {
            (long cells, long differing) = await OperatorTransaction
                .RunAsync(
                    source,
                    IsolationLevel.ReadCommitted,
                    "select compared, wrong from callintel_private.verify_rollups($1, $2, $3)",
                    row => (row.GetInt64(0), row.GetInt64(1)),
                    cancellationToken,
                    org,
                    from.Value,
                    from.Value + VerifiedRange
                )
                .ConfigureAwait(false);
            compared += cells;
            wrong += differing;
        }
        return new RollupCheck(compared, wrong, finalMonths);
    }

    Task<(DateTime? First, DateTime? Last, int FinalMonths)> RangeAsync(
        Guid org,
        CancellationToken cancellationToken
    ) =>
        OperatorTransaction.RunAsync(
            source,
            IsolationLevel.ReadCommitted,
            "select first_at, last_at, final_months from callintel_private.rollup_range($1)",
            row =>
                row.IsDBNull(0)
                    ? (null, null, row.GetInt32(2))
                    : ((DateTime?)row.GetDateTime(0), (DateTime?)row.GetDateTime(1), row.GetInt32(2)),
            cancellationToken,
            org
        );

    async Task<Guid[]> OrgsAsync(OrgId? org, CancellationToken cancellationToken) =>
        org is { } only
            ? [only.Value]
            : await OperatorTransaction
                .RunAsync(
                    source,
                    IsolationLevel.ReadCommitted,
                    "select coalesce(array_agg(o), '{}') from callintel_private.list_orgs() o",
                    row => row.GetFieldValue<Guid[]>(0),
                    cancellationToken
                )
                .ConfigureAwait(false);

    Task<long> EnableAsync(Guid org, CancellationToken cancellationToken) =>
        OperatorTransaction.RunAsync(
            source,
            IsolationLevel.ReadCommitted,
            "select callintel_private.rebuild_rollups($1)",
            row => row.GetInt64(0),
            cancellationToken,
            org
        );

    Task<(int Days, bool IsEnabled)> RecomputeOnceAsync(Guid org, CancellationToken cancellationToken) =>
        OperatorTransaction.RunAsync(
            source,
            IsolationLevel.RepeatableRead,
            "select days, is_enabled from callintel_private.recompute_rollups($1, $2)",
            row => (row.GetInt32(0), row.GetBoolean(1)),
            cancellationToken,
            org,
            DaysPerTransaction
        );
}
