using System.Runtime.CompilerServices;
using CallIntel.Sdk.Tenancy;
using Npgsql;

namespace CallIntel.Sdk.Jobs;

/// <summary>
/// Lists, retries and drops the background work of the session's org. The audit log records every change.
/// </summary>
/// <remarks>
/// Thread-safe. Requires <see cref="Permission.ManageSources"/>. Jobs are enqueued by the features that they belong to.
/// </remarks>
public sealed class JobAdministration
{
    const int PageSize = 500;
    readonly SessionTransport _session;
    readonly JobSignal _enqueued;

    internal JobAdministration(SessionTransport session, JobSignal enqueued) =>
        (_session, _enqueued) = (session, enqueued);

    /// <summary>Returns the jobs of the org that are not done, in the order in which they were enqueued.</summary>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <remarks>Reads a page of 500 jobs at a time. A job that is done between two pages is not returned.</remarks>
    /// <exception cref="CallIntelException"><c>CI0005</c>: the role does not include the permission.</exception>
    public async IAsyncEnumerable<JobInfo> ListAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken = default
    )
    {
        Guid? after = null;
        while (true)
        {
            NpgsqlBatchCommand command = new NpgsqlBatchCommand(
                """
                select job_id, kind, version, state, run_at, attempts, error, enqueued_at, deadline_at, requested_by
                  from callintel.read_jobs($1, $2)
                """
            ).With(after, PageSize);
            List<JobInfo> page = await _session.ListAsync(command, Read, cancellationToken).ConfigureAwait(false);
            foreach (JobInfo job in page)
                yield return job;
            if (page.Count < PageSize)
                break;
            after = page[^1].Id.Value;
        }
    }

    /// <summary>Makes a job due now, with all its attempts. A running job stays as it is.</summary>
    /// <param name="job">The job.</param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <exception cref="CallIntelException">
    /// <c>CI0301</c> the org has no such job; <c>CI0005</c> the role does not include the permission.
    /// </exception>
    public async Task RetryAsync(JobId job, CancellationToken cancellationToken = default)
    {
        NpgsqlBatchCommand command = new NpgsqlBatchCommand("select callintel.retry_job($1)").With(job.Value);
        await _session.ExecuteAsync(command, cancellationToken).ConfigureAwait(false);
        _enqueued.Raise();
    }

    /// <summary>Deletes a job. If it is running, nothing of its last step is stored.</summary>
    /// <param name="job">The job.</param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <returns><see langword="false"/> if the org has no such job.</returns>
    /// <exception cref="CallIntelException"><c>CI0005</c>: the role does not include the permission.</exception>
    public Task<bool> DropAsync(JobId job, CancellationToken cancellationToken = default) =>
        _session.ScalarAsync<bool>(
            new NpgsqlBatchCommand("select callintel.drop_job($1)").With(job.Value),
            cancellationToken
        );

    static JobInfo Read(NpgsqlDataReader row) =>
        new(
            new JobId(row.GetGuid(0)),
            row.GetString(1),
            row.GetInt16(2),
            Enum.Parse<JobState>(row.GetString(3), ignoreCase: true),
            row.GetFieldValue<DateTimeOffset>(4),
            row.GetInt16(5),
            row.IsDBNull(6) ? null : row.GetString(6),
            row.GetFieldValue<DateTimeOffset>(7),
            row.IsDBNull(8) ? null : row.GetFieldValue<DateTimeOffset>(8),
            row.IsDBNull(9) ? null : new MemberId(row.GetGuid(9))
        );
}
