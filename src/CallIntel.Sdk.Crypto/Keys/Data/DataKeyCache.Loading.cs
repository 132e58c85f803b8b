namespace CallIntel.Sdk.Crypto.Keys;

public sealed partial class DataKeyCache
{
    const int MaxLoadAttempts = 8;

    /// <summary>Gets one key to decrypt with. Loads it if it is not cached.</summary>
    /// <param name="orgId">The org.</param>
    /// <param name="keyId">The key id from the envelope.</param>
    /// <param name="cancellationToken">Stops waiting. A load that other callers wait for continues.</param>
    /// <returns>
    /// The key, or the information that it is crypto-shredded, unknown or damaged. The caller disposes it.
    /// </returns>
    /// <exception cref="CallIntelException">
    /// <see cref="CryptoErrorCodes.KeyStoreUnavailable"/>, <see cref="CryptoErrorCodes.RootProviderUnavailable"/>,
    /// <see cref="CryptoErrorCodes.KeyStoreContractBroken"/> or <see cref="CryptoErrorCodes.KeyLoadContended"/>.
    /// </exception>
    public ValueTask<DataKeyLease> RentAsync(Guid orgId, KeyId keyId, CancellationToken cancellationToken = default) =>
        TryRent(orgId, keyId, out DataKeyLease lease) ? new(lease) : RentSlowAsync(orgId, keyId, cancellationToken);

    /// <summary>Gets keys to decrypt with. Loads those that are not cached in one call to the store.</summary>
    /// <param name="orgId">The org.</param>
    /// <param name="keyIds">The key ids from the envelopes. Duplicates are allowed.</param>
    /// <param name="cancellationToken">Stops waiting. A load that other callers wait for continues.</param>
    /// <returns>One result for each id. The caller disposes the set.</returns>
    /// <exception cref="CallIntelException">As for <see cref="RentAsync"/>.</exception>
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
                _state.KeyLoads,
                (KeyId id, out DataKeyRef held) => TryHold(orgId, id, out held),
                (load, ids) => LoadKeysAsync(load, ids),
                cancellationToken
            )
            .ConfigureAwait(false);
    }

    /// <summary>
    /// Gets the active keys of subjects, with enough uses for a batch. Keys and uses that are not cached are loaded in
    /// one call to the store. Subjects without a key get a new one in a second call.
    /// </summary>
    /// <param name="orgId">The org.</param>
    /// <param name="demands">
    /// The subjects and the number of values to encrypt. Numbers of equal subjects are added. The demand for a
    /// conversation needs its <see cref="KeyDemand.Conversation"/>; if its key is new, the keys of its parties are
    /// loaded as well.
    /// </param>
    /// <param name="cancellationToken">Stops waiting. A load that other callers wait for continues.</param>
    /// <returns>
    /// One result for each subject; <see cref="KeyLookup.CryptoShredded"/> for a subject that was crypto-shredded. The
    /// caller disposes the set.
    /// </returns>
    /// <exception cref="CallIntelException">As for <see cref="RentAsync"/>.</exception>
    /// <remarks>
    /// Concurrent batches share the uses of a key. If encrypting reports that the allowance is exhausted, call this
    /// method again.
    /// </remarks>
    public async ValueTask<DataKeySet<KeySubject>> RentForEncryptionAsync(
        Guid orgId,
        IReadOnlyCollection<KeyDemand> demands,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(demands);
        var uses = new Dictionary<KeySubject, int>(demands.Count);
        Dictionary<KeySubject, KeyConversation>? conversations = null;
        foreach (KeyDemand demand in demands)
        {
            if (demand.Conversation is { } conversation)
                (conversations ??= [])[demand.Subject] = conversation;
            else if (ConversationWrapping.IsConversation(demand.Subject))
                throw new ArgumentException(
                    "The demand for the key of a conversation has to name its parties.",
                    nameof(demands)
                );

            ArgumentOutOfRangeException.ThrowIfLessThan(demand.Uses, 1, nameof(demands));
            uses[demand.Subject] = checked(uses.GetValueOrDefault(demand.Subject) + demand.Uses);
        }

        return await RentAllAsync(
                orgId,
                uses.Keys,
                _state.SubjectLoads,
                (KeySubject subject, out DataKeyRef held) =>
                    TryHoldForEncryption(orgId, new KeyDemand(subject, uses[subject]), out held),
                (load, subjects) => LoadSubjectsAsync(load, subjects, uses, conversations),
                cancellationToken
            )
            .ConfigureAwait(false);
    }

    delegate bool TryFind<TId>(TId id, out DataKeyRef held);

    async ValueTask<DataKeyLease> RentSlowAsync(Guid orgId, KeyId keyId, CancellationToken cancellationToken)
    {
        using DataKeySet<KeyId> keys = await RentManyAsync(orgId, [keyId], cancellationToken).ConfigureAwait(false);
        DataKeyRef key = keys[keyId];
        return key.TryHold() ? DataKeyLease.TakeOver(key) : default;
    }

    async Task<DataKeySet<TId>> RentAllAsync<TId>(
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
            // A load of another caller runs with the permissions of that caller. If it fails, load with those of this
            // caller.
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

    static List<TId> FindCached<TId>(DataKeySet<TId> found, IReadOnlyCollection<TId> ids, TryFind<TId> tryFind)
        where TId : struct, IEquatable<TId>
    {
        // In the requested order, without duplicates.
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

    /// <returns>Whether all loads of other callers succeeded.</returns>
    async Task<bool> TryLoadMissingAsync<TId>(
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
        lock (_state.Gate)
        {
            ObjectDisposedException.ThrowIf(_state.IsDisposed, this);
            foreach (TId id in missing)
            {
                if (!running.TryGetValue((orgId, id), out KeyLoad<TId>? load) || alone)
                {
                    // A load that ended since the cache was searched has put its result into the cache.
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
                _state.Loads.Add(own);
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
            lock (_state.Gate)
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

    /// <summary>Runs a load to its end, even if all callers stop waiting for it.</summary>
    async Task RunAsync<TId>(
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

        lock (_state.Gate)
        {
            foreach (TId id in ids)
            {
                if (running.TryGetValue((load.OrgId, id), out KeyLoad<TId>? registered) && registered == load)
                    running.Remove((load.OrgId, id));
            }

            _state.Loads.Remove(load);
            load.Complete();
            Evict();
        }

        if (failure is null)
            load.Completion.SetResult();
        else
            load.Completion.SetException(failure);
    }
}
