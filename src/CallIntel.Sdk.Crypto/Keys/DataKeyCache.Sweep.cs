namespace CallIntel.Sdk.Crypto.Keys;

public sealed partial class DataKeyCache
{
    /// <summary>
    /// Keys that expire soon after one another are swept together: this is how much longer one of them may stay.
    /// </summary>
    private static readonly TimeSpan ShortestPause = TimeSpan.FromSeconds(1);

    /// <summary>Keys that left the cache while leases held them, and since when.</summary>
    private readonly List<(DataKey Key, long Since)> _lingering = [];

    private long? _sweepAt;

    /// <summary>
    /// Zeroes keys whose time is over although nobody asks for them, and leased ones whose deadline has passed.
    /// </summary>
    private void Sweep()
    {
        lock (_gate)
        {
            _sweepAt = null;
            if (_disposed)
                return;

            TimeSpan? next = SweepEntries();
            if (SweepLingering() is { } deadline && (next is null || deadline < next))
                next = deadline;

            if (next is { } pause)
                SweepIn(pause > ShortestPause ? pause : ShortestPause);
        }
    }

    /// <returns>When the next entry expires.</returns>
    private TimeSpan? SweepEntries()
    {
        TimeSpan? next = null;
        for (int left = _hand.Count; left > 0; left--)
        {
            CacheEntry entry = _hand.Dequeue();
            if (!entry.Removed && !IsFresh(entry))
                Remove(entry);

            if (entry.Removed)
                continue;

            _hand.Enqueue(entry);
            TimeSpan remaining = _options.TimeToLive - Age(entry.LoadedAt);
            if (next is null || remaining < next)
                next = remaining;
        }

        return next;
    }

    /// <returns>When the next deadline passes.</returns>
    private TimeSpan? SweepLingering()
    {
        TimeSpan? next = null;
        for (int i = _lingering.Count - 1; i >= 0; i--)
        {
            (DataKey key, long since) = _lingering[i];
            TimeSpan remaining = _options.LeaseDeadline - Age(since);
            if (!key.IsHeld || remaining <= TimeSpan.Zero)
            {
                key.Cipher.Close();
                _lingering.RemoveAt(i);
            }
            else if (next is null || remaining < next)
            {
                next = remaining;
            }
        }

        return next;
    }

    /// <summary>Sets the timer unless it rings sooner anyway. Under the gate.</summary>
    private void SweepIn(TimeSpan pause)
    {
        if (pause < TimeSpan.Zero)
            pause = TimeSpan.Zero;

        long at = _timeProvider.GetTimestamp() + (long)(pause.TotalSeconds * _timeProvider.TimestampFrequency);
        if (_disposed || _sweepAt <= at)
            return;

        _sweepAt = at;
        _sweeper.Change(pause, Timeout.InfiniteTimeSpan);
    }

    private TimeSpan Age(long since) => _timeProvider.GetElapsedTime(since);
}
