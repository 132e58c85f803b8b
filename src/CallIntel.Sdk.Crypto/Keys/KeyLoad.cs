namespace CallIntel.Sdk.Crypto.Keys;

/// <summary>One call to the store that several callers may wait for. Everything but the completion is under the cache's gate.</summary>
internal abstract class KeyLoad(Guid orgId)
{
    internal Guid OrgId => orgId;

    /// <summary>Ends when the answers are there.</summary>
    internal TaskCompletionSource Completion { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Keys invalidated while the store was asked: its answer about them may be the old one and is not used.</summary>
    internal HashSet<KeyId> Invalidated { get; } = [];
}

/// <inheritdoc cref="KeyLoad"/>
internal sealed class KeyLoad<TId>(Guid orgId) : KeyLoad(orgId)
    where TId : struct, IEquatable<TId>
{
    private readonly Dictionary<TId, DataKeyLease> _answers = [];
    private int _waiters;
    private bool _completed;

    internal void Join() => _waiters++;

    /// <summary>Keeps an answer for those who wait, however soon the cache evicts it.</summary>
    internal void Answer(TId id, DataKeyLease lease) => _answers[id] = lease;

    internal bool TryTake(TId id, out DataKeyLease lease)
    {
        lease = default;
        if (_answers.TryGetValue(id, out DataKeyLease answer))
            lease = answer.Share();

        return lease.Status != KeyLookup.NotCached;
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

        foreach (DataKeyLease lease in _answers.Values)
            lease.Dispose();

        _answers.Clear();
    }
}
