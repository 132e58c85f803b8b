namespace CallIntel.Sdk.Ingestion.Bulk;

/// <summary>
/// The position of a batch among the batches of its run. Thread-safe. The batch calls the methods in the order of their
/// declaration.
/// </summary>
sealed class CommitSlot(CommitQueue queue, Task storedBefore, bool exclusive)
{
    readonly TaskCompletionSource _ended = NewSource();
    volatile TaskCompletionSource _placed = NewSource(),
        _disturbed = NewSource();
    volatile bool _exclusive = exclusive;

    /// <summary>Whether the batch is merged exclusively.</summary>
    internal bool IsExclusive => _exclusive;

    /// <summary>
    /// Waits until the previous batch has its staging slot. Without this, a batch with a slot could wait for an earlier
    /// batch that waits for a slot.
    /// </summary>
    internal async Task WaitForPlaceAsync(CancellationToken cancellationToken)
    {
        while (queue.Before(this).LastOrDefault(other => !other._placed.Task.IsCompleted) is { } before)
            await before._placed.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reports that the batch has its staging slot or needs none.</summary>
    internal void Place() => _placed.TrySetResult();

    /// <summary>Waits until no earlier batch is exclusive.</summary>
    /// <returns><see langword="false"/> if this batch has to yield and start over.</returns>
    internal async Task<bool> TryWaitForExclusiveAsync(CancellationToken cancellationToken)
    {
        while (queue.Before(this).FirstOrDefault(other => other.IsExclusive) is { } loner)
        {
            await Task.WhenAny(loner._ended.Task, _disturbed.Task).WaitAsync(cancellationToken).ConfigureAwait(false);
            if (_disturbed.Task.IsCompleted)
                return false;
        }
        return true;
    }

    /// <summary>Makes the batch exclusive because it cannot be merged in parallel. Later batches yield.</summary>
    internal void BecomeExclusive()
    {
        if (_exclusive)
            return;
        _exclusive = true;
        queue.Pause();
        Disturb();
    }

    /// <summary>Waits until the previous batch is stored.</summary>
    /// <returns><see langword="false"/> if this batch has to yield and start over.</returns>
    internal async Task<bool> TryWaitForStoredAsync(CancellationToken cancellationToken)
    {
        await Task.WhenAny(storedBefore, _disturbed.Task).WaitAsync(cancellationToken).ConfigureAwait(false);
        if (!storedBefore.IsCompleted)
            return false;
        await storedBefore.ConfigureAwait(false);
        return true;
    }

    /// <summary>
    /// Reports that the batch rolled back, released its staging slot and starts over. Later batches also start over,
    /// because they may hold the last slot.
    /// </summary>
    internal void StartOver()
    {
        _placed = NewSource();
        _disturbed = NewSource();
        Disturb();
    }

    /// <summary>Reports that the batch is stored or has failed.</summary>
    internal void End()
    {
        queue.End(this);
        Place();
        _ended.TrySetResult();
    }

    void Disturb()
    {
        foreach (CommitSlot later in queue.After(this))
            later._disturbed.TrySetResult();
    }

    static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
