using CallIntel.Sdk.Diagnostics;
using Npgsql;

namespace CallIntel.Sdk.Tenancy;

/// <summary>Receives the notifications of one channel until it is disposed, and connects again if that ends.</summary>
/// <remarks>
/// Holds one pooled connection. Notifications sent while the connection is down are lost, so
/// <see cref="Handlers.Connected"/> is called each time it begins to listen. A connection that is lost silently is
/// detected by <see cref="Probe"/>. Requires direct connections, because a pooler in transaction mode does not support
/// LISTEN. Any database user can send a notification, so payloads are untrusted.
/// </remarks>
sealed class NotificationListener : IAsyncDisposable
{
    internal static readonly TimeSpan Probe = TimeSpan.FromSeconds(30);
    static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(250);
    static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(30);

    readonly DatabaseTransport _source;
    readonly string _channel;
    readonly Handlers _handlers;
    readonly CancellationTokenSource _stop = new();
    readonly TaskCompletionSource _listening = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly Task _run;

    /// <summary>Starts listening.</summary>
    /// <param name="source">The transport. Its clock also measures the pauses between attempts.</param>
    /// <param name="channel">The channel, an identifier without quotes.</param>
    /// <param name="handlers">What to call. The calls come from one thread at a time and must not throw.</param>
    internal NotificationListener(DatabaseTransport source, string channel, Handlers handlers)
    {
        (_source, _channel, _handlers) = (source, channel, handlers);
        _run = Task.Run(() => RunAsync(_stop.Token));
    }

    /// <summary>What a listener calls.</summary>
    /// <param name="Connected">Called when listening begins, and when it begins again.</param>
    /// <param name="Received">Called with the payload of each notification of the channel.</param>
    /// <param name="Failed">Called with an error code and the pause before the next attempt.</param>
    internal sealed record Handlers(Action Connected, Action<string> Received, Action<string, TimeSpan> Failed);

    /// <summary>Completes when the listener listens for the first time; canceled if it never did.</summary>
    internal Task Listening => _listening.Task;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _run.ConfigureAwait(false);
        _listening.TrySetCanceled();
        _stop.Dispose();
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
                _handlers.Failed(
                    DatabaseErrors.CanTranslate(e) ? DatabaseErrors.Translate(e).Code : e.GetType().Name,
                    delay
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
            await ExecuteAsync(connection, $"listen {_channel}", cancellationToken).ConfigureAwait(false);
            _handlers.Connected();
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
        if (notification.Channel == _channel)
            _handlers.Received(notification.Payload);
    }

    static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = new(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }
}
