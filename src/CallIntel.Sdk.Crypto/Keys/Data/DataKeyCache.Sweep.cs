namespace CallIntel.Sdk.Crypto.Keys;

public sealed partial class DataKeyCache
{
    /// <summary>
    /// The shortest time between two sweeps. A key can stay this much longer, so that keys that expire soon after one
    /// another are removed together.
    /// </summary>
    static readonly TimeSpan ShortestPause = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Removes expired keys that no call has touched since, and zeroes leased keys whose deadline has passed.
    /// </summary>
    void Sweep()
    {
        lock (_state.Gate)
        {
            _state.SweepAt = null;
            if (_state.IsDisposed)
                return;

            TimeSpan? next = SweepEntries();
            if (SweepLingering() is { } deadline && (next is null || deadline < next))
                next = deadline;

            if (next is { } pause)
                SweepIn(pause > ShortestPause ? pause : ShortestPause);
        }
    }

    /// <returns>The time until the next entry expires; null if there is none.</returns>
    TimeSpan? SweepEntries()
    {
        TimeSpan? next = null;
        for (int left = _state.Queue.Count; left > 0; left--)
        {
            CacheEntry entry = _state.Queue.Dequeue();
            if (!entry.Removed && !IsFresh(entry))
                Remove(entry);

            if (entry.Removed)
                continue;

            _state.Queue.Enqueue(entry);
            TimeSpan remaining = _options.TimeToLive - Age(entry.LoadedAt);
            if (next is null || remaining < next)
                next = remaining;
        }

        return next;
    }

    /// <returns>The time until the next deadline passes; null if there is none.</returns>
    TimeSpan? SweepLingering()
    {
        TimeSpan? next = null;
        for (int i = _state.Lingering.Count - 1; i >= 0; i--)
        {
            (DataKey key, long since) = _state.Lingering[i];
            TimeSpan remaining = _options.LeaseDeadline - Age(since);
            if (!key.IsHeld || remaining <= TimeSpan.Zero)
            {
                key.Cipher.Close();
                _state.Lingering.RemoveAt(i);
            }
            else if (next is null || remaining < next)
            {
                next = remaining;
            }
        }

        return next;
    }

    /// <summary>Sets the timer unless it is due sooner. Call it while holding the lock.</summary>
    void SweepIn(TimeSpan pause)
    {
        if (pause < TimeSpan.Zero)
            pause = TimeSpan.Zero;

        long at = _timeProvider.GetTimestamp() + (long)(pause.TotalSeconds * _timeProvider.TimestampFrequency);
        if (_state.IsDisposed || _state.SweepAt <= at)
            return;

        _state.SweepAt = at;
        _state.Sweeper.Change(pause, Timeout.InfiniteTimeSpan);
    }

    TimeSpan Age(long since) => _timeProvider.GetElapsedTime(since);
}
