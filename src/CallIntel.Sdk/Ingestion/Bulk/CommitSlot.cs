namespace CallIntel.Sdk.Ingestion.Bulk;

/// <summary>
/// A batch's place among the batches of its run. Thread-safe; the methods are the batch's own, in the order in which it
/// calls them.
/// </summary>
sealed class CommitSlot(CommitQueue turns, Task storedBefore, bool alone)
{
    readonly TaskCompletionSource _ended = NewSource();
    volatile TaskCompletionSource _placed = NewSource(),
        _disturbed = NewSource();
    volatile bool _alone = alone;

    /// <summary>Whether the batch is merged alone.</summary>
    internal bool IsExclusive => _alone;

    /// <summary>
    /// Waits until the batch before has its staging slot: of batches that wait for each other the first must never be
    /// one without.
    /// </summary>
    internal async Task WaitForPlaceAsync(CancellationToken cancellationToken)
    {
        while (turns.Before(this).LastOrDefault(other => !other._placed.Task.IsCompleted) is { } before)
            await before._placed.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The batch has its slot, or needs none.</summary>
    internal void Place() => _placed.TrySetResult();

    /// <summary>Waits until no batch before this one goes alone.</summary>
    /// <returns>False if this one has to give way, and start over.</returns>
    internal async Task<bool> TryWaitForExclusiveAsync(CancellationToken cancellationToken)
    {
        while (turns.Before(this).FirstOrDefault(other => other.IsExclusive) is { } loner)
        {
            await Task.WhenAny(loner._ended.Task, _disturbed.Task).WaitAsync(cancellationToken).ConfigureAwait(false);
            if (_disturbed.Task.IsCompleted)
                return false;
        }
        return true;
    }

    /// <summary>It cannot be merged beside others, so those behind it give way.</summary>
    internal void BecomeExclusive()
    {
        if (_alone)
            return;
        _alone = true;
        turns.Pause();
        Disturb();
    }

    /// <summary>Waits until the batch before is stored.</summary>
    /// <returns>False if this one has to give way, and start over.</returns>
    internal async Task<bool> TryWaitForStoredAsync(CancellationToken cancellationToken)
    {
        await Task.WhenAny(storedBefore, _disturbed.Task).WaitAsync(cancellationToken).ConfigureAwait(false);
        if (!storedBefore.IsCompleted)
            return false;
        await storedBefore.ConfigureAwait(false);
        return true;
    }

    /// <summary>
    /// The batch took back all it did, its slot too, and begins anew; so do those behind it, which may hold the last
    /// slot.
    /// </summary>
    internal void StartOver()
    {
        _placed = NewSource();
        _disturbed = NewSource();
        Disturb();
    }

    /// <summary>The batch is stored, or failed.</summary>
    internal void End()
    {
        turns.End(this);
        Place();
        _ended.TrySetResult();
    }

    void Disturb()
    {
        foreach (CommitSlot later in turns.After(this))
            later._disturbed.TrySetResult();
    }

    static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
