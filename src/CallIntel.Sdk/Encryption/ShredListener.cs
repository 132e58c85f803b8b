using CallIntel.Sdk.Crypto.Keys;
using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Tenancy;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace CallIntel.Sdk.Encryption;

/// <summary>
/// Makes a shred take effect in this process as soon as the database tells of it. Without one, a key that is cached
/// here goes on working until its time to live is over (<see cref="DataKeyCacheOptions.TimeToLive"/>).
/// </summary>
/// <remarks>
/// Holds one connection of the pool for as long as it runs. What is told while the connection is down is lost, so each
/// time it listens anew it forgets everything that is cached. A connection that dies without a word is found out by
/// <see cref="Probe"/>. Only for direct connections: a pooler in transaction mode does not carry LISTEN.
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

    /// <summary>Starts to listen.</summary>
    /// <param name="source">Where; also the clock of the pauses between attempts.</param>
    /// <param name="cache">What forgets.</param>
    /// <param name="log">Where failures are reported.</param>
    /// <exception cref="CallIntelException"><c>CI0007</c>: connections go through a pooler.</exception>
    internal ShredListener(DatabaseTransport source, DataKeyCache cache, ILogger log)
    {
        _log = log;
        if (source.Mode is not ConnectionMode.Direct)
            throw new CallIntelException(
                ErrorCodes.InvalidOptions,
                "Listening for shredded keys needs a direct connection.",
                "Give the listener a data source that reaches PostgreSQL itself, or let shreds take effect after the cache's time to live."
            );
        _source = source;
        _cache = cache;
        _run = Task.Run(() => RunAsync(_stop.Token));
    }

    /// <summary>Ends when it listens for the first time.</summary>
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
    /// The org and the key of a notification; anybody in the database can send one, so it may hold anything.
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
                // whatever broke the connection: listen on another one
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
