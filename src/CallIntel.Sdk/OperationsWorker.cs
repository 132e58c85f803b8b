using CallIntel.Sdk.Audit;
using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Jobs;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace CallIntel.Sdk;

/// <summary>
/// Runs the recurring tasks of operations: creating partitions, computing the cells of dashboards, removing old
/// entries of the change feed, building graphs of vectors, dropping expired months of events, and sealing and removing
/// entries of the ledgers. Use it in operations tools, never inside an application: it changes the schema.
/// </summary>
/// <remarks>
/// Thread-safe. Connects as <c>callintel_ops</c> or as the role that installed the schema. Several workers can run at
/// the same time; each task runs in one of them.
/// </remarks>
public sealed class OperationsWorker
{
    /// <summary>How many months ahead partitions are created.</summary>
    const int MonthsAhead = 3;

    const string SealLedgers = "seal_ledgers",
        RetireLedgers = "retire_ledgers",
        DropEventMonths = "drop_event_months";

    /// <summary>Longer than any of the tasks takes. Another worker repeats a task after this time.</summary>
    static readonly TimeSpan Lease = TimeSpan.FromMinutes(30),
        RetryDelay = TimeSpan.FromMinutes(1);

    readonly NpgsqlDataSource _source;
    readonly TimeProvider _time;
    readonly ILogger _log;
    readonly Dictionary<string, Func<CancellationToken, Task>> _tasks;

    /// <summary>Creates a worker.</summary>
    /// <param name="source">Opens connections with an operations role. The caller disposes it.</param>
    /// <param name="timeProvider">The clock. Default: the system clock.</param>
    /// <param name="loggerFactory">Receives the log events. Default: no logging.</param>
    public OperationsWorker(
        NpgsqlDataSource source,
        TimeProvider? timeProvider = null,
        ILoggerFactory? loggerFactory = null
    )
    {
        ArgumentNullException.ThrowIfNull(source);
        _source = source;
        _time = timeProvider ?? TimeProvider.System;
        _log = (loggerFactory ?? NullLoggerFactory.Instance).CreateLogger(JobLog.Category);
        CallIntelOperations operations = new(source);
        _tasks = new()
        {
            ["ensure_partitions"] = stop =>
            {
                DateOnly today = DateOnly.FromDateTime(_time.GetUtcNow().UtcDateTime);
                return operations.EnsurePartitionsAsync(today, today.AddMonths(MonthsAhead), stop);
            },
            ["recompute_rollups"] = stop => operations.RecomputeRollupsAsync(cancellationToken: stop),
            [DropEventMonths] = stop => operations.DropExpiredEventMonthsAsync(cancellationToken: stop),
            ["maintain_vector_graphs"] = stop => operations.MaintainVectorGraphsAsync(cancellationToken: stop),
            ["trim_change_feed"] = stop => operations.TrimChangeFeedAsync(ChangeFeedRetention, stop),
            [SealLedgers] = async stop =>
            {
                try
                {
                    await operations.SealLedgersAsync(SealKeys!, CheckpointSink, stop).ConfigureAwait(false);
                }
                finally
                {
                    LedgerSealState state = await operations.GetLedgerSealStateAsync(stop).ConfigureAwait(false);
                    SealMetrics.Record(state);
                }
            },
            [RetireLedgers] = stop =>
                operations.RemoveLedgerMonthsAsync(
                    DateOnly.FromDateTime((_time.GetUtcNow() - LedgerRetention!.Value).UtcDateTime),
                    stop
                ),
        };
    }

    /// <summary>
    /// How long entries of the change feed are kept. A reader that was away longer receives
    /// <see cref="ChangeFeed.ChangeKind.Resync"/>.
    /// </summary>
    /// <value>The default value is 7 days; at least one hour.</value>
    public TimeSpan ChangeFeedRetention { get; init; } = TimeSpan.FromDays(7);

    /// <summary>
    /// The keys that seal the audit log and the access ledger. Keep the file with the private key out of the
    /// application.
    /// </summary>
    /// <value>The default value is <see langword="null"/>: this worker does not seal.</value>
    public SealKeyRing? SealKeys { get; init; }

    /// <summary>Receives the checkpoints of the ledgers, outside of the database.</summary>
    /// <value>The default value is <see langword="null"/>: checkpoints stay in the database.</value>
    public ICheckpointSink? CheckpointSink { get; init; }

    /// <summary>
    /// How long entries of the audit log and of the access ledger are kept. Whole months are removed when their last
    /// entry is older; at least 30 days.
    /// </summary>
    /// <value>The default value is <see langword="null"/>: this worker removes no entries.</value>
    public TimeSpan? LedgerRetention { get; init; }

    /// <summary>
    /// Whether this worker drops months of events once a day that no org keeps
    /// (<see cref="CallIntelOperations.DropExpiredEventMonthsAsync"/>).
    /// </summary>
    /// <value>The default value is <see langword="false"/>: months stay.</value>
    public bool DropsExpiredMonths { get; init; }

    /// <summary>Runs tasks when they are due, until the token is canceled.</summary>
    /// <param name="interval">How often to look for due tasks, for example every minute.</param>
    /// <param name="cancellationToken">Stops the worker; the method then returns normally.</param>
    public async Task RunAsync(TimeSpan interval, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(interval, TimeSpan.Zero);
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await RunDueAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (CallIntelException e)
            {
                _log.QueueFailed("operations", DatabaseErrors.Describe(e));
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            await Task.Delay(interval, _time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Runs the tasks that are due now, one after the other.</summary>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <returns>The names of the tasks that succeeded. A task that failed is logged and tried again later.</returns>
    /// <exception cref="CallIntelException">The tasks cannot be read.</exception>
    public async Task<IReadOnlyList<string>> RunDueAsync(CancellationToken cancellationToken = default)
    {
        List<string> succeeded = [];
        while (await TakeAsync(cancellationToken).ConfigureAwait(false) is { } task)
        {
            string? error = null;
            try
            {
                await _tasks[task.Kind](cancellationToken).ConfigureAwait(false);
                succeeded.Add(task.Kind);
            }
            catch (CallIntelException e)
            {
                error = e.Code;
                _log.TaskFailed(task.Kind, task.Attempt, DatabaseErrors.Describe(e));
            }
            await EndAsync(task.Kind, task.Fence, error, cancellationToken).ConfigureAwait(false);
        }
        return succeeded;
    }

    async Task<(string Kind, long Fence, int Attempt)?> TakeAsync(CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = _source.CreateCommand(
            "select kind, fence, attempt from callintel_private.take_task($1, $2, $3)"
        );
        command.Parameters.AddWithValue($"{Environment.MachineName}/{Environment.ProcessId}");
        command.Parameters.AddWithValue(
            _tasks
                .Keys.Where(kind =>
                    kind switch
                    {
                        SealLedgers => SealKeys is not null,
                        RetireLedgers => LedgerRetention is not null,
                        DropEventMonths => DropsExpiredMonths,
                        _ => true,
                    }
                )
                .ToArray()
        );
        command.Parameters.AddWithValue(Lease);
        try
        {
            await using NpgsqlDataReader reader = await command
                .ExecuteReaderAsync(cancellationToken)
                .ConfigureAwait(false);
            return await reader.ReadAsync(cancellationToken).ConfigureAwait(false)
                ? (reader.GetString(0), reader.GetInt64(1), reader.GetInt16(2))
                : null;
        }
        catch (Exception e) when (DatabaseErrors.CanTranslate(e))
        {
            throw DatabaseErrors.TranslateForOperator(e);
        }
    }

    async Task EndAsync(string kind, long fence, string? error, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = _source.CreateCommand("select callintel_private.end_task($1, $2, $3, $4)");
        command.Parameters.AddWithValue(kind);
        command.Parameters.AddWithValue(fence);
        command.Parameters.Add(
            new NpgsqlParameter { Value = (object?)error ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text }
        );
        command.Parameters.AddWithValue(RetryDelay);
        try
        {
            await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (DatabaseErrors.CanTranslate(e))
        {
            throw DatabaseErrors.TranslateForOperator(e);
        }
    }
}
