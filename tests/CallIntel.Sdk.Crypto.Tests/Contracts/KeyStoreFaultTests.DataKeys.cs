using CallIntel.Sdk.Crypto.Contracts;
using CallIntel.Sdk.Crypto.InMemory;
using CallIntel.Sdk.Crypto.Keys;
using CallIntel.Sdk.Crypto.Rotation;

namespace CallIntel.Sdk.Crypto.Tests.Contracts;

public partial class KeyStoreFaultTests
{
    /// <summary>Faults of finding, creating, and retiring data keys.</summary>
    static Dictionary<string, (string Check, string Says, Action<FaultyKeyStore> Break)> DataKeyFaults() =>
        new()
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
            ["does not find a key by its subject"] = (Found, "a key is found by its subject", s =>
                s.AlterFound(_ => null)
            ),
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
        };
}
