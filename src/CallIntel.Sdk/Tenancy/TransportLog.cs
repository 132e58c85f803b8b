using Microsoft.Extensions.Logging;

namespace CallIntel.Sdk.Tenancy;

/// <summary>Log events of the category <c>CallIntel.Sdk.Tenancy</c>, 1000 to 1099.</summary>
static partial class TransportLog
{
    internal const string Category = "CallIntel.Sdk.Tenancy";

    [LoggerMessage(
        1000,
        LogLevel.Information,
        "The database is ready: schema version {SchemaVersion}, connection mode {ConnectionMode}."
    )]
    internal static partial void DatabaseReady(this ILogger logger, int? schemaVersion, ConnectionMode connectionMode);

    [LoggerMessage(1001, LogLevel.Error, "The database cannot be used: {Code}.")]
    internal static partial void DatabaseRefused(this ILogger logger, string code);

    [LoggerMessage(
        1002,
        LogLevel.Warning,
        "A statement of the host failed and its connection could not be reset; the connection pool was cleared."
    )]
    internal static partial void PoolCleared(this ILogger logger);
}
