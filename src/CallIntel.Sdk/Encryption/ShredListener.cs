using CallIntel.Sdk.Crypto.Keys;
using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Tenancy;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace CallIntel.Sdk.Encryption;

/// <summary>
/// Drops cached keys in this process as soon as another process crypto-shreds them. Without a listener, cached keys
/// remain usable until they expire (<see cref="DataKeyCacheOptions.TimeToLive"/>).
/// </summary>
/// <remarks>
/// Holds one pooled connection while it runs. Notifications sent while the connection is down are lost, so the listener
/// drops all cached keys whenever it starts listening again. A connection that is lost silently is detected by
/// <see cref="Probe"/>. Requires direct connections, because a pooler in transaction mode does not support LISTEN.
/// </remarks>
sealed class ShredListener : IAsyncDisposable
{
    internal const string Channel = "callintel_shred";
    internal static readonly TimeSpan Probe = TimeSpan.FromSeconds(30);
    static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(250);
    static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(30);

    readonly DatabaseTransport _source;
    readonly DataKeyCache _cache;
    readonly ILogger _log;
    readonly CancellationTokenSource _stop = new();
    readonly TaskCompletionSource _listening = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly Task _run;

    /// <summary>Starts listening.</summary>
    /// <param name="source">The transport. Its clock also measures the pauses between attempts.</param>
    /// <param name="cache">The cache to drop keys from.</param>
    /// <param name="log">The log for failures.</param>
    /// <exception cref="CallIntelException"><c>CI0007</c>: connections go through a pooler.</exception>
    internal ShredListener(DatabaseTransport source, DataKeyCache cache, ILogger log)
    {
        _log = log;
        if (source.Mode is not ConnectionMode.Direct)
            throw new CallIntelException(
                ErrorCodes.InvalidOptions,
                "Listening for crypto-shredded keys requires a direct connection.",
                "Set ConnectionMode to Direct, or set ListenForShreds to false: "
                    + "cached keys of shredded persons then expire after five minutes at most."
            );
        _source = source;
        _cache = cache;
        _run = Task.Run(() => RunAsync(_stop.Token));
    }

    /// <summary>Completes when the listener listens for the first time.</summary>
    internal Task Listening => _listening.Task;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _run.ConfigureAwait(false);
        _listening.TrySetCanceled();
        _stop.Dispose();
    }

    /// <summary>
    /// Parses the org and the key of a notification. Any database user can send a notification, so the payload is
    /// untrusted.
    /// </summary>
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

    async Task RunAsync(CancellationToken cancellationToken)
    {
        TimeSpan delay = FirstDelay;
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await ListenAsync(() => delay = FirstDelay, cancellationToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
                when (DatabaseErrors.CanTranslate(e)
                    || e is InvalidOperationException or IOException or TimeoutException
                )
            {
                // Whatever broke the connection, listen again on a new one.
                _log.ListeningFailed(
                    DatabaseErrors.CanTranslate(e) ? DatabaseErrors.Translate(e).Code : e.GetType().Name,
                    delay.TotalSeconds
                );
            }

            try
            {
                await Task.Delay(delay, _source.Time, cancellationToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            delay = delay * 2 < LongestDelay ? delay * 2 : LongestDelay;
        }
    }

    async Task ListenAsync(Action connected, CancellationToken cancellationToken)
    {
        await using NpgsqlConnection connection = await _source
            .OpenConnectionAsync(cancellationToken)
            .ConfigureAwait(false);
        connection.Notification += OnNotification;
        try
        {
            await ExecuteAsync(connection, $"listen {Channel}", cancellationToken).ConfigureAwait(false);
            _cache.InvalidateAll();
            _log.Listening();
            connected();
            _listening.TrySetResult();
            while (true)
            {
                if (!await connection.WaitAsync(Probe, cancellationToken).ConfigureAwait(false))
                    await ExecuteAsync(connection, "select 1", cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            connection.Notification -= OnNotification;
            if (connection.State is System.Data.ConnectionState.Open)
                await ExecuteAsync(connection, "unlisten *", CancellationToken.None).ConfigureAwait(false);
        }
    }

    void OnNotification(object sender, NpgsqlNotificationEventArgs notification)
    {
        if (notification.Channel == Channel && TryParse(notification.Payload, out Guid orgId, out KeyId keyId))
        {
            _cache.Invalidate(orgId, keyId);
            _log.KeyEvicted();
        }
    }

    static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = new(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }
}
