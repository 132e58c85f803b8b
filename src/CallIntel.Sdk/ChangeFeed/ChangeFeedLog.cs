using Microsoft.Extensions.Logging;

namespace CallIntel.Sdk.ChangeFeed;

/// <summary>Log events of the category <c>CallIntel.Sdk.ChangeFeed</c>, 1600 to 1699.</summary>
static partial class ChangeFeedLog
{
    internal const string Category = "CallIntel.Sdk.ChangeFeed";

    [LoggerMessage(
        1600,
        LogLevel.Warning,
        "Listening for changes of other processes failed ({Code}); the next attempt is in {DelaySeconds} seconds. "
            + "Readers poll in the meantime."
    )]
    internal static partial void ListeningFailed(this ILogger logger, string code, double delaySeconds);

    [LoggerMessage(
        1601,
        LogLevel.Debug,
        "Other processes could not be notified of changes ({Code}); they find them at their next poll."
    )]
    internal static partial void NotSent(this ILogger logger, string code);
}
