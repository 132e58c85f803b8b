using Microsoft.Extensions.Logging;

namespace CallIntel.Sdk.Audit;

/// <summary>Log events of the category <c>CallIntel.Sdk.Audit</c>, 1400 to 1499.</summary>
static partial class AuditLog
{
    internal const string Category = "CallIntel.Sdk.Audit";

    [LoggerMessage(
        1401,
        LogLevel.Critical,
        "Member {Member} of org {Org} opened a honey token. Entry of the access ledger: {Entry}."
    )]
    internal static partial void HoneyTokenOpened(this ILogger logger, Guid org, Guid member, Guid entry);

    [LoggerMessage(
        1402,
        LogLevel.Error,
        "The audit sink failed for entry {Entry} of the access ledger. The entry is committed; the read continues."
    )]
    internal static partial void SinkFailed(this ILogger logger, Exception exception, Guid entry);
}
