namespace CallIntel.Sdk.Crypto.Keys;

public sealed partial class DataKeyCache
{
    /// <summary>A subject whose active key cannot be used, and why.</summary>
    readonly record struct Unusable(KeySubject Subject, KeyId Key, string FaultCode);

    /// <summary>
    /// Loads the active keys of subjects. A key that cannot be unwrapped is retired and replaced by a new one. Data
    /// under the retired key stays as it is.
    /// </summary>
    async Task LoadSubjectsAsync(
        KeyLoad<KeySubject> load,
        List<KeySubject> subjects,
        Dictionary<KeySubject, int> uses,
        Dictionary<KeySubject, KeyConversation>? conversations
    )
    {
        using var keks = new EpochKeks(_orgKeys, load.OrgId);
        List<Unusable> unusable = await LoadSubjectsAsync(load, subjects, uses, conversations, keks)
            .ConfigureAwait(false);
        if (unusable.Count > 0 && await TryRetireAsync(load.OrgId, unusable).ConfigureAwait(false))
            unusable = await LoadSubjectsAsync(load, [.. unusable.Select(u => u.Subject)], uses, conversations, keks)
                .ConfigureAwait(false);

        foreach (Unusable key in unusable)
            SetResult(load, key.Subject, new DataKeyRef(KeyLookup.Damaged, null, key.FaultCode));
    }

    /// <summary>Loads existing keys first, and creates and wraps new ones only for subjects without a key.</summary>
    async Task<List<Unusable>> LoadSubjectsAsync(
        KeyLoad<KeySubject> load,
        List<KeySubject> subjects,
        Dictionary<KeySubject, int> uses,
        Dictionary<KeySubject, KeyConversation>? conversations,
        EpochKeks keks
    )
    {
        KeyDemand[] demands =
        [
            .. subjects.Select(s => new KeyDemand(s, Math.Max(uses[s], _options.ReservationBlock))
            {
                Conversation = conversations?.GetValueOrDefault(s),
            }),
        ];
        IReadOnlyList<DataKeyGrant?> found = await _store.FindActiveAsync(load.OrgId, demands).ConfigureAwait(false);
        if (found.Count != demands.Length)
            throw WrongCount();

        List<Unusable> unusable = [];
        List<KeyDemand> missing = [];
        for (int i = 0; i < demands.Length; i++)
        {
            if (found[i] is { } grant)
                await SetResultAsync(load, demands[i], grant, [], keks, unusable).ConfigureAwait(false);
            else
                missing.Add(demands[i]);
        }

        using Parties parties = await RentPartiesAsync(load, missing).ConfigureAwait(false);
        if (missing.Count == 0)
            return unusable;

        Dictionary<KeyId, DataKey> candidates = [];
        try
        {
            IReadOnlyList<DataKeyGrant> grants = await GetOrCreateAsync(load.OrgId, missing, parties, candidates)
                .ConfigureAwait(false);
            for (int i = 0; i < missing.Count; i++)
                await SetResultAsync(load, missing[i], grants[i], candidates, keks, unusable).ConfigureAwait(false);

            return unusable;
        }
        finally
        {
            foreach (DataKey unused in candidates.Values)
                unused.Dispose();
        }
    }

    async Task SetResultAsync(
        KeyLoad<KeySubject> load,
        KeyDemand demand,
        DataKeyGrant grant,
        Dictionary<KeyId, DataKey> candidates,
        EpochKeks keks,
        List<Unusable> unusable
    )
    {
        Check(demand, grant);
        DataKeyRecord record = grant.Record;
        DataKey? key = null;
        if (record.State != KeyState.Destroyed && !candidates.Remove(record.Id, out key))
        {
            if (!DataKeyWrapping.BindsSubject(record))
            {
                unusable.Add(new Unusable(demand.Subject, record.Id, CryptoErrorCodes.DataKeyUnwrapFailed));
                return;
            }

            try
            {
                key = await keks.UnwrapAsync(record).ConfigureAwait(false);
            }
            catch (CallIntelException e) when (KeyFaults.IsFaultOfTheKey(e))
            {
                unusable.Add(new Unusable(demand.Subject, record.Id, e.Code));
                return;
            }
        }

        SetResult(load, demand.Subject, record.Id, key, demand.Subject, grant.Uses);
    }

    /// <returns>
    /// Whether to query the store again. If the store cannot retire keys, these keys are reported as damaged and the
    /// others still work.
    /// </returns>
    async Task<bool> TryRetireAsync(Guid orgId, List<Unusable> unusable)
    {
        try
        {
            await _store.RetireAsync(orgId, [.. unusable.Select(u => u.Key)]).ConfigureAwait(false);
            return true;
        }
        catch (Exception)
        {
            return false;
        }
    }

    async Task<IReadOnlyList<DataKeyGrant>> GetOrCreateAsync(
        Guid orgId,
        List<KeyDemand> demands,
        Parties parties,
        Dictionary<KeyId, DataKey> candidates
    )
    {
        for (bool retried = false; ; retried = true)
        {
            using OrgKek kek = await _orgKeys.GetActiveKekAsync(orgId).ConfigureAwait(false);
            var requests = new DataKeyRequest[demands.Count];
            for (int i = 0; i < requests.Length; i++)
            {
                DataKey candidate = DataKey.Generate(orgId, demands[i].Subject);
                candidates.Add(candidate.Id, candidate);
                var record = new DataKeyRecord(
                    candidate.Id,
                    candidate.Subject,
                    kek.Epoch,
                    KeyState.Active,
                    demands[i].Conversation is { } conversation
                        ? parties.Wrap(candidate, conversation)
                        : kek.Wrap(candidate)
                );
                requests[i] = new DataKeyRequest(candidate.Subject, demands[i].Uses, record);
            }

            try
            {
                IReadOnlyList<DataKeyGrant> grants = await _store
                    .GetOrCreateAsync(orgId, requests)
                    .ConfigureAwait(false);
                return grants.Count == requests.Length ? grants : throw WrongCount();
            }
            catch (CallIntelException e) when (e.Code == CryptoErrorCodes.OrgKeyEpochStale && !retried)
            {
                _orgKeys.Invalidate(orgId);
            }
        }
    }

    static void Check(KeyDemand demand, DataKeyGrant grant)
    {
        bool sound =
            grant.Record.Subject == demand.Subject
            && grant.Record.State switch
            {
                KeyState.Destroyed => grant.Uses == 0,
                KeyState.Active => grant.Uses > 0 && grant.Uses <= demand.Uses,
                _ => false,
            };
        if (!sound)
            throw KeyFaults.StoreContract(
                "The data key store returned a key of another subject, a key that cannot encrypt, or more uses than "
                    + "requested."
            );
    }

    static CallIntelException WrongCount() =>
        KeyFaults.StoreContract("The data key store did not return one result per request.");
}
