using System.Security.Cryptography;
using CallIntel.Sdk.Tenancy;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace CallIntel.Sdk.ChangeFeed;

/// <summary>
/// Tells other processes that this one has committed changes, and wakes the readers of this process when another one
/// has. Notifications are sent after the commit, in transactions of their own, so a writer neither waits for them nor
/// takes the lock that a transaction with NOTIFY holds while it commits.
/// </summary>
/// <remarks>
/// Thread-safe. A notification that is lost costs time only: readers poll in any case. Behind a pooler, a process sends
/// notifications and receives none.
/// </remarks>
sealed class ChangeWakeUps : IAsyncDisposable
{
    internal const string Channel = "callintel_feed";

    /// <summary>
    /// Commits within this time share a notification. It is also the shortest time between two notifications.
    /// </summary>
    static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);

    // Without waiting for the disk: a notification is not durable anyway.
    const string NotifySql = "select set_config('synchronous_commit', 'off', true), pg_notify($1, $2)";

    readonly DatabaseTransport _database;
    readonly ILogger _log;
    readonly byte[] _self = RandomNumberGenerator.GetBytes(WakeUpMessage.SenderLength);
    readonly Lock _gate = new();
    readonly HashSet<OrgId> _committed = [];
    readonly CancellationTokenSource _stop = new();
    Task _sending = Task.CompletedTask;
    NotificationListener? _listener;
    bool _isSending,
        _isDisposed;
    long _number;

    /// <param name="database">The transport of the data source.</param>
    /// <param name="log">Receives failures.</param>
    internal ChangeWakeUps(DatabaseTransport database, ILogger log) => (_database, _log) = (database, log);

    /// <summary>Completes when the process listens for the first time.</summary>
    internal Task Listening => _listener?.Listening ?? Task.FromCanceled(new CancellationToken(canceled: true));

    /// <summary>Begins to listen, unless this is done or the connection goes through a pooler.</summary>
    /// <param name="orgs">Returns the orgs that the process has readers of.</param>
    /// <param name="wake">Wakes the readers of an org.</param>
    internal void Listen(Func<IReadOnlyCollection<OrgId>> orgs, Action<OrgId> wake)
    {
        if (_database.Mode is not ConnectionMode.Direct)
            return;
        lock (_gate)
            _listener ??= new NotificationListener(
                _database,
                Channel,
                new NotificationListener.Handlers(
                    // What was sent while this process did not listen is lost.
                    () => WakeAll(orgs(), wake),
                    payload => WakeAll(WakeUpMessage.Read(payload, _database.SigningKeys, _self, orgs()), wake),
                    (code, pause) => _log.ListeningFailed(code, pause.TotalSeconds)
                )
            );
    }

    /// <summary>Tells other processes soon that changes of an org are committed. Returns at once.</summary>
    internal void Announce(OrgId org)
    {
        lock (_gate)
        {
            if (_isDisposed)
                return;
            _committed.Add(org);
            if (_isSending)
                return;
            _isSending = true;
            _sending = Task.Run(SendAsync);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Task sending;
        NotificationListener? listener;
        lock (_gate)
        {
            _isDisposed = true;
            (sending, listener) = (_sending, _listener);
        }
        await _stop.CancelAsync().ConfigureAwait(false);
        await sending.ConfigureAwait(false);
        if (listener is not null)
            await listener.DisposeAsync().ConfigureAwait(false);
        _stop.Dispose();
    }

    /// <summary>Sends what was committed until nothing is left.</summary>
    async Task SendAsync()
    {
        while (true)
        {
            await Task.Delay(Interval, _database.Time, _stop.Token)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            OrgId[] orgs;
            lock (_gate)
            {
                orgs = [.. _committed.Take(WakeUpMessage.MaxOrgs)];
                _committed.ExceptWith(orgs);
                if (orgs.Length == 0)
                {
                    _isSending = false;
                    return;
                }
            }
            try
            {
                await _database
                    .CallAsync(
                        new NpgsqlBatchCommand(NotifySql).With(
                            Channel,
                            WakeUpMessage.Create(_database.SigningKey, _self, ++_number, orgs)
                        ),
                        CancellationToken.None
                    )
                    .ConfigureAwait(false);
            }
            catch (Exception e) when (e is CallIntelException or ObjectDisposedException)
            {
                // Readers of other processes find the entries at their next poll.
                _log.NotSent(e is CallIntelException coded ? coded.Code : e.GetType().Name);
            }
        }
    }

    static void WakeAll(IReadOnlyCollection<OrgId> orgs, Action<OrgId> wake)
    {
        foreach (OrgId org in orgs)
            wake(org);
    }
}
