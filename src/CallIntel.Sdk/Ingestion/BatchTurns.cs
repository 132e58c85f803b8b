namespace CallIntel.Sdk.Ingestion;

/// <summary>
/// The batches of a run that are under way. They are committed in order, so that its cursor moves in order. Most are merged side by side before that; one
/// that changes what is stored is merged alone: when those before it are stored, and while none after it holds anything.
/// </summary>
/// <remarks>
/// Why: a batch that is merged waits in this process for those before it, which the database cannot see. Were one of those to wait in the database for
/// it, both would wait for ever. So the later one takes back what it did, and does it again. Thread-safe.
/// </remarks>
sealed class BatchTurns
{
    /// <summary>How many batches go alone without trying, after one that tried and could not go with others: a feed that corrects one record corrects more.</summary>
    const int Pause = 8;

    readonly Lock _lock = new();
    readonly List<BatchTurn> _open = [];
    int _aloneNext;

    /// <param name="storedBefore">Ends when the batch before is committed or has failed.</param>
    /// <param name="alone">Whether it is known to change what is stored.</param>
    internal BatchTurn Take(Task storedBefore, bool alone)
    {
        lock (_lock)
        {
            bool paused = _aloneNext > 0;
            if (paused)
                _aloneNext--;
            BatchTurn turn = new(this, storedBefore);
            _open.Add(turn);
            if (alone || paused)
                turn.SetAlone();
            return turn;
        }
    }

    /// <summary>The turn could not be taken side by side.</summary>
    internal void GoAlone(BatchTurn turn)
    {
        lock (_lock)
        {
            turn.SetAlone();
            _aloneNext = Pause;
        }
    }

    internal void End(BatchTurn turn)
    {
        lock (_lock)
            _open.Remove(turn);
    }

    internal BatchTurn[] Before(BatchTurn turn)
    {
        lock (_lock)
            return [.. _open.TakeWhile(other => other != turn)];
    }
}

/// <summary>A batch's place among the batches of its run.</summary>
sealed class BatchTurn(BatchTurns turns, Task storedBefore)
{
    readonly TaskCompletionSource _alone = new(TaskCreationOptions.RunContinuationsAsynchronously), _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends when the batch before is committed; fails if that failed.</summary>
    internal Task StoredBefore => storedBefore;

    /// <summary>Whether the batch is merged alone.</summary>
    internal bool IsAlone => _alone.Task.IsCompleted;

    internal void SetAlone() => _alone.TrySetResult();

    internal void GoAlone() => turns.GoAlone(this);

    /// <summary>The batch is stored, or failed.</summary>
    internal void End()
    {
        turns.End(this);
        _ended.TrySetResult();
    }

    /// <summary>Waits until no batch before this one goes alone.</summary>
    internal async Task WaitForLonersAsync(CancellationToken cancellationToken)
    {
        while (turns.Before(this).FirstOrDefault(other => other.IsAlone) is { } loner)
            await loner._ended.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Waits until the batch before is stored.</summary>
    /// <returns>False if one before wants to be alone: what was done has to be taken back, and done again when that one has ended.</returns>
    internal async Task<bool> TryWaitForStoredAsync(CancellationToken cancellationToken)
    {
        Task loner = Task.WhenAny(turns.Before(this).Select(other => other._alone.Task).Append(storedBefore));
        await loner.WaitAsync(cancellationToken).ConfigureAwait(false);
        if (!storedBefore.IsCompleted)
            return false;
        await storedBefore.ConfigureAwait(false);
        return true;
    }
}
