using System.Security.Cryptography;
using CallIntel.Sdk.Crypto.Contracts;
using CallIntel.Sdk.Crypto.InMemory;
using CallIntel.Sdk.Crypto.Keys;
using CallIntel.Sdk.Crypto.Rotation;

namespace CallIntel.Sdk.Crypto.Tests.Contracts;

/// <summary>Stores that break the contract in one way each: the check that is about it has to say so, and to say what.</summary>
public class KeyStoreFaultTests
{
    private const string Found = "A_key_that_was_stored_is_found_by_id_and_by_subject";
    private const string Keeps = "A_subject_keeps_its_first_key";
    private const string Race = "Concurrent_requests_for_one_subject_get_one_key";
    private const string Spent = "A_key_whose_uses_are_spent_is_replaced";
    private const string Cap = "A_caller_cannot_raise_the_cap_of_a_key";
    private const string Retired = "A_retired_key_is_replaced_and_can_still_be_read";
    private const string Stale = "A_candidate_under_an_old_epoch_is_refused_and_nothing_is_stored";
    private const string Shredded = "A_shredded_subject_gets_no_key_again";
    private const string Apart = "Orgs_do_not_see_each_others_keys";
    private const string Rewrapped = "Rewrapped_keys_replace_only_what_was_read";
    private const string Versions = "The_first_version_of_an_org_key_wins";
    private const string Epoch = "An_epoch_that_wraps_a_key_cannot_be_destroyed";

    private static readonly Dictionary<string, (string Check, string Says, Action<FaultyKeyStore> Break)> Faults = new()
    {
        ["makes up a key for an unknown id"] = (Found, "an unknown id is left out", s =>
            s.OnFetch = async (org, ids) =>
                [
                    .. await s.Inner.FetchAsync(org, ids),
                    .. ids.Where(id => s.Inner.Keys.TrueForAll(k => k.Id != id))
                        .Select(id => Record(id, TestKeys.Person)),
                ]
        ),
        ["makes up a key for an unknown subject"] = (Found, "a subject without a key is answered by null", s =>
            s.OnFind = async (org, demands) =>
                [
                    .. (await s.Inner.FindActiveAsync(org, demands)).Select(
                        (g, i) => g ?? new DataKeyGrant(Record(NewId(), demands[i].Subject), 1)
                    ),
                ]
        ),
        ["grants fewer uses than a new key has"] = (
            Found,
            "the candidate is stored as it is, with the uses asked for",
            s => s.AlterCreated(g => g with { Uses = g.Uses - 1 })
        ),
        ["grants more uses than were asked for"] = (
            Found,
            "the candidate is stored as it is, with the uses asked for",
            s => s.AlterCreated(g => g with { Uses = g.Uses + 1 })
        ),
        ["stores another key than the candidate"] = (
            Found,
            "the candidate is stored as it is, with the uses asked for",
            s => s.AlterCreated(g => g with { Record = g.Record with { Epoch = 3 } })
        ),
        ["answers a request twice"] = (Found, "it answers each request once", s => s.OnCreate = async (org, requests) =>
            {
                IReadOnlyList<DataKeyGrant> grants = await s.Inner.GetOrCreateAsync(org, requests);
                return [.. grants, .. grants];
            }),
        ["leaves a request out"] = (Found, "it answers each request once", s => s.OnCreate = async (org, requests) =>
            {
                await s.Inner.GetOrCreateAsync(org, requests);
                return [];
            }),
        ["answers a demand twice"] = (Found, "it answers each demand once", s =>
            s.OnFind = async (org, demands) => [.. await s.Inner.FindActiveAsync(org, demands), null]
        ),
        ["leaves a demand out"] = (Found, "it answers each demand once", s =>
            s.OnFind = (_, _) => Task.FromResult<List<DataKeyGrant?>>([])
        ),
        ["answers a key twice"] = (Found, "it answers a key once", s => s.OnFetch = async (org, ids) =>
            {
                IReadOnlyList<DataKeyRecord> found = await s.Inner.FetchAsync(org, ids);
                return [.. found, .. found];
            }),
        ["loses a key"] = (Found, "it is found by its id, as it was stored", s =>
            s.OnFetch = (_, _) => Task.FromResult<List<DataKeyRecord>>([])
        ),
        ["finds another key by an id"] = (Found, "it is found by its id, as it was stored", s =>
            s.AlterFetched(r => r with { Id = NewId() })
        ),
        ["forgets the subject of a key"] = (Found, "it is found by its id, as it was stored", s =>
            s.AlterFetched(r => r with { Subject = TestKeys.Person })
        ),
        ["forgets the purpose of a key"] = (Found, "it is found by its id, as it was stored", s =>
            s.AlterFetched(r => r with { Subject = r.Subject with { Purpose = KeyPurpose.Scope("x") } })
        ),
        ["forgets the epoch of a key"] = (Found, "it is found by its id, as it was stored", s =>
            s.AlterFetched(r => r with { Epoch = 0 })
        ),
        ["forgets the state of a key"] = (Found, "it is found by its id, as it was stored", s =>
            s.AlterFetched(r => r with { State = KeyState.DecryptOnly })
        ),
        ["cuts a wrapped key off"] = (Found, "it is found by its id, as it was stored", s =>
            s.AlterFetched(r => r with { Wrapped = r.Wrapped[..^1] })
        ),
        ["changes a wrapped key"] = (Found, "it is found by its id, as it was stored", s =>
            s.AlterFetched(r => r with { Wrapped = new byte[r.Wrapped.Length] })
        ),
        ["does not find a key by its subject"] = (Found, "it is found by its subject", s => s.AlterFound(_ => null)),
        ["finds a key without granting a use"] = (Found, "it is found by its subject", s =>
            s.AlterFound(g => g with { Uses = 0 })
        ),
        ["finds a key and grants too much"] = (Found, "it is found by its subject", s =>
            s.AlterFound(g => g with { Uses = 2 })
        ),
        ["finds the key of another subject"] = (Found, "it is found by its subject", s =>
            s.AlterFound(g => g with { Record = g.Record with { Id = NewId() } })
        ),

        ["forgets the order of requests"] = (Keeps, "answers come in the order of the requests", s =>
            s.OnCreate = async (org, requests) => [.. (await s.Inner.GetOrCreateAsync(org, requests)).Reverse()]
        ),
        ["leaves out who has no key yet"] = (Keeps, "a subject keeps the key it has", s =>
            s.OnCreate = async (org, requests) => [.. (await s.Inner.GetOrCreateAsync(org, requests)).Take(3)]
        ),
        ["stores candidates that nobody needs"] = (Keeps, "a candidate that was not needed is not stored", s =>
            s.OnCreate = async (org, requests) =>
            {
                IReadOnlyList<DataKeyGrant> grants = await s.Inner.GetOrCreateAsync(org, requests);
                foreach ((DataKeyRequest request, DataKeyGrant grant) in requests.Zip(grants))
                {
                    if (grant.Record.Id != request.Candidate.Id)
                        s.Inner.Put(org, request.Candidate with { State = KeyState.DecryptOnly });
                }

                return [.. grants];
            }
        ),
        ["gives each caller the key it offers"] = (
            Race,
            "requests that race for one subject all get the same key",
            GiveEachItsOwn
        ),

        ["grants what was asked beyond the cap"] = (Spent, "a key near its cap grants what is left", s =>
            s.OnCreate = async (org, requests) =>
                [
                    .. (await s.Inner.GetOrCreateAsync(org, requests)).Select(
                        (g, i) => g with { Uses = requests[i].Uses }
                    ),
                ]
        ),
        ["replaces a key that has a use left"] = (Spent, "a key near its cap grants what is left", s =>
            s.OnCreate = async (org, requests) =>
                [
                    .. (await s.Inner.GetOrCreateAsync(org, requests)).Select(
                        (g, i) => g.Uses < requests[i].Uses ? g with { Record = requests[i].Candidate } : g
                    ),
                ]
        ),
        ["finds a key whose uses are spent"] = (Spent, "a key whose uses are spent is answered by null", s =>
            s.OnFind = async (org, demands) =>
                [
                    .. (await s.Inner.FindActiveAsync(org, demands)).Select(
                        (g, i) =>
                            g
                            ?? (
                                s.Inner.Keys.Find(k => k.Subject == demands[i].Subject) is { } spent
                                    ? new DataKeyGrant(spent, 1)
                                    : null
                            )
                    ),
                ]
        ),
        ["grants one use at a time"] = (Spent, "the candidate takes the place of a key whose uses are spent", s =>
            s.AlterCreated(g => g with { Uses = 1 })
        ),
        ["goes on with a key whose uses are spent"] = (
            Spent,
            "the candidate takes the place of a key whose uses are spent",
            s =>
                s.OnCreate = async (org, requests) =>
                {
                    DataKeyRecord? first = s.Inner.Keys.Find(k => k.Subject == requests[0].Subject);
                    return
                    [
                        .. (await s.Inner.GetOrCreateAsync(org, requests)).Select(g =>
                            g with
                            {
                                Record = first ?? g.Record,
                            }
                        ),
                    ];
                }
        ),
        ["leaves a spent key active"] = (Spent, "a key whose uses are spent goes on to decrypt", s =>
            s.AlterFetched(r => r with { State = KeyState.Active })
        ),
        ["throws a spent key away"] = (Spent, "a key whose uses are spent goes on to decrypt", s =>
            s.AlterFetched(r => r with { Wrapped = default })
        ),
        ["loses a spent key"] = (Spent, "a key whose uses are spent goes on to decrypt", s =>
            s.OnFetch = (_, _) => Task.FromResult<List<DataKeyRecord>>([])
        ),

        ["grants nothing"] = (Cap, "a use within the cap is granted", s =>
            s.OnReserve = (_, _, _, _) => Task.FromResult(0L)
        ),
        ["ignores the cap of the caller"] = (Cap, "a lower cap of the caller counts", s =>
            s.OnReserve = async (org, id, uses, _) => await s.Inner.ReserveAsync(org, id, uses, long.MaxValue)
        ),
        ["ignores the cap of the purpose"] = (Cap, "the cap of the purpose counts", s =>
            s.OnReserve = async (org, id, uses, cap) =>
                cap == long.MaxValue ? uses : await s.Inner.ReserveAsync(org, id, uses, cap)
        ),
        ["grants one more use to a spent key"] = (Cap, "a key whose uses are spent grants none", s =>
            s.OnReserve = async (org, id, uses, cap) =>
                await s.Inner.ReserveAsync(org, id, uses, cap) is var granted && granted == 0 && cap == long.MaxValue
                    ? 1
                    : granted
        ),
        ["grants uses of an unknown key"] = (Cap, "an unknown key grants no use", s =>
            s.OnReserve = async (org, id, uses, cap) =>
                s.Inner.Keys.Exists(k => k.Id == id) ? await s.Inner.ReserveAsync(org, id, uses, cap) : uses
        ),

        ["does not retire"] = (Retired, "a retired key decrypts only", s => s.OnRetire = (_, _) => Task.CompletedTask),
        ["throws the retired away"] = (Retired, "a retired key decrypts only", s =>
            s.AlterFetched(r => r.State == KeyState.DecryptOnly ? r with { Wrapped = default } : r)
        ),
        ["brings a destroyed key back when it is retired"] = (Retired, "retiring a destroyed key changes nothing", s =>
            s.OnRetire = (org, ids) =>
            {
                foreach (DataKeyRecord key in s.Inner.Keys.Where(k => ids.Contains(k.Id)))
                    s.Inner.Put(org, key with { State = KeyState.DecryptOnly });

                return Task.CompletedTask;
            }
        ),
        ["goes on with a retired key"] = (Retired, "the subject of a retired key gets a new one", s =>
            s.OnCreate = async (org, requests) =>
                [
                    .. (await s.Inner.GetOrCreateAsync(org, requests)).Select(g =>
                        s.Inner.Keys.Find(k => k.Subject == g.Record.Subject && k.State == KeyState.DecryptOnly)
                            is { } old
                            ? g with
                            {
                                Record = old,
                            }
                            : g
                    ),
                ]
        ),

        ["does not keep the first key of a subject"] = (
            Stale,
            "a candidate that is not needed may be under any epoch",
            GiveEachItsOwn
        ),
        ["takes a candidate under an old epoch"] = (Stale, "refused with CI0126", s => s.OnCreate = async (
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
        ["refuses an old epoch with another code"] = (Stale, "refused with CI0126", s => s.OnCreate = async (
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
        ["stores half of a refused call"] = (Stale, "a refused call stores nothing", s => s.OnCreate = async (
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

        ["names a destroyed key twice"] = (Shredded, "shredding answers the ids of the subject's keys", s =>
            s.OnShred = async (org, subject) =>
                [.. (await s.Inner.ShredAsync(org, subject)).SelectMany(id => new[] { id, id })]
        ),
        ["names another key than the destroyed one"] = (
            Shredded,
            "shredding answers the ids of the subject's keys",
            s => s.OnShred = async (org, subject) => [.. (await s.Inner.ShredAsync(org, subject)).Select(_ => NewId())]
        ),
        ["names a destroyed key only the first time"] = (Shredded, "also when it is repeated", s => s.OnShred = async (
                org,
                subject
            ) =>
            {
                List<KeyId> live = [.. s.Inner.Keys.Where(k => k.State != KeyState.Destroyed).Select(k => k.Id)];
                return [.. (await s.Inner.ShredAsync(org, subject)).Where(live.Contains)];
            }),
        ["keeps the wrapped key of the erased"] = (Shredded, "the wrapped key of a shredded subject is gone", s =>
            s.AlterFetched(r => r with { Wrapped = new byte[OrgKek.WrappedLength] })
        ),
        ["says that the erased have a key"] = (Shredded, "the wrapped key of a shredded subject is gone", s =>
            s.AlterFetched(r => r with { State = KeyState.DecryptOnly })
        ),
        ["forgets the ids of the erased"] = (Shredded, "and its id stays", s =>
            s.OnFetch = async (org, ids) =>
                [.. (await s.Inner.FetchAsync(org, ids)).Where(r => r.State != KeyState.Destroyed)]
        ),
        ["does not tell the erased from the unknown"] = (
            Shredded,
            "a shredded subject is answered by a destroyed key and no use",
            s => s.AlterFound(g => g.Uses == 0 ? null : g)
        ),
        ["finds the erased with a use"] = (
            Shredded,
            "a shredded subject is answered by a destroyed key and no use",
            s => s.AlterFound(g => g with { Uses = 1 })
        ),
        ["finds the erased as active"] = (Shredded, "a shredded subject is answered by a destroyed key and no use", s =>
            s.AlterFound(g => g with { Record = g.Record with { State = KeyState.Active } })
        ),
        ["gives the erased a new key"] = (Shredded, "a shredded subject is answered by a destroyed key and no use", s =>
            s.OnCreate = async (org, requests) =>
                [
                    .. (await s.Inner.GetOrCreateAsync(org, requests)).Select(
                        (g, i) => g.Uses == 0 ? new DataKeyGrant(requests[i].Candidate, 1) : g
                    ),
                ]
        ),
        ["erases other purposes too"] = (Shredded, "another purpose of the same id is another subject", s => s.OnShred =
                async (org, subject) =>
                {
                    foreach (
                        KeySubject other in s
                            .Inner.Keys.Select(k => k.Subject)
                            .Where(k => k.Id == subject.Id)
                            .Distinct()
                    )
                        await s.Inner.ShredAsync(org, other);

                    return [.. await s.Inner.ShredAsync(org, subject)];
                }),
        ["names a key of a subject without keys"] = (Shredded, "a subject without keys has none to name", s =>
            s.OnShred = async (org, subject) =>
                await s.Inner.ShredAsync(org, subject) is { Count: > 0 } shredded ? [.. shredded] : [NewId()]
        ),
        ["forgets an erasure that met no key"] = (
            Shredded,
            "a subject that was shredded before it had a key gets none",
            s =>
                s.OnShred = async (org, subject) =>
                    s.Inner.Keys.Exists(k => k.Subject == subject) ? [.. await s.Inner.ShredAsync(org, subject)] : []
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
        ["shreds in all orgs"] = (Apart, "another org cannot shred it", s =>
            s.OnShred = (_, subject) =>
                Task.FromResult<List<KeyId>>([.. s.Inner.Keys.Where(k => k.Subject == subject).Select(k => k.Id)])
        ),

        ["ignores the size of a page"] = (Rewrapped, "a page of outdated keys is full as long as there are more", s =>
            s.OnReadOutdated = async (org, epoch, after, _) =>
                [.. await s.Inner.ReadOutdatedAsync(org, epoch, after, 100)]
        ),
        ["has no first page"] = (Rewrapped, "a page of outdated keys is full as long as there are more", s =>
            s.OnReadOutdated = (_, _, _, _) => Task.FromResult<List<DataKeyRecord>>([])
        ),
        ["forgets the order of a page"] = (Rewrapped, "outdated keys come in the order of their ids, page by page", s =>
            s.OnReadOutdated = async (org, epoch, after, limit) =>
                [.. (await s.Inner.ReadOutdatedAsync(org, epoch, after, limit)).Reverse()]
        ),
        ["forgets where a page starts"] = (Rewrapped, "outdated keys come in the order of their ids, page by page", s =>
            s.OnReadOutdated = async (org, epoch, _, limit) =>
                [.. await s.Inner.ReadOutdatedAsync(org, epoch, null, limit)]
        ),
        ["reads destroyed keys"] = (Rewrapped, "destroyed ones left out", s =>
            s.OnReadOutdated = (org, epoch, after, limit) =>
                Task.FromResult<List<DataKeyRecord>>([
                    .. s.Inner.Keys.Where(k => after is null || k.Id > after).Take(limit),
                ])
        ),
        ["changes one key of a page"] = (Rewrapped, "outdated keys come as they were stored", s =>
            s.OnReadOutdated = async (org, epoch, after, limit) =>
                [
                    .. (await s.Inner.ReadOutdatedAsync(org, epoch, after, limit)).Select(
                        (r, i) => i == 1 ? r with { State = KeyState.Retired } : r
                    ),
                ]
        ),
        ["counts what it did not replace"] = (Rewrapped, "or destroyed, is left alone", s => s.OnReplace = async (
                org,
                keys
            ) =>
            {
                await s.Inner.ReplaceAsync(org, keys);
                return keys.Count;
            }),
        ["replaces whatever the epoch"] = (
            Rewrapped,
            "a key that is under another epoch than the one it was read with",
            s =>
                s.OnReplace = async (org, keys) =>
                    await s.Inner.ReplaceAsync(org, [.. keys.Select(k => k with { FromEpoch = 1 })])
        ),
        ["replaces nothing and says it did"] = (Rewrapped, "a rewrapped key has the new epoch and wrapping", s =>
            s.OnReplace = (_, _) => Task.FromResult(1)
        ),
        ["keeps the epoch when it replaces"] = (Rewrapped, "a rewrapped key has the new epoch and wrapping", s =>
            s.OnReplace = async (org, keys) =>
                await s.Inner.ReplaceAsync(org, [.. keys.Select(k => k with { ToEpoch = k.FromEpoch })])
        ),
        ["counts one outdated key too many"] = (Rewrapped, "the count of outdated keys is right", s =>
            s.OnCount = async (org, epoch) => await s.Inner.CountOutdatedAsync(org, epoch) + 1
        ),
        ["counts no outdated key"] = (Rewrapped, "the count of outdated keys is right", s =>
            s.OnCount = (_, _) => Task.FromResult(0L)
        ),

        ["leaves the version before active"] = (Versions, "the one before decrypts only", s =>
            s.AlterVersions(k => k with { State = KeyState.Active })
        ),
        ["adds a version twice"] = (Versions, "a new version is the active one", s =>
            s.OnFetchOrgKeys = async (org, kind) =>
                [.. (await s.Inner.FetchAsync(org, kind)).SelectMany(k => k.Version == 2 ? new[] { k, k } : [k])]
        ),
        ["lets the last of two equal versions win"] = (Versions, "the first of two equal versions wins", s => s.OnAdd =
                async key =>
                {
                    await s.Inner.AddAsync(key);
                    s.Inner.Put(key);
                }),
        ["says that it moved what is in another state"] = (
            Versions,
            "a version in another state than named is not moved",
            s => s.OnMove = (_, _, _, _, _) => Task.FromResult(true)
        ),
        ["mixes the kinds of org keys"] = (Versions, "kinds are apart", s =>
            s.OnFetchOrgKeys = async (org, _) => [.. await s.Inner.FetchAsync(org, OrgKeyKind.Kek)]
        ),

        ["destroys an epoch that is in use"] = (Epoch, "not destroyed: CI0140", s => s.OnMove = async (
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
        ["refuses to destroy an epoch with another code"] = (Epoch, "not destroyed: CI0140", s => s.OnMove = async (
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
        ["does not destroy an epoch that wraps nothing"] = (Epoch, "an epoch that wraps nothing is destroyed", s =>
            s.OnMove = async (org, kind, version, from, to) =>
                await s.Inner.MoveAsync(org, kind, version, from, to) && to != KeyState.Destroyed
        ),
        ["keeps the wrapped key of a destroyed epoch"] = (Epoch, "a destroyed version has no wrapped key", s =>
            s.AlterVersions(k => k with { Wrapped = k.Wrapped with { Ciphertext = new byte[4] } })
        ),
        ["loses the record of a destroyed epoch"] = (Epoch, "a destroyed version has no wrapped key", s =>
            s.OnFetchOrgKeys = async (org, kind) =>
                [.. (await s.Inner.FetchAsync(org, kind)).Where(k => k.State != KeyState.Destroyed)]
        ),
        ["keeps the state of a destroyed epoch"] = (Epoch, "a destroyed version has no wrapped key", s =>
            s.AlterVersions(k => k with { State = KeyState.Retired })
        ),
    };

    public static TheoryData<string> Names => [.. Faults.Keys];

    public static TheoryData<string> Checks => [.. KeyStoreContract.Checks];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_store_with_one_fault_fails_the_check_that_is_about_it(string fault)
    {
        (string check, string says, Action<FaultyKeyStore> breakIt) = Faults[fault];
        var store = new FaultyKeyStore();
        breakIt(store);
        CallIntelException e = await TestKeys.AssertCodeAsync(CryptoErrorCodes.KeyStoreContractBroken, () =>
            new KeyStoreContract(store, store, store, Guid.NewGuid).VerifyAsync(check, Cancellation)
        );
        Assert.Contains(says, e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Checks))]
    public async Task The_same_store_without_a_fault_passes_and_each_check_has_a_fault(string check)
    {
        var store = new FaultyKeyStore();
        await new KeyStoreContract(store, store, store, Guid.NewGuid).VerifyAsync(check, Cancellation);
        Assert.Contains(Faults.Values, f => f.Check == check);
    }

    [Fact]
    public void A_contract_without_a_store_is_refused_and_the_missing_part_named()
    {
        var store = new InMemoryKeyStore();
        Assert.Equal(
            "dataKeys",
            Assert
                .Throws<ArgumentNullException>(() => new KeyStoreContract(null!, store, store, Guid.NewGuid))
                .ParamName
        );
        Assert.Equal(
            "rotation",
            Assert
                .Throws<ArgumentNullException>(() => new KeyStoreContract(store, null!, store, Guid.NewGuid))
                .ParamName
        );
        Assert.Equal(
            "orgKeys",
            Assert
                .Throws<ArgumentNullException>(() => new KeyStoreContract(store, store, null!, Guid.NewGuid))
                .ParamName
        );
        Assert.Equal(
            "newOrg",
            Assert.Throws<ArgumentNullException>(() => new KeyStoreContract(store, store, store, null!)).ParamName
        );
    }

    private static void GiveEachItsOwn(FaultyKeyStore store) =>
        store.OnCreate = async (org, requests) =>
        {
            await store.Inner.GetOrCreateAsync(org, requests);
            return [.. requests.Select(r => new DataKeyGrant(r.Candidate, r.Uses))];
        };

    private static KeyId NewId() => new(RandomNumberGenerator.GetBytes(KeyId.Length));

    private static DataKeyRecord Record(KeyId id, KeySubject subject) =>
        new(id, subject, 1, KeyState.Active, new byte[OrgKek.WrappedLength]);
}
