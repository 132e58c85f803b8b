namespace CallIntel.Sdk.Jobs;

/// <summary>A job as the queue hands it to a worker: without its payload.</summary>
sealed record ClaimedJob(
    JobLease Lease,
    string Kind,
    int Version,
    int Attempt,
    DateTimeOffset? Deadline,
    DateTimeOffset EnqueuedAt
);
