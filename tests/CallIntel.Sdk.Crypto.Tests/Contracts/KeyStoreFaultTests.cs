using System.Security.Cryptography;
using CallIntel.Sdk.Crypto.Contracts;
using CallIntel.Sdk.Crypto.InMemory;
using CallIntel.Sdk.Crypto.Keys;
using CallIntel.Sdk.Crypto.Rotation;

namespace CallIntel.Sdk.Crypto.Tests.Contracts;

/// <summary>
/// Each store here violates the contract in one way. The check for it has to fail and to report what it expected.
/// </summary>
public class KeyStoreFaultTests
{
    private const string Found = "A_stored_key_is_found_by_id_and_by_subject";
    private const string Keeps = "A_subject_keeps_its_first_key";
    private const string Race = "Concurrent_requests_for_one_subject_get_one_key";
    private const string Spent = "A_key_without_uses_left_is_replaced";
    private const string Retired = "A_retired_key_is_replaced_and_still_decrypts";
    private const string Stale = "A_candidate_under_an_old_epoch_is_rejected_and_nothing_is_stored";
    private const string CryptoShredded = "A_crypto_shredded_subject_never_gets_a_key_again";
    private const string Apart = "Orgs_do_not_see_each_others_keys";
    private const string Rewrapped = "Rewrapped_keys_replace_only_what_was_read";
    private const string Versions = "Adding_an_existing_version_of_an_org_key_changes_nothing";
    private const string Epoch = "An_epoch_that_wraps_a_key_cannot_be_destroyed";

    private static readonly Dictionary<string, (string Check, string Says, Action<FaultyKeyStore> Break)> Faults = new()
    {
        ["returns a key for an unknown id"] = (Found, "unknown ids are left out", s =>
            s.OnFetch = async (org, ids) =>
                [
                    .. await s.Inner.FetchAsync(org, ids),
                    .. ids.Where(id => s.Inner.Keys.TrueForAll(k => k.Id != id))
                        .Select(id => Record(id, TestKeys.Person)),
                ]
        ),
        ["returns a key for an unknown subject"] = (Found, "the result for a subject without a key is null", s =>
            s.OnFind = async (org, demands) =>
                [
                    .. (await s.Inner.FindActiveAsync(org, demands)).Select(
                        (g, i) => g ?? new DataKeyGrant(Record(NewId(), demands[i].Subject), 1)
                    ),
                ]
        ),
        ["grants fewer uses than requested for a new key"] = (
            Found,
            "the candidate is stored unchanged, and the requested uses are granted",
            s => s.AlterCreated(g => g with { Uses = g.Uses - 1 })
        ),
        ["grants more uses than requested"] = (
            Found,
            "the candidate is stored unchanged, and the requested uses are granted",
            s => s.AlterCreated(g => g with { Uses = g.Uses + 1 })
        ),
        ["stores another key than the candidate"] = (
            Found,
            "the candidate is stored unchanged, and the requested uses are granted",
            s => s.AlterCreated(g => g with { Record = g.Record with { Epoch = 3 } })
        ),
        ["returns two results for a request"] = (Found, "GetOrCreateAsync returns one result per request", s =>
            s.OnCreate = async (org, requests) =>
            {
                IReadOnlyList<DataKeyGrant> grants = await s.Inner.GetOrCreateAsync(org, requests);
                return [.. grants, .. grants];
            }
        ),
        ["returns no result for a request"] = (Found, "GetOrCreateAsync returns one result per request", s =>
            s.OnCreate = async (org, requests) =>
            {
                await s.Inner.GetOrCreateAsync(org, requests);
                return [];
            }
        ),
        ["returns two results for a demand"] = (Found, "FindActiveAsync returns one result per demand", s =>
            s.OnFind = async (org, demands) => [.. await s.Inner.FindActiveAsync(org, demands), null]
        ),
        ["returns no result for a demand"] = (Found, "FindActiveAsync returns one result per demand", s =>
            s.OnFind = (_, _) => Task.FromResult<List<DataKeyGrant?>>([])
        ),
        ["returns a key twice"] = (Found, "FetchAsync returns a key once", s => s.OnFetch = async (org, ids) =>
            {
                IReadOnlyList<DataKeyRecord> found = await s.Inner.FetchAsync(org, ids);
                return [.. found, .. found];
            }),
        ["loses a key"] = (Found, "a key is found by its id, unchanged", s =>
            s.OnFetch = (_, _) => Task.FromResult<List<DataKeyRecord>>([])
        ),
        ["returns another key for an id"] = (Found, "a key is found by its id, unchanged", s =>
            s.AlterFetched(r => r with { Id = NewId() })
        ),
        ["returns another subject"] = (Found, "a key is found by its id, unchanged", s =>
            s.AlterFetched(r => r with { Subject = TestKeys.Person })
        ),
        ["returns another purpose"] = (Found, "a key is found by its id, unchanged", s =>
            s.AlterFetched(r => r with { Subject = r.Subject with { Purpose = KeyPurpose.Scope("x") } })
        ),
        ["returns another epoch"] = (Found, "a key is found by its id, unchanged", s =>
            s.AlterFetched(r => r with { Epoch = 0 })
        ),
        ["returns another state"] = (Found, "a key is found by its id, unchanged", s =>
            s.AlterFetched(r => r with { State = KeyState.DecryptOnly })
        ),
        ["truncates a wrapped key"] = (Found, "a key is found by its id, unchanged", s =>
            s.AlterFetched(r => r with { Wrapped = r.Wrapped[..^1] })
        ),
        ["changes a wrapped key"] = (Found, "a key is found by its id, unchanged", s =>
            s.AlterFetched(r => r with { Wrapped = new byte[r.Wrapped.Length] })
        ),
        ["does not find a key by its subject"] = (Found, "a key is found by its subject", s => s.AlterFound(_ => null)),
        ["finds a key without granting a use"] = (Found, "a key is found by its subject", s =>
            s.AlterFound(g => g with { Uses = 0 })
        ),
        ["finds a key and grants too many uses"] = (Found, "a key is found by its subject", s =>
            s.AlterFound(g => g with { Uses = 2 })
        ),
        ["finds the key of another subject"] = (Found, "a key is found by its subject", s =>
            s.AlterFound(g => g with { Record = g.Record with { Id = NewId() } })
        ),

        ["changes the order of the results"] = (Keeps, "results have the order of the requests", s =>
            s.OnCreate = async (org, requests) => [.. (await s.Inner.GetOrCreateAsync(org, requests)).Reverse()]
        ),
        ["leaves out subjects without a key"] = (Keeps, "a subject keeps its key", s =>
            s.OnCreate = async (org, requests) => [.. (await s.Inner.GetOrCreateAsync(org, requests)).Take(3)]
        ),
        ["stores candidates that are not needed"] = (Keeps, "a candidate that is not needed is not stored", s =>
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
        ["returns its own candidate to each caller"] = (
            Race,
            "concurrent requests for one subject get the same key",
            GiveEachItsOwn
        ),

        ["grants uses beyond the cap"] = (Spent, "a key near its cap grants the uses that are left", s =>
            s.OnCreate = async (org, requests) =>
                [
                    .. (await s.Inner.GetOrCreateAsync(org, requests)).Select(
                        (g, i) => g with { Uses = requests[i].Uses }
                    ),
                ]
        ),
        ["replaces a key that has uses left"] = (Spent, "a key near its cap grants the uses that are left", s =>
            s.OnCreate = async (org, requests) =>
                [
                    .. (await s.Inner.GetOrCreateAsync(org, requests)).Select(
                        (g, i) => g.Uses < requests[i].Uses ? g with { Record = requests[i].Candidate } : g
                    ),
                ]
        ),
        ["finds a key without uses left"] = (Spent, "the result for a key without uses left is null", s =>
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
        ["grants one use at a time"] = (Spent, "the candidate replaces a key without uses left", s =>
            s.AlterCreated(g => g with { Uses = 1 })
        ),
        ["keeps using a key without uses left"] = (Spent, "the candidate replaces a key without uses left", s =>
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
        ["leaves a key without uses active"] = (Spent, "a key without uses left still decrypts", s =>
            s.AlterFetched(r => r with { State = KeyState.Active })
        ),
        ["deletes a key without uses"] = (Spent, "a key without uses left still decrypts", s =>
            s.AlterFetched(r => r with { Wrapped = default })
        ),
        ["loses a key without uses"] = (Spent, "a key without uses left still decrypts", s =>
            s.OnFetch = (_, _) => Task.FromResult<List<DataKeyRecord>>([])
        ),

        ["does not retire keys"] = (Retired, "a retired key is DecryptOnly", s =>
            s.OnRetire = (_, _) => Task.CompletedTask
        ),
        ["deletes retired keys"] = (Retired, "a retired key is DecryptOnly", s =>
            s.AlterFetched(r => r.State == KeyState.DecryptOnly ? r with { Wrapped = default } : r)
        ),
        ["restores a destroyed key when it is retired"] = (Retired, "retiring a destroyed key changes nothing", s =>
            s.OnRetire = (org, ids) =>
            {
                foreach (DataKeyRecord key in s.Inner.Keys.Where(k => ids.Contains(k.Id)))
                    s.Inner.Put(org, key with { State = KeyState.DecryptOnly });

                return Task.CompletedTask;
            }
        ),
        ["keeps using a retired key"] = (Retired, "the subject of a retired key gets a new key", s =>
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
        ["returns a destroyed key as DecryptOnly"] = (CryptoShredded, "crypto-shredding deletes the wrapped key", s =>
            s.AlterFetched(r => r with { State = KeyState.DecryptOnly })
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
                    await s.Inner.CryptoShredAsync(org, subject) is { Count: > 0 } shredded ? [.. shredded] : [NewId()]
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
        ["replaces keys of any epoch"] = (Rewrapped, "has another epoch than when it was read, is not replaced", s =>
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

    public static TheoryData<string> Names => [.. Faults.Keys];

    public static TheoryData<string> Checks => [.. KeyStoreContract.Checks];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_store_with_one_fault_fails_the_check_for_it(string fault)
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
    public async Task A_store_without_faults_passes_and_each_check_has_a_fault(string check)
    {
        var store = new FaultyKeyStore();
        await new KeyStoreContract(store, store, store, Guid.NewGuid).VerifyAsync(check, Cancellation);
        Assert.Contains(Faults.Values, f => f.Check == check);
    }

    [Fact]
    public void Missing_stores_are_rejected_by_name()
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
        new(id, subject, 1, KeyState.Active, new byte[DataKeyRecord.WrappedLength]);
}
