namespace CallIntel.Sdk.Ingestion.Bulk;

/// <summary>
/// Orders the batches of a run that are in progress. Batches are committed in order, so the cursor moves in order. Most
/// batches are merged in parallel before that. A batch that changes stored records is merged exclusively: after all
/// earlier batches are stored, and while no later batch holds anything.
/// </summary>
/// <remarks>
/// A batch waits in this process for earlier batches, which the database cannot see. If an earlier batch waited in the
/// database for something that a later batch holds, such as a lock or one of the few staging slots, both would wait
/// forever. Therefore the later batch yields: it rolls back and starts again. Thread-safe.
/// </remarks>
sealed class CommitQueue
{
    /// <summary>
    /// The number of batches that become exclusive without trying to run in parallel, after one had to become
    /// exclusive: a feed that corrects one record usually corrects several.
    /// </summary>
    const int PauseLength = 8;

    readonly Lock _lock = new();
    readonly List<CommitSlot> _open = [];
    int _aloneNext;

    /// <param name="storedBefore">Completes when the previous batch is committed or has failed.</param>
    /// <param name="exclusive">Whether the batch is known to change stored records.</param>
    internal CommitSlot Take(Task storedBefore, bool exclusive)
    {
        lock (_lock)
        {
            bool paused = _aloneNext > 0;
            if (paused)
                _aloneNext--;
            CommitSlot commitSlot = new(this, storedBefore, exclusive || paused);
            _open.Add(commitSlot);
            return commitSlot;
        }
    }

    /// <summary>Makes the next batches exclusive from the start.</summary>
    internal void Pause()
    {
        lock (_lock)
            _aloneNext = PauseLength;
    }

    internal void End(CommitSlot commitSlot)
    {
        lock (_lock)
            _open.Remove(commitSlot);
    }

    internal CommitSlot[] Before(CommitSlot commitSlot)
    {
        lock (_lock)
            return [.. _open.TakeWhile(other => other != commitSlot)];
    }

    internal CommitSlot[] After(CommitSlot commitSlot)
    {
        lock (_lock)
            return [.. _open.SkipWhile(other => other != commitSlot).Skip(1)];
    }
}
