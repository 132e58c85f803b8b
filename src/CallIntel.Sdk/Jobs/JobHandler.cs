namespace CallIntel.Sdk.Jobs;

/// <summary>
/// Runs jobs of one kind in two parts. <see cref="PrepareAsync"/> does what is slow or external and may happen more
/// than once; the <see cref="JobCommit"/> that it returns happens exactly once.
/// </summary>
/// <remarks>
/// A worker calls one instance for several jobs at the same time, so it must be thread-safe. A worker takes only jobs
/// of the kinds that it has handlers for, up to the version of the handler, so old and new workers can run side by
/// side.
/// </remarks>
public abstract class JobHandler
{
    /// <summary>The kind of jobs that this handler runs, as in <c>callintel_private.job_kinds</c>.</summary>
    public abstract string Kind { get; }

    /// <summary>The highest version of the kind that this handler understands. Default: 1.</summary>
    public virtual int Version => 1;

    /// <summary>How many jobs of this kind a worker runs at the same time. Default: 4.</summary>
    public virtual int Concurrency => 4;

    /// <summary>
    /// Prepares a job: reads, computes, calls other services. It can run again for the same job, after an error or
    /// after the process ended, so it must not do anything that may not happen twice.
    /// </summary>
    /// <param name="job">The job, with access to the data of its org.</param>
    /// <param name="cancellationToken">
    /// Canceled when the worker stops or has lost the job. The job is then run again, by this or another worker.
    /// </param>
    /// <returns>What to store when the job ends.</returns>
    /// <remarks>
    /// If it throws, the job is tried again after a pause that doubles with each attempt. After the last attempt of its
    /// kind, the job becomes <see cref="JobState.Dead"/> with the error code, or with the name of the exception
    /// type. Messages of exceptions are not stored.
    /// </remarks>
    public abstract Task<JobCommit> PrepareAsync(JobContext job, CancellationToken cancellationToken);
}
