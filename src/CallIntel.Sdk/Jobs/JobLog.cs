using Microsoft.Extensions.Logging;

namespace CallIntel.Sdk.Jobs;

/// <summary>
/// Log events of the category <c>CallIntel.Sdk.Jobs</c>, 1300 to 1399. They contain ids and kinds of jobs and error
/// codes, no personal data.
/// </summary>
static partial class JobLog
{
    internal const string Category = "CallIntel.Sdk.Jobs";

    [LoggerMessage(1300, LogLevel.Information, "Worker {Worker} started for {Kinds}.")]
    internal static partial void WorkerStarted(this ILogger logger, string worker, string kinds);

    [LoggerMessage(1301, LogLevel.Information, "Worker {Worker} stopped.")]
    internal static partial void WorkerStopped(this ILogger logger, string worker);

    [LoggerMessage(1302, LogLevel.Warning, "Job {JobId} of kind {Kind} failed in attempt {Attempt}: {Code}.")]
    internal static partial void JobFailed(this ILogger logger, Guid jobId, string kind, int attempt, string code);

    [LoggerMessage(1303, LogLevel.Warning, "Job {JobId} of kind {Kind} was lost to another worker or dropped.")]
    internal static partial void JobLost(this ILogger logger, Guid jobId, string kind);

    [LoggerMessage(1304, LogLevel.Warning, "Worker {Worker} cannot use the queue: {Code}. It tries again.")]
    internal static partial void QueueFailed(this ILogger logger, string worker, string code);

    [LoggerMessage(1305, LogLevel.Warning, "Task {Kind} failed in attempt {Attempt}: {Code}.")]
    internal static partial void TaskFailed(this ILogger logger, string kind, int attempt, string code);
}
