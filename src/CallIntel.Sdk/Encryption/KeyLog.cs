using Microsoft.Extensions.Logging;

namespace CallIntel.Sdk.Encryption;

/// <summary>
/// Log events of the category <c>CallIntel.Sdk.Encryption</c>, 1200 to 1299. They contain numbers of keys, but no key
/// ids.
/// </summary>
static partial class KeyLog
{
    internal const string Category = "CallIntel.Sdk.Encryption";

    [LoggerMessage(1200, LogLevel.Debug, "{Count} data keys were loaded to decrypt with.")]
    internal static partial void KeysLoaded(this ILogger logger, int count);

    [LoggerMessage(1201, LogLevel.Debug, "{Count} data keys were loaded or created to encrypt with.")]
    internal static partial void KeysReady(this ILogger logger, int count);

    [LoggerMessage(1202, LogLevel.Information, "{Count} data keys of a person were destroyed.")]
    internal static partial void KeysDestroyed(this ILogger logger, int count);

    [LoggerMessage(1203, LogLevel.Information, "A data key that another process destroyed was removed from the cache.")]
    internal static partial void KeyEvicted(this ILogger logger);

    [LoggerMessage(
        1204,
        LogLevel.Warning,
        "The database has lost a data key or a contact; all cached ones were removed."
    )]
    internal static partial void KeyLost(this ILogger logger);

    [LoggerMessage(1205, LogLevel.Information, "Listening for destroyed data keys; all cached keys were removed.")]
    internal static partial void Listening(this ILogger logger);

    [LoggerMessage(
        1206,
        LogLevel.Warning,
        "Listening for destroyed data keys failed ({Code}); the next attempt is in {DelaySeconds} seconds."
    )]
    internal static partial void ListeningFailed(this ILogger logger, string code, double delaySeconds);

    [LoggerMessage(1207, LogLevel.Information, "Version {Version} of the org's blind-index key was destroyed.")]
    internal static partial void BlindIndexDestroyed(this ILogger logger, int version);
}
