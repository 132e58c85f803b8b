using System.Security.Cryptography;
using CallIntel.Sdk.Crypto;
using CallIntel.Sdk.Crypto.Envelope;
using CallIntel.Sdk.Crypto.Keys;
using CallIntel.Sdk.Crypto.Rotation;
using CallIntel.Sdk.Encryption;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using static CallIntel.Sdk.IntegrationTests.Encryption.KeyHarness;

namespace CallIntel.Sdk.IntegrationTests.Encryption;

/// <summary>The contract of IDataKeyRotationStore, and rotation and shredding end to end.</summary>
public sealed class KeyRotationTests(DatabaseFixture fixture) : IClassFixture<DatabaseFixture>
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Pages_of_keys_are_in_id_order_across_epochs()
    {
        (Guid org, OrgSession session) = await OrgAsync("pages");
        PostgresKeyStore store = StoreOf(session);
        List<DataKeyRequest> made = [];
        for (int epoch = 1; epoch <= 3; epoch++)
        {
            await store.AddAsync(OrgKey(org, epoch), Cancellation);
            for (int i = 0; i < 20; i++)
                made.Add(Request(NewPerson(), epoch: epoch));
            await store.GetOrCreateAsync(org, made[^20..], Cancellation);
        }
        await store.CryptoShredAsync(org, made[3].Subject, Cancellation);
        KeyId[] expected = [.. made.Take(40).Where(r => r != made[3]).Select(r => r.Candidate.Id).Order()];

        List<KeyId> read = [];
        IReadOnlyList<DataKeyRecord> page;
        while (
            (page = await store.ReadOutdatedAsync(org, 3, read.Count == 0 ? null : read[^1], 7, Cancellation)).Count > 0
        )
        {
            Assert.True(page.Count == 7 || read.Count + page.Count == 39);
            read.AddRange(page.Select(k => k.Id));
        }
        Assert.Equal(expected, read);
        Assert.Equal(39, await store.CountOutdatedAsync(org, 3, Cancellation));
        Assert.Equal(19, await store.CountOutdatedAsync(org, 2, Cancellation));
        Assert.Equal(0, await store.CountOutdatedAsync(org, 1, Cancellation));
        Assert.Empty(await store.ReadOutdatedAsync(org, 1, null, 7, Cancellation));
    }

    [Fact]
    public async Task Only_keys_unchanged_since_they_were_read_are_replaced()
    {
        (Guid org, OrgSession session) = await OrgAsync("replaced");
        PostgresKeyStore store = StoreOf(session);
        await store.AddAsync(OrgKey(org, 1), Cancellation);
        DataKeyRequest[] made = [.. Enumerable.Range(0, 3).Select(_ => Request(NewPerson()))];
        await store.GetOrCreateAsync(org, made, Cancellation);
        await store.AddAsync(OrgKey(org, 2), Cancellation);
        await store.CryptoShredAsync(org, made[2].Subject, Cancellation);

        byte[] wrapped = RandomNumberGenerator.GetBytes(DataKeyRecord.WrappedLength);
        RewrappedDataKey[] moves =
        [
            .. made.Select(r => new RewrappedDataKey(r.Candidate.Id, 1, 2, wrapped)),
            new(NewKeyId(), 1, 2, wrapped),
        ];
        Assert.Equal(0, await store.ReplaceAsync(org, [], Cancellation));
        Assert.Equal(1, await store.ReplaceAsync(org, moves[..1], Cancellation));
        Assert.Equal(1, await store.ReplaceAsync(org, moves, Cancellation));
        DataKeyRecord moved = await FetchAsync(store, org, made[1].Candidate.Id);
        Assert.Equal((2, KeyState.Active), (moved.Epoch, moved.State));
        Assert.Equal(wrapped, moved.Wrapped.ToArray());
        Assert.Equal(KeyState.Destroyed, (await FetchAsync(store, org, made[2].Candidate.Id)).State);
        await RefusedAsync(CryptoErrorCodes.OrgKeyEpochStale, async () =>
            await store.ReplaceAsync(org, [new(made[0].Candidate.Id, 2, 3, wrapped)], Cancellation)
        );
    }

    [Fact]
    public async Task Shredding_destroys_every_key_of_the_subject_and_is_idempotent()
    {
        (Guid org, OrgSession session) = await OrgAsync("shred");
        PostgresKeyStore store = StoreOf(session);
        await store.AddAsync(OrgKey(org, 1), Cancellation);
        KeySubject person = NewPerson();
        DataKeyRequest[] made = [Request(person), Request(person), Request(person)];
        foreach (DataKeyRequest request in made)
        {
            await GetOrCreateAsync(store, org, request);
            await LeaveUsesAsync(fixture.Database, request.Candidate.Id, 0);
        }
        DataKeyRequest other = Request(NewPerson());
        await GetOrCreateAsync(store, org, other);

        KeyId[] ids = [.. made.Select(r => r.Candidate.Id).Order()];
        Assert.Equal(ids, (await store.CryptoShredAsync(org, person, Cancellation)).Order());
        Assert.Equal(ids, (await store.CryptoShredAsync(org, person, Cancellation)).Order());
        CallIntelException unknown = await Assert.ThrowsAsync<CallIntelException>(() =>
            store.CryptoShredAsync(org, NewPerson(), Cancellation).AsTask()
        );
        Assert.Equal("CI0152", unknown.Code);
        Assert.All(await store.FetchAsync(org, ids, Cancellation), k =>
            Assert.True(k.State == KeyState.Destroyed && k.Wrapped.IsEmpty)
        );
        Assert.Equal(KeyState.Active, (await FetchAsync(store, org, other.Candidate.Id)).State);
        Assert.Equal(
            "3,0",
            await ScalarAsync<string>(
                fixture.Database,
                """
                select string_agg(row_count::text, ',' order by occurred_at) from callintel_private.audit_log
                 where org_id = $1 and action = 'shred' and object = 'data_keys' and subject_id = $2
                """,
                org,
                person.Id
            )
        );
    }

    [Fact]
    public async Task Rotation_moves_two_thousand_keys_to_a_new_epoch_after_the_first_run_is_interrupted()
    {
        (Guid org, OrgSession session) = await OrgAsync("rotation");
        PostgresKeyStore store = StoreOf(session);
        (OrgKeyRing orgKeys, DataKeyCache cache) = NewProcess(store);
        KeySubject[] people = [.. Enumerable.Range(0, 2000).Select(_ => NewPerson())];
        FieldHandle body = new(org, "event_contents", "body");
        Dictionary<KeyId, byte[]> written = [];
        using (
            DataKeySet<KeySubject> keys = await cache.RentForEncryptionAsync(
                org,
                [.. people.Select(p => new KeyDemand(p, 1))],
                Cancellation
            )
        )
            foreach (KeySubject person in people)
                written.Add(keys[person].Id, Encrypt(keys[person], body, person.Id));

        using (cache)
        using (orgKeys)
            await Assert.ThrowsAsync<TimeoutException>(() =>
                new EpochRotation(store, store, orgKeys) { PageSize = 300 }.RotateAsync(
                    org,
                    new Progress(p =>
                    {
                        if (p.Rewrapped >= 900)
                            throw new TimeoutException();
                    }),
                    Cancellation
                )
            );
        Assert.Equal(1100, await store.CountOutdatedAsync(org, 2, Cancellation));

        (orgKeys, cache) = NewProcess(store);
        using DataKeyCache after = cache;
        using OrgKeyRing ring = orgKeys;
        EpochRotation rotation = new(store, store, ring);
        await RefusedAsync(CryptoErrorCodes.RewrapIncomplete, () => rotation.DestroyOldEpochsAsync(org, Cancellation));
        RewrapProgress result = await new DekRewrapper(store, ring).RunAsync(org, cancellationToken: Cancellation);
        Assert.Equal((2, 1100, 0, 0), (result.Epoch, result.Rewrapped, result.Skipped, result.Remaining));
        Assert.Empty(result.Failed);
        Assert.Equal([1], await rotation.DestroyOldEpochsAsync(org, Cancellation));
        IReadOnlyList<OrgKeyRecord> epochs = await store.FetchAsync(org, OrgKeyKind.Kek, Cancellation);
        Assert.Equal([KeyState.Destroyed, KeyState.Active], epochs.Select(e => e.State));

        await store.CryptoShredAsync(org, people[0], Cancellation);
        KeyId[] ids = [.. written.Keys];
        using DataKeySet<KeyId> read = await after.RentManyAsync(org, ids, Cancellation);
        for (int i = 0; i < ids.Length; i++)
        {
            Assert.Equal(i == 0 ? KeyLookup.CryptoShredded : KeyLookup.Ready, read[ids[i]].Status);
            if (i > 0)
                AssertOpens(read[ids[i]], body, people[i].Id, written[ids[i]]);
        }
    }

    static byte[] Encrypt(in DataKeyRef key, FieldHandle field, Guid row)
    {
        byte[] envelope = new byte[EnvelopeFormat.GetLength(16, field.Padding)];
        Assert.Equal(EncryptResult.Ok, FieldCipher.TryEncrypt(key, field, row, row.ToByteArray(), envelope, out int _));
        return envelope;
    }

    static void AssertOpens(in DataKeyRef key, FieldHandle field, Guid row, byte[] envelope)
    {
        byte[] plaintext = new byte[EnvelopeFormat.GetMaxPlaintextLength(envelope.Length)];
        Assert.Equal(DecryptResult.Ok, FieldCipher.TryDecrypt(key, field, row, envelope, plaintext, out int length));
        Assert.Equal(row.ToByteArray(), plaintext[..length]);
    }

    async Task<(Guid Org, OrgSession Session)> OrgAsync(string name)
    {
        TestOrg org = await fixture.Database.CreateOrgAsync(name, Cancellation);
        return (org.Id.Value, await org.OpenSessionAsync(OrgRole.Owner, Cancellation));
    }

    sealed class Progress(Action<RewrapProgress> report) : IProgress<RewrapProgress>
    {
        public void Report(RewrapProgress value) => report(value);
    }
}
