namespace CallIntel.Sdk.Ingestion.Bulk;

/// <summary>
/// The batches of a run that are under way. They are committed in order, so that its cursor moves in order. Most are
/// merged side by side before that; one that changes what is stored is merged alone: when those before it are stored,
/// and while none after it holds anything.
/// </summary>
/// <remarks>
/// Why: a batch waits in this process for those before it, which the database cannot see. Were one of those to wait in
/// the database for what the later holds, a lock or one of the few staging slots, both would wait for ever. So the
/// later one gives way: it takes back what it did, and does it again. Thread-safe.
/// </remarks>
sealed class CommitQueue
{
    /// <summary>
    /// How many batches go alone without trying, after one that tried and could not go with others: a feed that
    /// corrects one record corrects more.
    /// </summary>
    const int PauseLength = 8;

    readonly Lock _lock = new();
    readonly List<CommitSlot> _open = [];
    int _aloneNext;

    /// <param name="storedBefore">Ends when the batch before is committed or has failed.</param>
    /// <param name="alone">Whether it is known to change what is stored.</param>
    internal CommitSlot Take(Task storedBefore, bool alone)
    {
        lock (_lock)
        {
            bool paused = _aloneNext > 0;
            if (paused)
                _aloneNext--;
            CommitSlot turn = new(this, storedBefore, alone || paused);
            _open.Add(turn);
            return turn;
        }
    }

    /// <summary>The next batches go alone at once.</summary>
    internal void Pause()
    {
        lock (_lock)
            _aloneNext = PauseLength;
    }

    internal void End(CommitSlot turn)
    {
        lock (_lock)
            _open.Remove(turn);
    }

    internal CommitSlot[] Before(CommitSlot turn)
    {
        lock (_lock)
            return [.. _open.TakeWhile(other => other != turn)];
    }

    internal CommitSlot[] After(CommitSlot turn)
    {
        lock (_lock)
            return [.. _open.SkipWhile(other => other != turn).Skip(1)];
    }
}
