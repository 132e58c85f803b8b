using Microsoft.Extensions.Logging;

namespace CallIntel.Sdk.AspNetCore;

static partial class AspNetCoreLog
{
    [LoggerMessage(
        1500,
        LogLevel.Error,
        "A request failed with {Code}. Transient: {IsTransient}.",
        EventName = "RequestFailed"
    )]
    internal static partial void RequestFailed(this ILogger log, string code, bool isTransient, Exception exception);

    [LoggerMessage(1501, LogLevel.Warning, "A webhook was refused: {Verdict}.", EventName = "WebhookRefused")]
    internal static partial void WebhookRefused(this ILogger log, Webhooks.WebhookVerdict verdict);
}
