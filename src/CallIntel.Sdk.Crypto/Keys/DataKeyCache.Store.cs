namespace CallIntel.Sdk.Crypto.Keys;

public sealed partial class DataKeyCache
{
    private async Task LoadKeysAsync(KeyLoad<KeyId> load, List<KeyId> ids)
    {
        IReadOnlyList<DataKeyRecord> records = await _store.FetchAsync(load.OrgId, ids).ConfigureAwait(false);
        HashSet<KeyId> asked = [.. ids];
        Dictionary<KeyId, DataKeyRecord> byId = [];
        foreach (DataKeyRecord record in records)
        {
            if (!asked.Contains(record.Id) || !byId.TryAdd(record.Id, record))
                throw KeyFaults.StoreContract(
                    "The data key store answered with a key that was not asked for, or twice with the same."
                );
        }

        using var keks = new EpochKeks(_orgKeys, load.OrgId);
        foreach (KeyId id in ids)
        {
            DataKeyRef answer = byId.TryGetValue(id, out DataKeyRecord? record)
                ? await TryUnwrapAsync(record, keks).ConfigureAwait(false)
                : new DataKeyRef(KeyLookup.Unknown, null);
            if (answer.Status is KeyLookup.Ready or KeyLookup.Shredded)
                Answer(load, id, id, answer.Loaded, subject: null, uses: 0);
            else
                Answer(load, id, answer);
        }
    }

    /// <summary>Unwraps a key to decrypt with. One bad key is the answer for that key, not an error for the batch it was asked for in.</summary>
    private static async ValueTask<DataKeyRef> TryUnwrapAsync(DataKeyRecord record, EpochKeks keks)
    {
        if (record.State == KeyState.Destroyed)
            return new DataKeyRef(KeyLookup.Shredded, null);

        try
        {
            return new DataKeyRef(KeyLookup.Ready, await keks.UnwrapAsync(record).ConfigureAwait(false));
        }
        catch (CallIntelException e) when (e.Code == CryptoErrorCodes.OrgKeyDestroyed)
        {
            return new DataKeyRef(KeyLookup.Shredded, null);
        }
        catch (CallIntelException e) when (KeyFaults.IsFaultOfTheKey(e))
        {
            return new DataKeyRef(KeyLookup.Damaged, null, e.Code);
        }
    }

    private void Answer<TId>(KeyLoad<TId> load, TId id, KeyId keyId, DataKey? key, KeySubject? subject, long uses)
        where TId : struct, IEquatable<TId>
    {
        lock (_gate)
        {
            // An answer that took longer than keys may be kept is as old as one that was invalidated meanwhile.
            if (_disposed || load.AllInvalidated || load.Invalidated.Contains(keyId) || !IsFresh(load.StartedAt))
            {
                key?.Dispose();
                return;
            }

            CacheEntry entry = Publish(load, keyId, key, subject, uses);
            load.Answer(id, entry.Hold());
        }
    }

    /// <summary>An answer that is not kept: the next call asks again.</summary>
    private void Answer<TId>(KeyLoad<TId> load, TId id, DataKeyRef answer)
        where TId : struct, IEquatable<TId>
    {
        lock (_gate)
            load.Answer(id, answer);
    }
}
