using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Tenancy;
using Npgsql;
using NpgsqlTypes;

namespace CallIntel.Sdk.Jobs;

/// <summary>The queue in PostgreSQL as a worker uses it.</summary>
/// <remarks>Thread-safe.</remarks>
/// <param name="database">The transport of the data source.</param>
/// <param name="worker">The name of the worker, which operators see beside the jobs it holds.</param>
sealed class JobQueue(DatabaseTransport database, string worker)
{
    internal DatabaseTransport Database => database;

    /// <summary>Takes due jobs, org by org in turn.</summary>
    /// <param name="wanted">The handlers, and how many jobs of each to take at most.</param>
    /// <param name="lease">How long nobody else gets the jobs.</param>
    /// <param name="after">The org whose turn was last; null: begin with the first org.</param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    internal Task<List<ClaimedJob>> TakeAsync(
        IReadOnlyCollection<(JobHandler Handler, int Limit)> wanted,
        TimeSpan lease,
        OrgId? after,
        CancellationToken cancellationToken
    ) =>
        database.CallAsync(
            new NpgsqlBatchCommand(
                """
                select org_id, job_id, kind, version, fence, attempt, deadline_at, enqueued_at
                  from callintel.take_jobs($1, $2, $3, $4, $5, $6, $7)
                """
            ).With(
                Token(JobLease.None),
                worker,
                SqlValue.Column(NpgsqlDbType.Text, [.. wanted], w => w.Handler.Kind),
                SqlValue.Column(NpgsqlDbType.Smallint, [.. wanted], w => (short)w.Handler.Version),
                SqlValue.Column(NpgsqlDbType.Integer, [.. wanted], w => w.Limit),
                (TimeSpan?)lease,
                after?.Value
            ),
            Read,
            cancellationToken
        );

    /// <summary>Renews leases.</summary>
    /// <returns>The jobs that the worker still holds.</returns>
    internal async Task<Guid[]> KeepAsync(
        IReadOnlyList<JobLease> leases,
        TimeSpan lease,
        CancellationToken cancellationToken
    ) =>
        (Guid[])
            await database
                .CallAsync(
                    new NpgsqlBatchCommand("select callintel.keep_jobs($1, $2)").With(
                        SqlValue.Column(NpgsqlDbType.Bytea, leases, l => l.Token(database)),
                        (TimeSpan?)lease
                    ),
                    cancellationToken
                )
                .ConfigureAwait(false);

    /// <summary>Gives a job back.</summary>
    /// <param name="lease">The lease.</param>
    /// <param name="error">The code of the error; null if the worker stops.</param>
    /// <param name="pause">How long to wait before the next attempt.</param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    internal Task ReleaseAsync(JobLease lease, string? error, TimeSpan pause, CancellationToken cancellationToken) =>
        database.CallAsync(
            new NpgsqlBatchCommand("select callintel.release_job($1, $2, $3, false, $4)").With(
                Token(lease),
                error,
                (TimeSpan?)pause,
                error is not null
            ),
            cancellationToken
        );

    /// <summary>
    /// Stores the effects of jobs and ends them, in one round trip and one transaction: for each job the statement that
    /// opens its context, its statements, and its end, which fails if the worker has lost the job.
    /// </summary>
    internal async Task CommitAsync(
        IReadOnlyList<(ClaimedJob Job, JobCommit Commit)> jobs,
        CancellationToken cancellationToken
    )
    {
        List<NpgsqlBatchCommand> commands = [];
        OrgId? before = null;
        foreach ((ClaimedJob job, JobCommit commit) in jobs.OrderBy(j => j.Job.Lease.Org.Value))
        {
            if (!commit.IsEmpty)
            {
                // what the statements of one org may leave on the connection must not reach the next one
                if (before is { } org && org != job.Lease.Org)
                    commands.AddRange(ConnectionReset.Statements(database.Mode));
                before = job.Lease.Org;
                commands.Add(database.BeginCommand(Token(job.Lease)));
                commands.AddRange(commit.Commands());
            }
            commands.Add(
                commit.Pause is { } pause
                    ? new NpgsqlBatchCommand("select callintel.complete_job($1, $2, $3::jsonb)").With(
                        Token(job.Lease),
                        (TimeSpan?)pause,
                        commit.NextPayload
                    )
                    : new NpgsqlBatchCommand("select callintel.complete_job($1)").With(Token(job.Lease))
            );
        }
        await using BatchResults results = await BatchResults
            .OpenAsync(database, commands[0], commands[1..], isHosts: before is not null, cancellationToken)
            .ConfigureAwait(false);
    }

    /// <summary>Counts the jobs of all orgs.</summary>
    internal Task<List<JobStatistics>> CountAsync(CancellationToken cancellationToken) =>
        database.CallAsync(
            new NpgsqlBatchCommand(
                "select kind, waiting, due, running, dead, oldest_due from callintel.job_statistics($1)"
            ).With(Token(JobLease.None)),
            row => new JobStatistics(
                row.GetString(0),
                row.GetInt64(1),
                row.GetInt64(2),
                row.GetInt64(3),
                row.GetInt64(4),
                row.IsDBNull(5) ? null : row.GetTimeSpan(5)
            ),
            cancellationToken
        );

    NpgsqlParameter<byte[]> Token(JobLease lease) => new() { TypedValue = lease.Token(database) };

    static ClaimedJob Read(NpgsqlDataReader row) =>
        new(
            new JobLease(new OrgId(row.GetGuid(0)), new JobId(row.GetGuid(1)), row.GetInt64(4)),
            row.GetString(2),
            row.GetInt16(3),
            row.GetInt16(5),
            row.IsDBNull(6) ? null : row.GetFieldValue<DateTimeOffset>(6),
            row.GetFieldValue<DateTimeOffset>(7)
        );
}
