using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Tenancy;
using Npgsql;

namespace CallIntel.Sdk.Jobs;

/// <summary>A job while a worker runs it.</summary>
/// <remarks>
/// Thread-safe. It acts in the job's org with the permissions of the job's kind, and no member. Every call fails with
/// <c>CI0300</c> after the worker has lost the job.
/// </remarks>
public sealed class JobContext
{
    readonly JobLease _lease;

    internal JobContext(DatabaseTransport database, ClaimedJob job)
    {
        _lease = job.Lease;
        Job = job;
        Session = new SessionTransport(database, new OrgIdentity(job.Lease.Org, default), () => _lease.Token(database));
    }

    /// <summary>The org of the job.</summary>
    public OrgId Org => _lease.Org;

    /// <summary>The id of the job.</summary>
    public JobId Id => _lease.Job;

    /// <summary>The version of the kind that the job was enqueued with.</summary>
    public int Version => Job.Version;

    /// <summary>The number of this attempt, from 1.</summary>
    public int Attempt => Job.Attempt;

    /// <summary>After this time, the job is not started any more; null without a deadline. In UTC.</summary>
    public DateTimeOffset? Deadline => Job.Deadline;

    internal ClaimedJob Job { get; }

    internal SessionTransport Session { get; }

    /// <summary>Reads the payload of the job: a JSON object with ids and settings.</summary>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <exception cref="CallIntelException"><c>CI0300</c>: the worker has lost the job.</exception>
    public async Task<string> ReadPayloadAsync(CancellationToken cancellationToken = default) =>
        (string)
            await Session
                .CallAsync(
                    new NpgsqlBatchCommand("select callintel.read_job_payload($1)::text").With(
                        Session.TokenParameter()
                    ),
                    cancellationToken
                )
                .ConfigureAwait(false);
}
