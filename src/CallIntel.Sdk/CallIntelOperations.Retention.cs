using System.Data;
using CallIntel.Sdk.Dashboards;
using CallIntel.Sdk.SubjectRequests;
using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk;

/// <content>The retention of events by whole months, for all orgs.</content>
public sealed partial class CallIntelOperations
{
    /// <summary>How often a month is tried whose tables are in use, and how long to wait in between.</summary>
    const int DropAttempts = 5;

    static readonly TimeSpan DropPause = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Drops the months of events that no org keeps: every event is older than the retention of its contact or of its
    /// org, and no legal hold and no open request needs one. This cannot be undone. Run it on a schedule, for example
    /// daily.
    /// </summary>
    /// <param name="dryRun">Whether only to report what a run would do. Default: <see langword="false"/>.</param>
    /// <param name="cancellationToken">
    /// The token to monitor for cancellation requests. Cancels between months; dropped months stay dropped.
    /// </param>
    /// <returns>
    /// The months that are older than the shortest retention of an org, the oldest first. Empty if no org has a
    /// retention.
    /// </returns>
    /// <remarks>
    /// <para>
    /// Applications can keep running. Dropping a month locks the tables of events for a moment; if they are in use, the
    /// month is tried again a few times and then left for the next run.
    /// </para>
    /// <para>
    /// Dashboard cells of a dropped month are computed first and are final afterwards: dashboards count its events as
    /// before, except figures that are read from the events and figures by contact. A record of a dropped month that is
    /// imported later is stored, and not counted by cells.
    /// </para>
    /// <para>
    /// A month that an org keeps is dropped for no org. <see cref="SubjectRequestRegister.ApplyRetentionAsync"/>
    /// deletes the events of one org.
    /// </para>
    /// </remarks>
    /// <exception cref="CallIntelException">The connection failed.</exception>
    public async Task<IReadOnlyList<EventMonthReport>> DropExpiredEventMonthsAsync(
        bool dryRun = false,
        CancellationToken cancellationToken = default
    )
    {
        DateOnly[] months = await OperatorTransaction
            .RunAsync(
                _source,
                IsolationLevel.ReadCommitted,
                "select coalesce(array_agg(m order by m), '{}') from callintel.list_expired_months() m",
                row => row.GetFieldValue<DateOnly[]>(0),
                cancellationToken
            )
            .ConfigureAwait(false);
        List<EventMonthReport> reports = [];
        foreach (DateOnly month in months)
        {
            EventMonthReport report;
            for (int attempt = 1; ; attempt++)
            {
                // The former month, and writers, leave marks that a month cannot be dropped with.
                if (!dryRun)
                    await new RollupMaintenance(_source)
                        .RecomputeAsync(null, false, cancellationToken)
                        .ConfigureAwait(false);
                report = await DropAsync(month, dryRun, cancellationToken).ConfigureAwait(false);
                if (report.Outcome != EventMonthOutcome.Busy || attempt == DropAttempts)
                    break;
                await Task.Delay(DropPause, TimeProvider.System, cancellationToken).ConfigureAwait(false);
            }
            reports.Add(report);
        }
        return reports;
    }

    Task<EventMonthReport> DropAsync(DateOnly month, bool dryRun, CancellationToken cancellationToken) =>
        OperatorTransaction.RunAsync(
            _source,
            IsolationLevel.ReadCommitted,
            """
            select outcome, events, orgs, without_retention, not_due, held, requested, not_computed
              from callintel.drop_event_month($1, $2)
            """,
            row => new EventMonthReport
            {
                Month = month,
                Outcome = (EventMonthOutcome)row.GetInt16(0),
                Events = row.GetInt64(1),
                Orgs = row.GetInt32(2),
                WithoutRetention = row.GetInt32(3),
                NotDue = row.GetInt32(4),
                Held = row.GetInt32(5),
                Requested = row.GetInt32(6),
                NotComputed = row.GetInt32(7),
            },
            cancellationToken,
            month,
            dryRun
        );
}
