using CallIntel.Sdk.Tenancy;
using Npgsql;

namespace CallIntel.Sdk.SubjectRequests;

/// <summary>Reads, sets and applies the retention of an org. Thread-safe.</summary>
sealed class EventRetention(SessionTransport session)
{
    /// <summary>Events deleted in one transaction.</summary>
    const int EventsAtOnce = 1000;

    internal Task SetAsync(int? days, CancellationToken cancellationToken) =>
        session.ExecuteAsync(
            new NpgsqlBatchCommand("select callintel.set_retention($1)").With(days),
            cancellationToken
        );

    internal async Task<RetentionReport> ReportAsync(CancellationToken cancellationToken) =>
        (
            await session
                .ListAsync(
                    new NpgsqlBatchCommand(
                        "select days, due, held, requested, oldest from callintel.report_retention()"
                    ),
                    row => new RetentionReport(
                        row.IsDBNull(0) ? null : row.GetInt32(0),
                        row.GetInt64(1),
                        row.GetInt64(2),
                        row.GetInt64(3),
                        row.IsDBNull(4) ? null : row.GetFieldValue<DateTimeOffset>(4)
                    ),
                    cancellationToken
                )
                .ConfigureAwait(false)
        )[0];

    internal async Task<long> ApplyAsync(CancellationToken cancellationToken)
    {
        long total = 0;
        while (true)
        {
            (long deleted, bool isLast) = (
                await session
                    .ListAsync(
                        new NpgsqlBatchCommand("select deleted, is_last from callintel.apply_retention($1)").With(
                            EventsAtOnce
                        ),
                        row => (row.GetInt64(0), row.GetBoolean(1)),
                        cancellationToken
                    )
                    .ConfigureAwait(false)
            )[0];
            total += deleted;
            if (isLast)
                return total;
        }
    }

    internal Task<List<DroppedMonth>> ListDroppedMonthsAsync(CancellationToken cancellationToken) =>
        session.ListAsync(
            new NpgsqlBatchCommand("select month, events, dropped_at from callintel.read_dropped_months()"),
            row => new DroppedMonth(
                row.GetFieldValue<DateOnly>(0),
                row.GetInt64(1),
                row.GetFieldValue<DateTimeOffset>(2)
            ),
            cancellationToken
        );

    internal Task<Guid> EnqueueAsync(CancellationToken cancellationToken) =>
        session.ScalarAsync<Guid>(new NpgsqlBatchCommand("select callintel.enqueue_retention()"), cancellationToken);
}
