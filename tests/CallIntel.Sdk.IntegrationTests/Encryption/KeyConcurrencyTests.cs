using System.Collections.Concurrent;
using System.Security.Cryptography;
using CallIntel.Sdk.Crypto;
using CallIntel.Sdk.Crypto.Keys;
using CallIntel.Sdk.Crypto.Rotation;
using CallIntel.Sdk.Encryption;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using Npgsql;
using static CallIntel.Sdk.IntegrationTests.Encryption.KeyHarness;

namespace CallIntel.Sdk.IntegrationTests.Encryption;

public sealed class KeyConcurrencyTests(DatabaseFixture fixture) : IClassFixture<DatabaseFixture>
{
    const int Cap = 40;

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>
    /// Each call takes a good part of a key, so that keys are spent and replaced all the time, in orders that differ
    /// from caller to caller.
    /// </summary>
    [Fact]
    public async Task Concurrent_callers_share_one_key_per_subject_and_never_exceed_its_uses()
    {
        (Guid org, OrgSession session) = await OrgAsync("sharing");
        ConcurrentDictionary<KeyId, long> granted = [];
        KeySubject[] people = [];
        for (int round = 0; round < 200; round++)
        {
            // some new ones each round, so that making and reserving meet
            people = [.. people.TakeLast(12), .. Enumerable.Range(0, 4).Select(_ => NewPerson())];
            await Task.WhenAll(
                Enumerable
                    .Range(0, 32)
                    .Select(_ => Task.Run(() => CallAsync(org, session, people, 1, granted), Cancellation))
            );
        }

        Assert.True(granted.Count > people.Length);
        Assert.All(granted, g => Assert.InRange(g.Value, 1, KeyPurpose.Person.UsageCap));
        Assert.Equal(
            granted.Values.Sum(),
            await ScalarAsync<decimal>(
                fixture.Database,
                "select sum(uses) from callintel_private.data_keys where org_id = $1",
                org
            )
        );
        Assert.Equal(
            0,
            await ScalarAsync<long>(
                fixture.Database,
                $"""
                select count(*) from callintel_private.data_keys
                 where org_id = $1 and uses > {KeyPurpose.Person.UsageCap}
                """,
                org
            )
        );
        // stored means used: a candidate that lost was not kept
        Assert.Equal(
            granted.Count,
            await ScalarAsync<long>(
                fixture.Database,
                "select count(*) from callintel_private.data_keys where org_id = $1",
                org
            )
        );
        Assert.Equal(
            1,
            await ScalarAsync<long>(
                fixture.Database,
                """
                select max(n) from (select count(*) as n from callintel_private.data_keys
                    where org_id = $1 and state = 1 group by subject_id, purpose) s
                """,
                org
            )
        );
    }

    [Fact]
    public async Task Rotation_rewrapping_destruction_and_shredding_are_safe_beside_concurrent_callers()
    {
        (Guid org, OrgSession session) = await OrgAsync("everything at once");
        PostgresKeyStore store = StoreOf(session);
        ConcurrentDictionary<KeyId, long> granted = [];
        ConcurrentBag<KeySubject> shredded = [];
        int epoch = 1;
        for (int round = 0; round < 25; round++)
        {
            KeySubject[] people = [.. Enumerable.Range(0, 10).Select(_ => NewPerson())];
            // a subject that has neither a key nor a contact cannot be shredded
            await using (
                NpgsqlCommand contact = fixture.Database.Admin.CreateCommand(
                    $"""
                    insert into callintel_private.contacts (org_id, id, created_by)
                    values ('{org}', '{people[0].Id}', '{org}')
                    """
                )
            )
                await contact.ExecuteNonQueryAsync(Cancellation);
            Task[] callers =
            [
                .. Enumerable
                    .Range(0, 12)
                    .Select(_ => Task.Run(() => CallAsync(org, session, people, epoch, granted), Cancellation)),
            ];
            Task shredding = Task.Run(
                    async () =>
                    {
                        await store.CryptoShredAsync(org, people[0], Cancellation);
                        if (
                            (await store.GetOrCreateAsync(org, [Request(people[0], epoch: epoch)], Cancellation))[0]
                                .Record
                                .State == KeyState.Destroyed
                        )
                            shredded.Add(people[0]);
                    },
                    Cancellation
                )
                .ContinueWith(ExpectStale, TaskScheduler.Default);
            int next = epoch + 1;
            Task rotating = Task.Run(() => RotateAsync(store, org, next), Cancellation);
            await Task.WhenAll([.. callers, shredding, rotating]);
            epoch = next;
        }

        Assert.Equal(
            0,
            await ScalarAsync<long>(
                fixture.Database,
                """
                select count(*) from callintel_private.data_keys d
                 where d.org_id = $1 and d.state <> 4
                   and not exists (select from callintel_private.org_keys k
                    where k.org_id = d.org_id and k.kind = 1 and k.version = d.epoch and k.state < 4)
                """,
                org
            )
        );
        Assert.NotEmpty(shredded);
        Assert.Equal(
            0,
            await ScalarAsync<long>(
                fixture.Database,
                """
                select count(*) from callintel_private.data_keys
                 where org_id = $1 and state <> 4 and subject_id = any ($2)
                """,
                org,
                shredded.Select(s => s.Id).ToArray()
            )
        );
        Assert.All(granted, g => Assert.InRange(g.Value, 1, KeyPurpose.Person.UsageCap));
    }

    /// <summary>
    /// Adds an epoch, moves what there is, and destroys the one before: refused while a key is under it, never
    /// silently.
    /// </summary>
    static async Task RotateAsync(PostgresKeyStore store, Guid org, int epoch)
    {
        await store.AddAsync(OrgKey(org, epoch), Cancellation);
        IReadOnlyList<DataKeyRecord> outdated = await store.ReadOutdatedAsync(org, epoch, null, 100_000, Cancellation);
        await store.ReplaceAsync(
            org,
            [
                .. outdated.Select(k => new RewrappedDataKey(
                    k.Id,
                    k.Epoch,
                    epoch,
                    RandomNumberGenerator.GetBytes(DataKeyRecord.WrappedLength)
                )),
            ],
            Cancellation
        );
        Assert.True(
            await store.MoveAsync(org, OrgKeyKind.Kek, epoch - 1, KeyState.DecryptOnly, KeyState.Retired, Cancellation)
        );
        Assert.True(
            await store.MoveAsync(org, OrgKeyKind.Kek, epoch - 1, KeyState.Retired, KeyState.Destroyed, Cancellation)
        );
    }

    static async Task CallAsync(
        Guid org,
        OrgSession session,
        KeySubject[] people,
        int epoch,
        ConcurrentDictionary<KeyId, long> granted
    )
    {
        PostgresKeyStore store = StoreOf(session);
        DataKeyRequest[] requests =
        [
            .. people.Select(p =>
                Request(p, RandomNumberGenerator.GetInt32(1, 8) * (KeyPurpose.Person.UsageCap / Cap), epoch)
            ),
        ];
        RandomNumberGenerator.Shuffle(requests.AsSpan());
        IReadOnlyList<DataKeyGrant> grants;
        try
        {
            grants = await store.GetOrCreateAsync(org, requests, Cancellation);
        }
        catch (CallIntelException e) when (e.Code == CryptoErrorCodes.OrgKeyEpochStale)
        {
            return;
        }
        foreach ((DataKeyRequest request, DataKeyGrant grant) in requests.Zip(grants))
        {
            if (grant.Record.State == KeyState.Destroyed)
                continue;
            Assert.InRange(grant.Uses, 1, request.Uses);
            granted.AddOrUpdate(grant.Record.Id, grant.Uses, (_, sum) => sum + grant.Uses);
        }
    }

    static void ExpectStale(Task task)
    {
        if (task.Exception?.InnerException is { } failure)
            Assert.Equal(CryptoErrorCodes.OrgKeyEpochStale, Assert.IsType<CallIntelException>(failure).Code);
    }

    async Task<(Guid Org, OrgSession Session)> OrgAsync(string name)
    {
        TestOrg org = await fixture.Database.CreateOrgAsync(name, Cancellation);
        OrgSession session = await org.OpenSessionAsync(OrgRole.Owner, Cancellation);
        await StoreOf(session).AddAsync(OrgKey(org.Id.Value, 1), Cancellation);
        return (org.Id.Value, session);
    }
}
