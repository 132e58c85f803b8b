namespace CallIntel.Sdk.Crypto.Keys;

/// <summary>A call to the store that several callers may wait for. The cache's lock guards all of its state.</summary>
abstract class KeyLoad(Guid orgId, long startedAt)
{
    internal Guid OrgId => orgId;

    /// <summary>
    /// When the call began. The age of its results counts from here, because the result may be old when it arrives.
    /// </summary>
    internal long StartedAt => startedAt;

    /// <summary>Completes when the results are available.</summary>
    internal TaskCompletionSource Completion { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>
    /// Keys that were invalidated during the call. Results for them may be outdated and are not used.
    /// </summary>
    internal HashSet<KeyId> Invalidated { get; } = [];

    /// <summary>Whether all keys were invalidated during the call, so that no result is used.</summary>
    internal bool AllInvalidated { get; set; }
}

/// <inheritdoc cref="KeyLoad"/>
sealed class KeyLoad<TId>(Guid orgId, long startedAt) : KeyLoad(orgId, startedAt)
    where TId : struct, IEquatable<TId>
{
    readonly Dictionary<TId, DataKeyRef> _results = [];
    int _waiters;
    bool _completed;

    internal void Join() => _waiters++;

    /// <summary>
    /// Takes over a hold and keeps it for the waiting callers, even if the cache evicts the key meanwhile.
    /// </summary>
    internal void SetResult(TId id, DataKeyRef held) => _results[id] = held;

    internal bool TryTake(TId id, out DataKeyRef held)
    {
        bool taken = _results.TryGetValue(id, out held) && held.Status != KeyLookup.NotCached && held.TryHold();
        if (!taken)
            held = default;

        return taken;
    }

    internal void Complete()
    {
        _completed = true;
        ReleaseIfDone();
    }

    internal void Leave()
    {
        _waiters--;
        ReleaseIfDone();
    }

    void ReleaseIfDone()
    {
        if (!_completed || _waiters > 0)
            return;

        foreach (DataKeyRef held in _results.Values)
            held.Unhold();

        _results.Clear();
    }
}
