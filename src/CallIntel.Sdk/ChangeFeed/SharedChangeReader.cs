using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk.ChangeFeed;

/// <summary>
/// Reads the feed of one org and one audience for all subscribers of this process. Each page is read in the session of
/// one of them, which has the same audience.
/// </summary>
sealed class SharedChangeReader
{
    const int MostFailures = 20,
        Parallelism = 8;
    static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(20),
        AuthorizationInterval = TimeSpan.FromSeconds(30);

    readonly ChangeFeedHub _hub;
    readonly Lock _gate = new();
    readonly List<ChangeSubscription> _subscribers = [];
    volatile TaskCompletionSource _signal = NewSignal();
    ChangeCursor _position;
    bool _ended;

    internal SharedChangeReader(ChangeFeedHub hub, OrgId org, string audience, ChangeCursor position) =>
        (_hub, Org, Audience, _position) = (hub, org, audience, position);

    internal OrgId Org { get; }

    internal string Audience { get; }

    /// <returns>Null if the reader has ended, because it had no subscribers.</returns>
    internal ChangeSubscription? TryAdd(SessionTransport session)
    {
        lock (_gate)
        {
            if (_ended)
                return null;
            ChangeSubscription subscription = new(this, session, _position, _hub.Options.BufferedEntries);
            _subscribers.Add(subscription);
            return subscription;
        }
    }

    internal void Remove(ChangeSubscription subscription)
    {
        lock (_gate)
        {
            if (!_subscribers.Remove(subscription) || _subscribers.Count > 0)
                return;
            _ended = true;
        }
        _hub.Forget(this);
        Signal();
    }

    /// <summary>Reads sooner, because changes of the org were committed.</summary>
    internal void Signal() => _signal.TrySetResult();

    internal async Task RunAsync(CancellationToken stop)
    {
        TimeSpan pause = ShortestPause;
        long authorized = _hub.Time.GetTimestamp();
        int failures = 0;
        while (!stop.IsCancellationRequested)
        {
            if (await WaitAsync(pause, stop).ConfigureAwait(false))
                pause = ShortestPause;
            if (FirstSubscriber() is not { } first)
                return;
            try
            {
                ChangePage page = await ChangePage.ReadAsync(first.Session, _position, stop).ConfigureAwait(false);
                failures = 0;
                // What another audience sees is not delivered to this one.
                if (page.Audience != Audience)
                {
                    first.End();
                    continue;
                }
                if (
                    page.Entries.Any(entry => entry.Kind is ChangeKind.VisibilityChanged or ChangeKind.Resync)
                    || _hub.Time.GetElapsedTime(authorized) > AuthorizationInterval
                )
                {
                    await AuthorizeAsync(stop).ConfigureAwait(false);
                    authorized = _hub.Time.GetTimestamp();
                }
                Deliver(page);
                pause = page.Entries.Count > 0 ? ShortestPause : Min(pause * 2, _hub.Options.PollInterval);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                break;
            }
            catch (Exception e) when (e is CallIntelException or ObjectDisposedException)
            {
                pause = _hub.Options.PollInterval;
                if (e is CallIntelException { IsTransient: true } && ++failures < MostFailures)
                    continue;
                // The session ended, or its member lost the role. Others may go on.
                failures = 0;
                first.End(e);
            }
        }
        EndAll();
    }

    void Deliver(ChangePage page)
    {
        ChangeSubscription[] subscribers;
        lock (_gate)
        {
            _position = page.Position;
            subscribers = [.. _subscribers];
        }
        if (page.Entries.Count > 0)
            foreach (ChangeSubscription subscriber in subscribers)
                subscriber.Deliver(page.Entries);
    }

    /// <summary>
    /// Finds out what each subscriber may see now. Those with another audience subscribe to that one; those who lost
    /// the right to read receive the error.
    /// </summary>
    async Task AuthorizeAsync(CancellationToken stop)
    {
        ChangeSubscription[] subscribers;
        lock (_gate)
            subscribers = [.. _subscribers];
        ParallelOptions options = new() { MaxDegreeOfParallelism = Parallelism, CancellationToken = stop };
        await Parallel
            .ForEachAsync(
                subscribers.GroupBy(subscriber => subscriber.Session.Identity),
                options,
                async (group, cancellationToken) =>
                {
                    foreach (ChangeSubscription subscriber in group)
                    {
                        try
                        {
                            ChangePage page = await ChangePage
                                .ReadPositionAsync(subscriber.Session, cancellationToken)
                                .ConfigureAwait(false);
                            if (page.Audience == Audience)
                                return;
                            subscriber.End();
                        }
                        catch (Exception e) when (e is CallIntelException or ObjectDisposedException)
                        {
                            subscriber.End(e);
                        }
                    }
                }
            )
            .ConfigureAwait(false);
    }

    ChangeSubscription? FirstSubscriber()
    {
        lock (_gate)
            return _subscribers.Count > 0 ? _subscribers[0] : null;
    }

    void EndAll()
    {
        ChangeSubscription[] subscribers;
        lock (_gate)
            subscribers = [.. _subscribers];
        foreach (ChangeSubscription subscriber in subscribers)
            subscriber.End(new ObjectDisposedException(nameof(ChangeFeedHub)));
    }

    /// <returns>Whether the pause ended early, because changes were committed.</returns>
    async Task<bool> WaitAsync(TimeSpan pause, CancellationToken stop)
    {
        // Many commits in a row do not make more reads than one every shortest pause.
        await DelayAsync(ShortestPause, stop).ConfigureAwait(false);
        if (pause > ShortestPause)
        {
            using CancellationTokenSource ended = CancellationTokenSource.CreateLinkedTokenSource(stop);
            Task delay = DelayAsync(pause - ShortestPause, ended.Token);
            await Task.WhenAny(delay, _signal.Task).ConfigureAwait(false);
            await ended.CancelAsync().ConfigureAwait(false);
            await delay.ConfigureAwait(false);
        }
        if (!_signal.Task.IsCompleted)
            return false;
        _signal = NewSignal();
        return true;
    }

    async Task DelayAsync(TimeSpan pause, CancellationToken cancellationToken) =>
        await Task.Delay(pause, _hub.Time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    static TimeSpan Min(TimeSpan left, TimeSpan right) => left < right ? left : right;

    static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
