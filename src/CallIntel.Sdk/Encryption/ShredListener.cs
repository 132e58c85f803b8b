using CallIntel.Sdk.Crypto.Keys;
using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Tenancy;
using Microsoft.Extensions.Logging;

namespace CallIntel.Sdk.Encryption;

/// <summary>
/// Drops cached keys in this process as soon as another process crypto-shreds them. Without a listener, cached keys
/// remain usable until they expire (<see cref="DataKeyCacheOptions.TimeToLive"/>).
/// </summary>
/// <remarks>
/// Notifications sent while the connection is down are lost, so the listener drops all cached keys whenever it starts
/// listening again.
/// </remarks>
sealed class ShredListener : IAsyncDisposable
{
    internal const string Channel = "callintel_shred";

    readonly DataKeyCache _cache;
    readonly ILogger _log;
    readonly NotificationListener _listener;

    /// <summary>Starts listening.</summary>
    /// <param name="source">The transport.</param>
    /// <param name="cache">The cache to drop keys from.</param>
    /// <param name="log">The log for failures.</param>
    /// <exception cref="CallIntelException"><c>CI0007</c>: connections go through a pooler.</exception>
    internal ShredListener(DatabaseTransport source, DataKeyCache cache, ILogger log)
    {
        if (source.Mode is not ConnectionMode.Direct)
            throw new CallIntelException(
                ErrorCodes.InvalidOptions,
                "Listening for crypto-shredded keys requires a direct connection.",
                "Set ConnectionMode to Direct, or set ListenForCryptoShreds to false: "
                    + "cached keys of shredded persons then expire within six minutes."
            );
        (_cache, _log) = (cache, log);
        _listener = new NotificationListener(
            source,
            Channel,
            new NotificationListener.Handlers(Connected, Received, (code, pause) =>
                log.ListeningFailed(code, pause.TotalSeconds)
            )
        );
    }

    /// <summary>Completes when the listener listens for the first time.</summary>
    internal Task Listening => _listener.Listening;

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _listener.DisposeAsync();

    /// <summary>Parses the org and the key of a notification.</summary>
    internal static bool TryParse(string payload, out Guid orgId, out KeyId keyId)
    {
        keyId = default;
        Span<byte> id = stackalloc byte[KeyId.Length];
        if (
            payload.Length != 36 + 1 + 2 * KeyId.Length
            || payload[36] != ':'
            || !Guid.TryParseExact(payload.AsSpan(0, 36), "D", out orgId)
            || Convert.FromHexString(payload.AsSpan(37), id, out _, out _) is not System.Buffers.OperationStatus.Done
        )
        {
            orgId = default;
            return false;
        }
        keyId = new KeyId(id);
        return true;
    }

    void Connected()
    {
        _cache.InvalidateAll();
        _log.Listening();
    }

    void Received(string payload)
    {
        if (!TryParse(payload, out Guid orgId, out KeyId keyId))
            return;
        _cache.Invalidate(orgId, keyId);
        _log.KeyEvicted();
    }
}
