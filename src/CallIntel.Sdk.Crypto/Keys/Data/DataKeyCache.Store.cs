namespace CallIntel.Sdk.Crypto.Keys;

public sealed partial class DataKeyCache
{
    async Task LoadKeysAsync(KeyLoad<KeyId> load, List<KeyId> ids)
    {
        IReadOnlyList<DataKeyRecord> records = await _store.FetchAsync(load.OrgId, ids).ConfigureAwait(false);
        HashSet<KeyId> asked = [.. ids];
        Dictionary<KeyId, DataKeyRecord> byId = [];
        foreach (DataKeyRecord record in records)
        {
            if (!asked.Contains(record.Id) || !byId.TryAdd(record.Id, record))
                throw KeyFaults.StoreContract(
                    "The data key store returned a key that was not requested, or the same key twice."
                );
        }

        using var keks = new EpochKeks(_orgKeys, load.OrgId);
        foreach (KeyId id in ids)
        {
            DataKeyRef result = byId.TryGetValue(id, out DataKeyRecord? record)
                ? await TryUnwrapAsync(record, keks).ConfigureAwait(false)
                : new DataKeyRef(KeyLookup.Unknown, null);
            if (result.Status is KeyLookup.Ready or KeyLookup.CryptoShredded)
                SetResult(load, id, id, result.Loaded, subject: null, uses: 0);
            else
                SetResult(load, id, result);
        }
    }

    /// <summary>
    /// Unwraps a key to decrypt with. A damaged key is a result for that key and does not fail the batch.
    /// </summary>
    static async ValueTask<DataKeyRef> TryUnwrapAsync(DataKeyRecord record, EpochKeks keks)
    {
        if (record.State == KeyState.Destroyed)
            return new DataKeyRef(KeyLookup.CryptoShredded, null);

        try
        {
            return new DataKeyRef(KeyLookup.Ready, await keks.UnwrapAsync(record).ConfigureAwait(false));
        }
        catch (CallIntelException e) when (e.Code == CryptoErrorCodes.OrgKeyDestroyed)
        {
            return new DataKeyRef(KeyLookup.CryptoShredded, null);
        }
        catch (CallIntelException e) when (KeyFaults.IsFaultOfTheKey(e))
        {
            return new DataKeyRef(KeyLookup.Damaged, null, e.Code);
        }
    }

    void SetResult<TId>(KeyLoad<TId> load, TId id, KeyId keyId, DataKey? key, KeySubject? subject, long uses)
        where TId : struct, IEquatable<TId>
    {
        lock (_state.Gate)
        {
            // A result that took longer to load than keys may be cached is treated like one that was invalidated.
            if (
                _state.IsDisposed
                || load.AllInvalidated
                || load.Invalidated.Contains(keyId)
                || !IsFresh(load.StartedAt)
            )
            {
                key?.Dispose();
                return;
            }

            CacheEntry entry = Publish(load, keyId, key, subject, uses);
            load.SetResult(id, entry.Hold());
        }
    }

    /// <summary>Returns a result that is not cached: the next call queries the store again.</summary>
    void SetResult<TId>(KeyLoad<TId> load, TId id, DataKeyRef result)
        where TId : struct, IEquatable<TId>
    {
        lock (_state.Gate)
            load.SetResult(id, result);
    }
}
