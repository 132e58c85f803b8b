using CallIntel.Sdk.Crypto.Keys;
using CallIntel.Sdk.Crypto.Rotation;

namespace CallIntel.Sdk.Crypto.InMemory;

public sealed partial class InMemoryKeyStore
{
    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<DataKeyRecord>> ReadOutdatedAsync(
        Guid orgId,
        int epoch,
        KeyId? after,
        int limit,
        CancellationToken cancellationToken = default
    )
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
            return new(
                (IReadOnlyList<DataKeyRecord>)
                    [.. Outdated(orgId, epoch).Where(r => after is null || r.Id > after).Take(limit)]
            );
    }

    /// <inheritdoc/>
    public ValueTask<int> ReplaceAsync(
        Guid orgId,
        IReadOnlyList<RewrappedDataKey> keys,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(keys);
        cancellationToken.ThrowIfCancellationRequested();
        int replaced = 0;
        lock (_gate)
        {
            foreach (RewrappedDataKey key in keys)
            {
                if (
                    !_keys.TryGetValue((orgId, key.Id), out Row? row)
                    || row.Record.Epoch != key.FromEpoch
                    || row.Record.State == KeyState.Destroyed
                )
                    continue;

                _keys[(orgId, key.Id)] = row with
                {
                    Record = row.Record with { Epoch = key.ToEpoch, Wrapped = key.Wrapped },
                };
                replaced++;
            }
        }

        return new(replaced);
    }

    /// <inheritdoc/>
    public ValueTask<long> CountOutdatedAsync(Guid orgId, int epoch, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
            return new(Outdated(orgId, epoch).LongCount());
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<KeyId>> CryptoShredAsync(
        Guid orgId,
        KeySubject subject,
        CancellationToken cancellationToken = default
    )
    {
        cancellationToken.ThrowIfCancellationRequested();
        List<KeyId> destroyed = [];
        lock (_gate)
        {
            _erased.Add((orgId, subject));
            foreach (((Guid org, KeyId id), Row row) in _keys.ToList())
            {
                if (org != orgId || row.Record.Subject != subject)
                    continue;

                _keys[(orgId, id)] = row with
                {
                    Record = row.Record with { State = KeyState.Destroyed, Wrapped = default },
                };
                destroyed.Add(id);
            }

            if (subject.Purpose == KeyPurpose.Person)
                destroyed.AddRange(ShredConversations(orgId));
        }

        return new(destroyed);
    }

    IEnumerable<DataKeyRecord> Outdated(Guid orgId, int epoch) =>
        _keys
            .Where(k =>
                k.Key.OrgId == orgId
                && k.Value.Record.Epoch < epoch
                && k.Value.Record.State != KeyState.Destroyed
                && !ConversationWrapping.IsConversation(k.Value.Record.Subject)
            )
            .Select(k => k.Value.Record);
}
