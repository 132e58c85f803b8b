using Microsoft.Extensions.Logging;

namespace CallIntel.Sdk.Ingestion;

/// <summary>
/// Log events of the category <c>CallIntel.Sdk.Ingestion</c>, 1100 to 1199. They contain run ids and error codes, no
/// personal data.
/// </summary>
static partial class IngestLog
{
    internal const string Category = "CallIntel.Sdk.Ingestion";

    [LoggerMessage(1100, LogLevel.Information, "Ingestion run {RunId} started.")]
    internal static partial void RunStarted(this ILogger logger, Guid runId);

    [LoggerMessage(
        1101,
        LogLevel.Information,
        "Ingestion run {RunId} finished: {Read} records read, {Inserted} inserted, {Updated} updated, "
            + "{Rejected} rejected."
    )]
    internal static partial void RunFinished(
        this ILogger logger,
        Guid runId,
        long read,
        long inserted,
        long updated,
        long rejected
    );

    [LoggerMessage(
        1102,
        LogLevel.Error,
        "Ingestion run {RunId} failed: {Code}. {Read} records are stored or rejected."
    )]
    internal static partial void RunFailed(this ILogger logger, Guid runId, string code, long read);

    [LoggerMessage(
        1103,
        LogLevel.Debug,
        "A batch of run {RunId} is retried, attempt {Attempt}: "
            + "another transaction changed the same records (SQLSTATE {SqlState})."
    )]
    internal static partial void BatchRetried(this ILogger logger, Guid runId, int attempt, string sqlState);

    [LoggerMessage(1104, LogLevel.Warning, "The heartbeat of run {RunId} could not be written: {Code}.")]
    internal static partial void HeartbeatFailed(this ILogger logger, Guid runId, string code);

    [LoggerMessage(1105, LogLevel.Information, "The heartbeat of run {RunId} can be written again.")]
    internal static partial void HeartbeatRecovered(this ILogger logger, Guid runId);

    [LoggerMessage(
        1106,
        LogLevel.Warning,
        "The database no longer has rolling run {RunId} ({Code}); the write starts a new run."
    )]
    internal static partial void RollingRunLost(this ILogger logger, Guid runId, string code);
}
