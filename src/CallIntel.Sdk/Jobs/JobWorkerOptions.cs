namespace CallIntel.Sdk.Jobs;

/// <summary>The settings of a worker.</summary>
public sealed class JobWorkerOptions
{
    /// <summary>
    /// The name under which operators see the worker. Default: the name of the machine and the id of the process.
    /// </summary>
    public string Name { get; set; } = $"{Environment.MachineName}/{Environment.ProcessId}";

    /// <summary>
    /// The duration of a lease. A worker renews its leases every third of this time; if it does not, another worker
    /// takes the job. 3 seconds to 1 hour. Default: 60 seconds.
    /// </summary>
    public TimeSpan Lease { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>How many jobs the worker runs at the same time at most, of all kinds. Default: 20.</summary>
    public int Concurrency { get; set; } = 20;

    /// <summary>
    /// How often an idle worker looks for jobs. Default: 1 second. A job that is enqueued in the same process starts at
    /// once.
    /// </summary>
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>The pause after the first failed attempt. It doubles with each attempt. Default: 5 seconds.</summary>
    public TimeSpan FirstRetryDelay { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>The longest pause between two attempts. Default: 1 hour.</summary>
    public TimeSpan LongestRetryDelay { get; set; } = TimeSpan.FromHours(1);

    /// <summary>
    /// How long a worker that is stopped waits for handlers to end. After that, their jobs are given back. Default: 20
    /// seconds.
    /// </summary>
    public TimeSpan StopPatience { get; set; } = TimeSpan.FromSeconds(20);

    /// <exception cref="CallIntelException"><c>CI0007</c>: a value is out of range.</exception>
    internal void ThrowIfInvalid()
    {
        string? wrong =
            string.IsNullOrWhiteSpace(Name) || Name.Length > 100 ? $"{nameof(Name)} must have 1 to 100 characters"
            : Lease < TimeSpan.FromSeconds(3) || Lease > TimeSpan.FromHours(1)
                ? $"{nameof(Lease)} must be 3 seconds to 1 hour"
            : Concurrency is < 1 or > 1000 ? $"{nameof(Concurrency)} must be 1 to 1000"
            : PollInterval < TimeSpan.FromMilliseconds(10) || PollInterval > TimeSpan.FromHours(1)
                ? $"{nameof(PollInterval)} must be 10 milliseconds to 1 hour"
            : FirstRetryDelay <= TimeSpan.Zero || LongestRetryDelay < FirstRetryDelay
                ? $"{nameof(FirstRetryDelay)} must be positive and not longer than {nameof(LongestRetryDelay)}"
            : StopPatience < TimeSpan.Zero ? $"{nameof(StopPatience)} must not be negative"
            : null;
        if (wrong is not null)
            throw new CallIntelException(
                Diagnostics.ErrorCodes.InvalidOptions,
                $"The options of the worker are invalid: {wrong}.",
                "Change the options that AddCallIntelWorker sets."
            );
    }
}
