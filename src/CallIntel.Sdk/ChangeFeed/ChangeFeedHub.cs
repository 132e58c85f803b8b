using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk.ChangeFeed;

/// <summary>The shared readers of one data source: one for each org and audience that has subscribers.</summary>
/// <remarks>Thread-safe.</remarks>
/// <param name="time">The clock of pauses.</param>
/// <param name="options">How the process follows the feed.</param>
/// <param name="wakeUps">Notifications between processes; null if they are turned off.</param>
sealed class ChangeFeedHub(TimeProvider time, ChangeFeedOptions options, ChangeWakeUps? wakeUps) : IAsyncDisposable
{
    readonly Lock _gate = new();
    readonly Dictionary<(OrgId Org, string Audience), SharedChangeReader> _readers = [];
    readonly HashSet<Task> _running = [];
    readonly CancellationTokenSource _stop = new();

    internal TimeProvider Time => time;

    internal ChangeFeedOptions Options => options;

    /// <summary>The number of readers that ask the database.</summary>
    internal int ReaderCount
    {
        get
        {
            lock (_gate)
                return _readers.Count;
        }
    }

    /// <summary>Completes when the process receives notifications of others for the first time.</summary>
    internal Task Listening => wakeUps!.Listening;

    /// <summary>Subscribes a session to the reader of its org and audience.</summary>
    /// <exception cref="CallIntelException">
    /// The connection or the session failed; <c>CI0005</c>: the role does not include the permission ReadEvents.
    /// </exception>
    internal async Task<ChangeSubscription> SubscribeAsync(
        SessionTransport session,
        CancellationToken cancellationToken
    )
    {
        wakeUps?.Listen(FollowedOrgs, Signal);
        ChangePage page = await ChangePage.ReadPositionAsync(session, cancellationToken).ConfigureAwait(false);
        (OrgId Org, string Audience) key = (session.Identity.Org, page.Audience);
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_stop.IsCancellationRequested, this);
            if (_readers.TryGetValue(key, out SharedChangeReader? present) && present.TryAdd(session) is { } shared)
                return shared;
            SharedChangeReader reader = new(this, key.Org, key.Audience, page.Position);
            ChangeSubscription subscription = reader.TryAdd(session)!;
            _readers[key] = reader;
            Task run = Task.Run(() => reader.RunAsync(_stop.Token), CancellationToken.None);
            _running.Add(run);
            _ = RemoveAsync(run);
            return subscription;
        }
    }

    /// <summary>Wakes the readers of an org, here and in other processes, after this process has committed.</summary>
    internal void Committed(OrgId org)
    {
        Signal(org);
        wakeUps?.Announce(org);
    }

    /// <summary>Lets the readers of an org read sooner, because changes were committed.</summary>
    internal void Signal(OrgId org)
    {
        lock (_gate)
        {
            if (_readers.Count == 0)
                return;
            foreach (SharedChangeReader reader in _readers.Values)
                if (reader.Org == org)
                    reader.Signal();
        }
    }

    internal void Forget(SharedChangeReader reader)
    {
        lock (_gate)
        {
            (OrgId, string) key = (reader.Org, reader.Audience);
            if (_readers.TryGetValue(key, out SharedChangeReader? present) && present == reader)
                _readers.Remove(key);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (wakeUps is not null)
            await wakeUps.DisposeAsync().ConfigureAwait(false);
        await _stop.CancelAsync().ConfigureAwait(false);
        Task[] running;
        lock (_gate)
            running = [.. _running];
        await Task.WhenAll(running).ConfigureAwait(false);
        _stop.Dispose();
    }

    OrgId[] FollowedOrgs()
    {
        lock (_gate)
            return [.. _readers.Keys.Select(key => key.Org).Distinct()];
    }

    async Task RemoveAsync(Task run)
    {
        await run.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        lock (_gate)
            _running.Remove(run);
    }
}
