namespace CallIntel.Sdk.Crypto.Keys;

/// <summary>One call to the store that several callers may wait for. Everything but the completion is under the cache's gate.</summary>
internal abstract class KeyLoad(Guid orgId, long startedAt)
{
    internal Guid OrgId => orgId;

    /// <summary>
    /// When it began. What it brings counts as known since then: the store may have answered long before the answer is
    /// here.
    /// </summary>
    internal long StartedAt => startedAt;

    /// <summary>Ends when the answers are there.</summary>
    internal TaskCompletionSource Completion { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Keys invalidated while the store was asked: its answer about them may be the old one and is not used.</summary>
    internal HashSet<KeyId> Invalidated { get; } = [];

    /// <summary>Nobody knows which keys were: no answer is used.</summary>
    internal bool AllInvalidated { get; set; }
}

/// <inheritdoc cref="KeyLoad"/>
internal sealed class KeyLoad<TId>(Guid orgId, long startedAt) : KeyLoad(orgId, startedAt)
    where TId : struct, IEquatable<TId>
{
    private readonly Dictionary<TId, DataKeyRef> _answers = [];
    private int _waiters;
    private bool _completed;

    internal void Join() => _waiters++;

    /// <summary>Takes over a hold and keeps it for those who wait, however soon the cache evicts the key.</summary>
    internal void Answer(TId id, DataKeyRef held) => _answers[id] = held;

    internal bool TryTake(TId id, out DataKeyRef held)
    {
        bool taken = _answers.TryGetValue(id, out held) && held.Status != KeyLookup.NotCached && held.TryHold();
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

    private void ReleaseIfDone()
    {
        if (!_completed || _waiters > 0)
            return;

        foreach (DataKeyRef held in _answers.Values)
            held.Unhold();

        _answers.Clear();
    }
}
