namespace CallIntel.Sdk.Crypto.Keys;

public sealed partial class OrgKeyRing
{
    /// <summary>
    /// The shortest time between two sweeps. A key can stay this much longer, so that keys that expire soon after one
    /// another are removed together.
    /// </summary>
    static readonly TimeSpan ShortestPause = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Removes the oldest keys until the ring is within its capacity. Call it while holding the lock.
    /// </summary>
    void Evict()
    {
        while (_state.Slots.Count > _options.Capacity)
        {
            KeyValuePair<(Guid OrgId, OrgKeyKind Kind), Slot> oldest = _state.Slots.MinBy(s => s.Value.StartedAt);
            Discard(oldest.Key, oldest.Value);
        }
    }

    /// <summary>Removes a slot and releases its keys. Call it while holding the lock.</summary>
    void Discard((Guid OrgId, OrgKeyKind Kind) key, Slot slot)
    {
        _state.Slots.Remove(key);
        slot.Release();
        if (!slot.IsHeld)
            return;

        _state.Lingering.Add((slot, _timeProvider.GetTimestamp()));
        SweepIn(_options.HandleDeadline);
    }

    /// <summary>
    /// Removes expired keys that no call has touched since, and zeroes keys whose handles have passed their deadline.
    /// </summary>
    void Sweep()
    {
        lock (_state.Gate)
        {
            _state.SweepAt = null;
            if (_state.IsDisposed)
                return;

            foreach (
                KeyValuePair<(Guid OrgId, OrgKeyKind Kind), Slot> slot in _state
                    .Slots.Where(s => IsStale(s.Value))
                    .ToList()
            )
                Discard(slot.Key, slot.Value);

            TimeSpan? next = null;
            foreach (Slot slot in _state.Slots.Values)
                next = Earlier(next, _options.TimeToLive - Age(slot.StartedAt));

            for (int i = _state.Lingering.Count - 1; i >= 0; i--)
            {
                (Slot slot, long since) = _state.Lingering[i];
                TimeSpan remaining = _options.HandleDeadline - Age(since);
                if (slot.IsHeld && remaining > TimeSpan.Zero)
                {
                    next = Earlier(next, remaining);
                    continue;
                }

                slot.Close();
                _state.Lingering.RemoveAt(i);
            }

            if (next is { } pause)
                SweepIn(pause > ShortestPause ? pause : ShortestPause);
        }
    }

    /// <summary>Sets the timer unless it is due sooner. Call it while holding the lock.</summary>
    void SweepIn(TimeSpan pause)
    {
        long at = _timeProvider.GetTimestamp() + (long)(pause.TotalSeconds * _timeProvider.TimestampFrequency);
        if (_state.IsDisposed || _state.SweepAt <= at)
            return;

        _state.SweepAt = at;
        _state.Sweeper.Change(pause, Timeout.InfiniteTimeSpan);
    }

    TimeSpan Age(long since) => _timeProvider.GetElapsedTime(since);

    static TimeSpan Earlier(TimeSpan? one, TimeSpan other) => one is { } known && known < other ? known : other;

    /// <summary>What a ring and its views share. Its lock guards all of it.</summary>
    sealed class State(ITimer sweeper)
    {
        internal Lock Gate { get; } = new();

        internal ITimer Sweeper => sweeper;

        internal Dictionary<(Guid OrgId, OrgKeyKind Kind), Slot> Slots { get; } = [];

        /// <summary>Keys that left the ring while handles may still use them, and when they left.</summary>
        internal List<(Slot Slot, long Since)> Lingering { get; } = [];

        internal long? SweepAt { get; set; }

        internal bool IsDisposed { get; set; }
    }

    /// <summary>One load of all versions of one key of one org.</summary>
    sealed record Slot(Task<OrgKeyVersions> Task, long StartedAt)
    {
        /// <summary>Whether keys are in memory, or will be when the load ends.</summary>
        internal bool IsHeld => !Task.IsCompleted || (Task.IsCompletedSuccessfully && Task.Result.IsHeld);

        internal void Release() => WhenLoaded(static versions => versions.Dispose());

        internal void Close() => WhenLoaded(static versions => versions.Close());

        void WhenLoaded(Action<OrgKeyVersions> action) =>
            Task.ContinueWith(
                (task, _) => action(task.Result),
                null,
                CancellationToken.None,
                TaskContinuationOptions.OnlyOnRanToCompletion | TaskContinuationOptions.ExecuteSynchronously,
                TaskScheduler.Default
            );
    }
}
