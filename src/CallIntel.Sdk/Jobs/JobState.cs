namespace CallIntel.Sdk.Jobs;

/// <summary>The state of a job that is not done.</summary>
public enum JobState
{
    /// <summary>The job waits until it is due, until a worker takes it, or until it is tried again.</summary>
    Waiting,

    /// <summary>A worker holds the job.</summary>
    Running,

    /// <summary>
    /// The job failed too often, or its deadline has passed. It stays until it is retried or dropped.
    /// </summary>
    Dead,
}
