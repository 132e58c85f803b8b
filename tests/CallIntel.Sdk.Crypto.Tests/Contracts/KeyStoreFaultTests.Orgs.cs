using CallIntel.Sdk.Crypto.Contracts;
using CallIntel.Sdk.Crypto.InMemory;
using CallIntel.Sdk.Crypto.Keys;
using CallIntel.Sdk.Crypto.Rotation;

namespace CallIntel.Sdk.Crypto.Tests.Contracts;

public partial class KeyStoreFaultTests
{
    /// <summary>Faults of destroyed keys, of orgs, and of rotation.</summary>
    static Dictionary<string, (string Check, string Says, Action<FaultyKeyStore> Break)> OrgFaults() =>
        new()
        {
            ["does not keep the first key of a subject"] = (
                Stale,
                "a candidate that is not needed can be under any epoch",
                GiveEachItsOwn
            ),
            ["accepts a candidate under an old epoch"] = (Stale, "rejected with CI0126", s => s.OnCreate = async (
                    org,
                    requests
                ) =>
                {
                    try
                    {
                        return [.. await s.Inner.GetOrCreateAsync(org, requests)];
                    }
                    catch (CallIntelException)
                    {
                        return [.. requests.Select(r => new DataKeyGrant(r.Candidate, r.Uses))];
                    }
                }),
            ["rejects an old epoch with another code"] = (Stale, "rejected with CI0126", s => s.OnCreate = async (
                    org,
                    requests
                ) =>
                {
                    try
                    {
                        return [.. await s.Inner.GetOrCreateAsync(org, requests)];
                    }
                    catch (CallIntelException e)
                    {
                        throw new CallIntelException(CryptoErrorCodes.KeyStoreUnavailable, "Refused.", "None.", e);
                    }
                }),
            ["stores half of a rejected call"] = (Stale, "a rejected call stores nothing", s => s.OnCreate = async (
                    org,
                    requests
                ) =>
                {
                    try
                    {
                        return [.. await s.Inner.GetOrCreateAsync(org, requests)];
                    }
                    catch (CallIntelException)
                    {
                        s.Inner.Put(org, requests[0].Candidate);
                        throw;
                    }
                }),

            ["returns the id of a destroyed key twice"] = (
                CryptoShredded,
                "crypto-shredding returns the ids of the subject's keys",
                s =>
                    s.OnCryptoShred = async (org, subject) =>
                        [.. (await s.Inner.CryptoShredAsync(org, subject)).SelectMany(id => new[] { id, id })]
            ),
            ["returns the id of another key"] = (
                CryptoShredded,
                "crypto-shredding returns the ids of the subject's keys",
                s =>
                    s.OnCryptoShred = async (org, subject) =>
                        [.. (await s.Inner.CryptoShredAsync(org, subject)).Select(_ => NewId())]
            ),
            ["returns the id of a destroyed key only once"] = (CryptoShredded, "also when it is repeated", s =>
                s.OnCryptoShred = async (org, subject) =>
                {
                    List<KeyId> live = [.. s.Inner.Keys.Where(k => k.State != KeyState.Destroyed).Select(k => k.Id)];
                    return [.. (await s.Inner.CryptoShredAsync(org, subject)).Where(live.Contains)];
                }
            ),
            ["keeps the wrapped key of a crypto-shredded subject"] = (
                CryptoShredded,
                "crypto-shredding deletes the wrapped key",
                s => s.AlterFetched(r => r with { Wrapped = new byte[DataKeyRecord.WrappedLength] })
            ),
            ["returns a destroyed key as DecryptOnly"] = (
                CryptoShredded,
                "crypto-shredding deletes the wrapped key",
                s => s.AlterFetched(r => r with { State = KeyState.DecryptOnly })
            ),
            ["deletes the ids of destroyed keys"] = (CryptoShredded, "and keeps its id", s =>
                s.OnFetch = async (org, ids) =>
                    [.. (await s.Inner.FetchAsync(org, ids)).Where(r => r.State != KeyState.Destroyed)]
            ),
            ["treats crypto-shredded subjects like unknown ones"] = (
                CryptoShredded,
                "the result for a crypto-shredded subject is a destroyed key without uses",
                s => s.AlterFound(g => g.Uses == 0 ? null : g)
            ),
            ["grants a use to a crypto-shredded subject"] = (
                CryptoShredded,
                "the result for a crypto-shredded subject is a destroyed key without uses",
                s => s.AlterFound(g => g with { Uses = 1 })
            ),
            ["returns a destroyed key as active"] = (
                CryptoShredded,
                "the result for a crypto-shredded subject is a destroyed key without uses",
                s => s.AlterFound(g => g with { Record = g.Record with { State = KeyState.Active } })
            ),
            ["gives a crypto-shredded subject a new key"] = (
                CryptoShredded,
                "the result for a crypto-shredded subject is a destroyed key without uses",
                s =>
                    s.OnCreate = async (org, requests) =>
                        [
                            .. (await s.Inner.GetOrCreateAsync(org, requests)).Select(
                                (g, i) => g.Uses == 0 ? new DataKeyGrant(requests[i].Candidate, 1) : g
                            ),
                        ]
            ),
            ["crypto-shreds other purposes too"] = (
                CryptoShredded,
                "a subject with the same id and another purpose is not affected",
                s =>
                    s.OnCryptoShred = async (org, subject) =>
                    {
                        foreach (
                            KeySubject other in s
                                .Inner.Keys.Select(k => k.Subject)
                                .Where(k => k.Id == subject.Id)
                                .Distinct()
                        )
                            await s.Inner.CryptoShredAsync(org, other);

                        return [.. await s.Inner.CryptoShredAsync(org, subject)];
                    }
            ),
            ["returns an id for a subject without keys"] = (
                CryptoShredded,
                "crypto-shredding a subject without keys returns no ids",
                s =>
                    s.OnCryptoShred = async (org, subject) =>
                        await s.Inner.CryptoShredAsync(org, subject) is { Count: > 0 } shredded
                            ? [.. shredded]
                            : [NewId()]
            ),
            ["ignores crypto-shredding of a subject without keys"] = (
                CryptoShredded,
                "a subject that was crypto-shredded before it had a key gets none",
                s =>
                    s.OnCryptoShred = async (org, subject) =>
                        s.Inner.Keys.Exists(k => k.Subject == subject)
                            ? [.. await s.Inner.CryptoShredAsync(org, subject)]
                            : []
            ),

            ["finds keys of other orgs by their ids"] = (Apart, "another org does not find the key by its id", s =>
                s.OnFetch = (_, ids) =>
                    Task.FromResult<List<DataKeyRecord>>([.. s.Inner.Keys.Where(k => ids.Contains(k.Id))])
            ),
            ["finds keys of other orgs by their subjects"] = (
                Apart,
                "another org does not find the key by its subject",
                s =>
                    s.OnFind = (_, demands) =>
                        Task.FromResult<List<DataKeyGrant?>>([
                            .. demands.Select(d =>
                                s.Inner.Keys.Find(k => k.Subject == d.Subject) is { } found
                                    ? new DataKeyGrant(found, 1)
                                    : null
                            ),
                        ])
            ),
            ["crypto-shreds in all orgs"] = (Apart, "another org cannot crypto-shred the key", s =>
                s.OnCryptoShred = (_, subject) =>
                    Task.FromResult<List<KeyId>>([.. s.Inner.Keys.Where(k => k.Subject == subject).Select(k => k.Id)])
            ),

            ["ignores the size of a page"] = (Rewrapped, "a page of outdated keys is full if there are more", s =>
                s.OnReadOutdated = async (org, epoch, after, _) =>
                    [.. await s.Inner.ReadOutdatedAsync(org, epoch, after, 100)]
            ),
            ["returns no first page"] = (Rewrapped, "a page of outdated keys is full if there are more", s =>
                s.OnReadOutdated = (_, _, _, _) => Task.FromResult<List<DataKeyRecord>>([])
            ),
            ["changes the order of a page"] = (
                Rewrapped,
                "outdated keys are read in the order of their ids, page by page",
                s =>
                    s.OnReadOutdated = async (org, epoch, after, limit) =>
                        [.. (await s.Inner.ReadOutdatedAsync(org, epoch, after, limit)).Reverse()]
            ),
            ["ignores where a page starts"] = (
                Rewrapped,
                "outdated keys are read in the order of their ids, page by page",
                s =>
                    s.OnReadOutdated = async (org, epoch, _, limit) =>
                        [.. await s.Inner.ReadOutdatedAsync(org, epoch, null, limit)]
            ),
            ["reads destroyed keys"] = (Rewrapped, "without destroyed keys", s =>
                s.OnReadOutdated = (org, epoch, after, limit) =>
                    Task.FromResult<List<DataKeyRecord>>([
                        .. s.Inner.Keys.Where(k => after is null || k.Id > after).Take(limit),
                    ])
            ),
            ["changes one key of a page"] = (Rewrapped, "outdated keys are read unchanged", s =>
                s.OnReadOutdated = async (org, epoch, after, limit) =>
                    [
                        .. (await s.Inner.ReadOutdatedAsync(org, epoch, after, limit)).Select(
                            (r, i) => i == 1 ? r with { State = KeyState.Retired } : r
                        ),
                    ]
            ),
            ["counts what it did not replace"] = (Rewrapped, "is not replaced", s => s.OnReplace = async (org, keys) =>
                {
                    await s.Inner.ReplaceAsync(org, keys);
                    return keys.Count;
                }),
            ["replaces keys of any epoch"] = (
                Rewrapped,
                "has another epoch than when it was read, is not replaced",
                s =>
                    s.OnReplace = async (org, keys) =>
                        await s.Inner.ReplaceAsync(org, [.. keys.Select(k => k with { FromEpoch = 1 })])
            ),
            ["reports a replacement that was not made"] = (
                Rewrapped,
                "a replaced key has the new epoch and the new wrapped key",
                s => s.OnReplace = (_, _) => Task.FromResult(1)
            ),
            ["keeps the old epoch"] = (Rewrapped, "a replaced key has the new epoch and the new wrapped key", s =>
                s.OnReplace = async (org, keys) =>
                    await s.Inner.ReplaceAsync(org, [.. keys.Select(k => k with { ToEpoch = k.FromEpoch })])
            ),
            ["counts one outdated key too many"] = (Rewrapped, "outdated keys are counted correctly", s =>
                s.OnCount = async (org, epoch) => await s.Inner.CountOutdatedAsync(org, epoch) + 1
            ),
            ["counts no outdated keys"] = (Rewrapped, "outdated keys are counted correctly", s =>
                s.OnCount = (_, _) => Task.FromResult(0L)
            ),

            ["leaves the previous version active"] = (Versions, "the previous version is DecryptOnly", s =>
                s.AlterVersions(k => k with { State = KeyState.Active })
            ),
            ["adds a version twice"] = (Versions, "a new version is active", s =>
                s.OnFetchOrgKeys = async (org, kind) =>
                    [.. (await s.Inner.FetchAsync(org, kind)).SelectMany(k => k.Version == 2 ? new[] { k, k } : [k])]
            ),
            ["overwrites an existing version"] = (Versions, "adding an existing version changes nothing", s => s.OnAdd =
                    async key =>
                    {
                        await s.Inner.AddAsync(key);
                        s.Inner.Put(key);
                    }),
            ["reports a move that was not made"] = (
                Versions,
                "a version that is not in the expected state is not moved",
                s => s.OnMove = (_, _, _, _, _) => Task.FromResult(true)
            ),
            ["mixes kinds of org keys"] = (Versions, "each kind of key has its own versions", s =>
                s.OnFetchOrgKeys = async (org, _) => [.. await s.Inner.FetchAsync(org, OrgKeyKind.Kek)]
            ),

            ["destroys an epoch that is in use"] = (Epoch, "rejected with CI0140", s => s.OnMove = async (
                    org,
                    kind,
                    version,
                    from,
                    to
                ) =>
                {
                    try
                    {
                        return await s.Inner.MoveAsync(org, kind, version, from, to);
                    }
                    catch (CallIntelException)
                    {
                        return true;
                    }
                }),
            ["rejects destroying an epoch with another code"] = (Epoch, "rejected with CI0140", s => s.OnMove = async (
                    org,
                    kind,
                    version,
                    from,
                    to
                ) =>
                {
                    try
                    {
                        return await s.Inner.MoveAsync(org, kind, version, from, to);
                    }
                    catch (CallIntelException e)
                    {
                        throw new CallIntelException(CryptoErrorCodes.RootKeyInUse, "Refused.", "None.", e);
                    }
                }),
            ["does not destroy an unused epoch"] = (Epoch, "an epoch that wraps no data key can be destroyed", s =>
                s.OnMove = async (org, kind, version, from, to) =>
                    await s.Inner.MoveAsync(org, kind, version, from, to) && to != KeyState.Destroyed
            ),
            ["keeps the wrapped key of a destroyed epoch"] = (Epoch, "a destroyed version has no wrapped key", s =>
                s.AlterVersions(k => k with { Wrapped = k.Wrapped with { Ciphertext = new byte[4] } })
            ),
            ["deletes the record of a destroyed epoch"] = (Epoch, "a destroyed version has no wrapped key", s =>
                s.OnFetchOrgKeys = async (org, kind) =>
                    [.. (await s.Inner.FetchAsync(org, kind)).Where(k => k.State != KeyState.Destroyed)]
            ),
            ["keeps the state of a destroyed epoch"] = (Epoch, "a destroyed version has no wrapped key", s =>
                s.AlterVersions(k => k with { State = KeyState.Retired })
            ),
        };
}
