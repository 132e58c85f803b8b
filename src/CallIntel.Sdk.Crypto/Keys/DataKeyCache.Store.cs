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
                throw KeyFaults.StoreContract("The data key store answered with a key that was not asked for, or twice with the same.");
        }

        using var keks = new EpochKeks(_orgKeys, load.OrgId);
        foreach (KeyId id in ids)
        {
            (KeyLookup status, DataKey? key) = byId.TryGetValue(id, out DataKeyRecord? record)
                ? await TryUnwrapAsync(record, keks).ConfigureAwait(false)
                : (KeyLookup.Unknown, null);
            if (status is KeyLookup.Ready or KeyLookup.Shredded)
            {
                Answer(load, id, id, key, subject: null, uses: 0);
                continue;
            }

            lock (_gate)
                load.Answer(id, new DataKeyLease(status, null));
        }
    }

    /// <summary>Unwraps a key to decrypt with. One bad key is the answer for that key, not an error for the batch it was asked for in.</summary>
    private static async ValueTask<(KeyLookup Status, DataKey? Key)> TryUnwrapAsync(DataKeyRecord record, EpochKeks keks)
    {
        if (record.State == KeyState.Destroyed)
            return (KeyLookup.Shredded, null);

        try
        {
            return (KeyLookup.Ready, await keks.UnwrapAsync(record).ConfigureAwait(false));
        }
        catch (CallIntelException e) when (e.Code == CryptoErrorCodes.OrgKeyDestroyed)
        {
            return (KeyLookup.Shredded, null);
        }
        catch (CallIntelException e) when (e.Code is CryptoErrorCodes.DataKeyUnwrapFailed or CryptoErrorCodes.DataKeyCommitmentMismatch)
        {
            return (KeyLookup.Damaged, null);
        }
    }

    private async Task LoadSubjectsAsync(KeyLoad<KeySubject> load, List<KeySubject> subjects, Dictionary<KeySubject, int> uses)
    {
        using var keks = new EpochKeks(_orgKeys, load.OrgId);
        Dictionary<KeyId, DataKey> candidates = [];
        try
        {
            (DataKeyRequest[] requests, IReadOnlyList<DataKeyGrant> grants) =
                await GetOrCreateAsync(load.OrgId, subjects, uses, candidates).ConfigureAwait(false);
            for (int i = 0; i < requests.Length; i++)
            {
                DataKeyGrant grant = Check(requests[i], grants[i]);
                DataKey? key = null;
                if (grant.Record.State != KeyState.Destroyed && !candidates.Remove(grant.Record.Id, out key))
                    key = await keks.UnwrapAsync(grant.Record).ConfigureAwait(false);

                Answer(load, subjects[i], grant.Record.Id, key, subjects[i], grant.Uses);
            }
        }
        finally
        {
            foreach (DataKey unused in candidates.Values)
                unused.Dispose();
        }
    }

    private async Task<(DataKeyRequest[] Requests, IReadOnlyList<DataKeyGrant> Grants)> GetOrCreateAsync(
        Guid orgId, List<KeySubject> subjects, Dictionary<KeySubject, int> uses, Dictionary<KeyId, DataKey> candidates)
    {
        for (bool retried = false; ; retried = true)
        {
            using OrgKek kek = await _orgKeys.GetActiveKekAsync(orgId).ConfigureAwait(false);
            var requests = new DataKeyRequest[subjects.Count];
            for (int i = 0; i < requests.Length; i++)
            {
                KeySubject subject = subjects[i];
                DataKey candidate = DataKey.Generate(orgId, subject.Purpose);
                candidates.Add(candidate.Id, candidate);
                var record = new DataKeyRecord(candidate.Id, subject.Purpose, kek.Epoch, KeyState.Active, kek.Wrap(candidate));
                requests[i] = new DataKeyRequest(subject, Math.Max(uses[subject], _options.ReservationBlock), subject.Purpose.UsageCap, record);
            }

            try
            {
                IReadOnlyList<DataKeyGrant> grants = await _store.GetOrCreateAsync(orgId, requests).ConfigureAwait(false);
                return grants.Count == requests.Length
                    ? (requests, grants)
                    : throw KeyFaults.StoreContract("The data key store answered another number of requests than it was asked.");
            }
            catch (CallIntelException e) when (e.Code == CryptoErrorCodes.OrgKeyEpochStale && !retried)
            {
                _orgKeys.Invalidate(orgId);
            }
        }
    }

    private static DataKeyGrant Check(DataKeyRequest request, DataKeyGrant grant)
    {
        bool destroyed = grant.Record.State == KeyState.Destroyed;
        bool sound = destroyed
            ? grant.Uses == 0
            : grant.Record.State == KeyState.Active && grant.Record.Purpose == request.Subject.Purpose && grant.Uses > 0 && grant.Uses <= request.Uses;
        return sound ? grant : throw KeyFaults.StoreContract("The data key store answered with a key that cannot encrypt, of another purpose, or with more uses than asked.");
    }

    private void Answer<TId>(KeyLoad<TId> load, TId id, KeyId keyId, DataKey? key, KeySubject? subject, long uses)
        where TId : struct, IEquatable<TId>
    {
        lock (_gate)
        {
            if (_disposed || load.Invalidated.Contains(keyId))
            {
                key?.Dispose();
                return;
            }

            CacheEntry entry = Publish(load.OrgId, keyId, key, subject, uses);
            load.Answer(id, entry.Rent());
        }
    }
}
