namespace CallIntel.Sdk.Crypto.Keys;

public sealed partial class DataKeyCache
{
    private const int MaxLoadAttempts = 8;

    private readonly HashSet<KeyLoad> _loads = [];
    private readonly Dictionary<(Guid OrgId, KeyId Id), KeyLoad<KeyId>> _keyLoads = [];
    private readonly Dictionary<(Guid OrgId, KeySubject Id), KeyLoad<KeySubject>> _subjectLoads = [];

    /// <summary>Gets one key to decrypt with, loading it if it is not cached.</summary>
    /// <param name="orgId">The org.</param>
    /// <param name="keyId">The id, from the envelope.</param>
    /// <param name="cancellationToken">Stops the wait; a load that others wait for goes on.</param>
    /// <returns>The key, or that it is shredded or unknown. To be disposed.</returns>
    /// <exception cref="CallIntelException">The store, the provider or the stored key is at fault; the code says which.</exception>
    public ValueTask<DataKeyLease> RentAsync(Guid orgId, KeyId keyId, CancellationToken cancellationToken = default) =>
        TryRent(orgId, keyId, out DataKeyLease lease) ? new(lease) : RentSlowAsync(orgId, keyId, cancellationToken);

    /// <summary>Gets keys to decrypt with; those not cached are loaded in one call to the store.</summary>
    /// <param name="orgId">The org.</param>
    /// <param name="keyIds">The ids, from the envelopes. May repeat.</param>
    /// <param name="cancellationToken">Stops the wait; a load that others wait for goes on.</param>
    /// <returns>The answers by id. To be disposed.</returns>
    /// <exception cref="CallIntelException">The store, the provider or a stored key is at fault; the code says which.</exception>
    public async ValueTask<DataKeySet<KeyId>> RentManyAsync(
        Guid orgId,
        IReadOnlyCollection<KeyId> keyIds,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(keyIds);
        return await RentAllAsync(
                orgId,
                keyIds,
                _keyLoads,
                (KeyId id, out DataKeyRef held) => TryHold(orgId, id, out held),
                (load, ids) => LoadKeysAsync(load, ids),
                cancellationToken
            )
            .ConfigureAwait(false);
    }

    /// <summary>
    /// Gets the active keys of subjects with the uses a batch needs; keys that are missing are made, and all that is needed is asked for in
    /// one call to the store.
    /// </summary>
    /// <param name="orgId">The org.</param>
    /// <param name="demands">Whose data, and how many values; a subject that repeats is added up.</param>
    /// <param name="cancellationToken">Stops the wait; a load that others wait for goes on.</param>
    /// <returns>The keys by subject; a subject that may not get a key any more is <see cref="KeyLookup.Shredded"/>. To be disposed.</returns>
    /// <exception cref="CallIntelException">The store, the provider or a stored key is at fault; the code says which.</exception>
    /// <remarks>
    /// Concurrent batches share the uses of a key: should <see cref="Envelope.EncryptResult.AllowanceExhausted"/> come back, call this again.
    /// </remarks>
    public async ValueTask<DataKeySet<KeySubject>> RentForEncryptionAsync(
        Guid orgId,
        IReadOnlyCollection<KeyDemand> demands,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(demands);
        var uses = new Dictionary<KeySubject, int>(demands.Count);
        foreach (KeyDemand demand in demands)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(demand.Uses, 1, nameof(demands));
            uses[demand.Subject] = checked(uses.GetValueOrDefault(demand.Subject) + demand.Uses);
        }

        return await RentAllAsync(
                orgId,
                uses.Keys,
                _subjectLoads,
                (KeySubject subject, out DataKeyRef held) =>
                    TryHoldForEncryption(orgId, new KeyDemand(subject, uses[subject]), out held),
                (load, subjects) => LoadSubjectsAsync(load, subjects, uses),
                cancellationToken
            )
            .ConfigureAwait(false);
    }

    private delegate bool TryFind<TId>(TId id, out DataKeyRef held);

    private async ValueTask<DataKeyLease> RentSlowAsync(Guid orgId, KeyId keyId, CancellationToken cancellationToken)
    {
        using DataKeySet<KeyId> keys = await RentManyAsync(orgId, [keyId], cancellationToken).ConfigureAwait(false);
        DataKeyRef key = keys[keyId];
        return key.TryHold() ? DataKeyLease.TakeOver(key) : default;
    }

    private async Task<DataKeySet<TId>> RentAllAsync<TId>(
        Guid orgId,
        IReadOnlyCollection<TId> ids,
        Dictionary<(Guid OrgId, TId Id), KeyLoad<TId>> running,
        TryFind<TId> tryFind,
        Func<KeyLoad<TId>, List<TId>, Task> loadAsync,
        CancellationToken cancellationToken
    )
        where TId : struct, IEquatable<TId>
    {
        var found = new DataKeySet<TId>(ids.Count);
        try
        {
            // A load of somebody else runs with that caller's rights: where it fails, this caller asks with its own.
            bool alone = false;
            for (int attempt = 0; attempt < MaxLoadAttempts; attempt++)
            {
                List<TId> missing = FindCached(found, ids, tryFind);
                if (missing.Count == 0)
                    return found;

                alone |= !await TryLoadMissingAsync(
                        orgId,
                        missing,
                        found,
                        running,
                        alone,
                        tryFind,
                        loadAsync,
                        cancellationToken
                    )
                    .ConfigureAwait(false);
            }

            return FindCached(found, ids, tryFind).Count == 0 ? found : throw KeyFaults.Contended();
        }
        catch
        {
            found.Dispose();
            throw;
        }
    }

    private static List<TId> FindCached<TId>(DataKeySet<TId> found, IReadOnlyCollection<TId> ids, TryFind<TId> tryFind)
        where TId : struct, IEquatable<TId>
    {
        // in the order they were asked for, each once
        List<TId> missing = [];
        HashSet<TId> seen = [];
        foreach (TId id in ids)
        {
            if (found.Contains(id) || seen.Contains(id))
                continue;

            if (tryFind(id, out DataKeyRef held))
                found.Add(id, held);
            else if (seen.Add(id))
                missing.Add(id);
        }

        return missing;
    }

    /// <returns>Whether no load of another caller failed.</returns>
    private async Task<bool> TryLoadMissingAsync<TId>(
        Guid orgId,
        List<TId> missing,
        DataKeySet<TId> found,
        Dictionary<(Guid OrgId, TId Id), KeyLoad<TId>> running,
        bool alone,
        TryFind<TId> tryFind,
        Func<KeyLoad<TId>, List<TId>, Task> loadAsync,
        CancellationToken cancellationToken
    )
        where TId : struct, IEquatable<TId>
    {
        bool othersSucceeded = true;
        HashSet<KeyLoad<TId>> joined = [];
        List<TId> mine = [];
        KeyLoad<TId> own = new(orgId, _timeProvider.GetTimestamp());
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            foreach (TId id in missing)
            {
                if (!running.TryGetValue((orgId, id), out KeyLoad<TId>? load) || alone)
                {
                    // A load that ended between the look into the table and here has left its answer in the table.
                    if (tryFind(id, out DataKeyRef held))
                    {
                        found.Add(id, held);
                        continue;
                    }

                    running.TryAdd((orgId, id), own);
                    load = own;
                    mine.Add(id);
                }

                if (joined.Add(load))
                    load.Join();
            }

            if (mine.Count > 0)
                _loads.Add(own);
        }

        if (mine.Count > 0)
            _ = RunAsync(own, mine, running, loadAsync);

        try
        {
            foreach (KeyLoad<TId> load in joined)
            {
                try
                {
                    await load.Completion.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
                }
                catch (Exception) when (load != own && load.Completion.Task.IsFaulted)
                {
                    othersSucceeded = false;
                }
            }
        }
        finally
        {
            lock (_gate)
            {
                foreach (KeyLoad<TId> load in joined)
                {
                    foreach (TId id in missing)
                    {
                        if (!found.Contains(id) && load.TryTake(id, out DataKeyRef held))
                            found.Add(id, held);
                    }

                    load.Leave();
                }
            }
        }

        return othersSucceeded;
    }

    /// <summary>Runs a load to its end, whoever stops waiting for it.</summary>
    private async Task RunAsync<TId>(
        KeyLoad<TId> load,
        List<TId> ids,
        Dictionary<(Guid OrgId, TId Id), KeyLoad<TId>> running,
        Func<KeyLoad<TId>, List<TId>, Task> loadAsync
    )
        where TId : struct, IEquatable<TId>
    {
        Exception? failure = null;
        try
        {
            await Task.Yield();
            await loadAsync(load, ids).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            failure = KeyFaults.IsForeign(e) && e is not ObjectDisposedException ? KeyFaults.Store(e) : e;
        }

        lock (_gate)
        {
            foreach (TId id in ids)
            {
                if (running.TryGetValue((load.OrgId, id), out KeyLoad<TId>? registered) && registered == load)
                    running.Remove((load.OrgId, id));
            }

            _loads.Remove(load);
            load.Complete();
            Evict();
        }

        if (failure is null)
            load.Completion.SetResult();
        else
            load.Completion.SetException(failure);
    }
}
