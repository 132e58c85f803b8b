using CallIntel.Sdk.Crypto;
using CallIntel.Sdk.Crypto.Envelope;
using CallIntel.Sdk.Crypto.Keys;
using CallIntel.Sdk.Crypto.Rotation;
using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Encryption;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using Npgsql;
using static CallIntel.Sdk.IntegrationTests.Encryption.KeyHarness;
using static CallIntel.Sdk.IntegrationTests.Encryption.NumberHarness;

namespace CallIntel.Sdk.IntegrationTests.Encryption;

/// <summary>
/// Changes the root key as an operator does, for all orgs of a database and with a key ring of the test.
/// </summary>
public sealed class RootKeyRewrapTests(DatabaseFixture fixture) : IClassFixture<DatabaseFixture>, IDisposable
{
    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("callintel-root-");

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    TestDatabase Database => fixture.Database;

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task An_interrupted_root_key_rewrap_completes_and_everything_opens_without_the_old_root_key()
    {
        using KeyRingFileProvider ring = KeyRingFileProvider.Create(
            Path.Combine(_folder.FullName, "ring.json"),
            KeyRingProtection.FileModeOnly
        );
        string old = ring.ActiveRootKeyId;
        TestOrg[] orgs = await OrgsAsync(ring, 5);
        await using NpgsqlDataSource login = NpgsqlDataSource.Create(
            new NpgsqlConnectionStringBuilder(Database.AdminConnectionString)
            {
                Options = "-c role=callintel_ops",
            }.ConnectionString
        );
        CallIntelOperations operations = new(login);
        await RefusedAsync(CryptoErrorCodes.RootKeyInUse, () =>
            operations.DestroyRootKeyAsync(ring, old, Cancellation)
        );
        string current = ring.Rotate();

        // killed after the second page of four
        int pages = 0;
        await Assert.ThrowsAsync<TimeoutException>(() =>
            new RootKeyRotation(ring, new PostgresRootRewrapStore(login)) { PageSize = 4 }.RewrapAsync(
                new NumberHarness.Progress<RootRewrapProgress>(_ =>
                {
                    if (++pages == 2)
                        throw new TimeoutException();
                }),
                Cancellation
            )
        );
        Assert.Equal((7L, 8L), (await CountAsync(old), await CountAsync(current)));
        await AssertOpensAsync(ring, orgs);
        await RefusedAsync(CryptoErrorCodes.RootKeyInUse, () =>
            operations.DestroyRootKeyAsync(ring, old, Cancellation)
        );

        List<RootRewrapProgress> reports = [];
        RootRewrapProgress done = await operations.RewrapOrgKeysAsync(
            ring,
            new NumberHarness.Progress<RootRewrapProgress>(reports.Add),
            Cancellation
        );
        Assert.Equal((current, 7, 0, 0), (done.RootKeyId, done.Rewrapped, done.Skipped, done.Remaining));
        Assert.Empty(done.Failed);
        Assert.Equal(0, Assert.Single(reports).Remaining);
        await operations.DestroyRootKeyAsync(ring, old, Cancellation);
        await AssertOpensAsync(ring, orgs);
        await RefusedAsync(CryptoErrorCodes.RootKeyActive, () =>
            new RootKeyRotation(ring, new NothingStored()).DestroyAsync(current, Cancellation)
        );
        Assert.Equal(0, (await operations.RewrapOrgKeysAsync(ring, cancellationToken: Cancellation)).Rewrapped);
    }

    [Fact]
    public async Task Keys_under_an_unknown_root_key_are_reported_and_left_unchanged()
    {
        using KeyRingFileProvider ring = KeyRingFileProvider.Create(
            Path.Combine(_folder.FullName, "ring.json"),
            KeyRingProtection.FileModeOnly
        );
        TestOrg[] orgs = await OrgsAsync(ring, 2);
        using KeyRingFileProvider other = KeyRingFileProvider.Create(
            Path.Combine(_folder.FullName, "other.json"),
            KeyRingProtection.FileModeOnly
        );
        RootRewrapProgress done = await new CallIntelOperations(Database.Admin).RewrapOrgKeysAsync(
            other,
            cancellationToken: Cancellation
        );
        Assert.Equal(0, done.Rewrapped);
        Assert.Equal(done.Remaining, done.Failed.Count);
        Assert.All(orgs, org => Assert.Equal(3, done.Failed.Count(f => f.OrgId == org.Id.Value)));
        await AssertOpensAsync(ring, orgs);
        // gone again: another test counts pages of keys in this database, whichever runs first
        Assert.Equal(
            6L,
            await ScalarAsync<long>(
                Database,
                """
                with gone as (delete from callintel_private.org_keys where root_key_id = $1 returning 1)
                select count(*) from gone
                """,
                ring.ActiveRootKeyId
            )
        );
    }

    [Theory]
    [InlineData("update callintel_private.org_keys set wrapped = null")]
    [InlineData("select count(*) from callintel_private.org_keys")]
    public async Task Sessions_cannot_read_the_org_key_table(string sql)
    {
        await using OrgSession session = await fixture.Own.OpenSessionAsync(OrgRole.Owner, Cancellation);
        await RefusedAsync(Diagnostics.ErrorCodes.NotAllowed, async () =>
            await session.QueryAsync(sql, r => r.FieldCount, cancellationToken: Cancellation).ToListAsync(Cancellation)
        );
    }

    /// <summary>Orgs whose keys are under the ring: one that wraps data keys and one of the blind index each.</summary>
    async Task<TestOrg[]> OrgsAsync(KeyRingFileProvider ring, int count)
    {
        await using CallIntelDataSource process = Database.CreateDataSource(options => options.RootKeys = ring);
        TestOrg[] orgs = new TestOrg[count];
        for (int i = 0; i < count; i++)
        {
            orgs[i] = await Database.CreateOrgAsync($"root {i}", Cancellation);
            await IngestAsync(process, orgs[i], Numbers(3));
        }
        return orgs;
    }

    /// <summary>Numbers are found and content opens, in a process that has no key yet.</summary>
    async Task AssertOpensAsync(KeyRingFileProvider ring, TestOrg[] orgs)
    {
        await using CallIntelDataSource fresh = Database.CreateDataSource(options => options.RootKeys = ring);
        foreach (TestOrg org in orgs)
        {
            Assert.DoesNotContain(null, await FindAsync(fresh, org, Numbers(3)));
            await using OrgSession session = await fresh.OpenSessionAsync(org.As(OrgRole.Owner), Cancellation);
            Assert.Equal(
                [DecryptResult.Ok, DecryptResult.Ok, DecryptResult.Ok],
                await session
                    .Events.ReadAsync(EventFilter.All.ForPurpose(AccessPurpose.Quality).WithContent(), Cancellation)
                    .Select(e => e.Content!.Status)
                    .ToListAsync(Cancellation)
            );
        }
    }

    Task<long> CountAsync(string rootKeyId) =>
        ScalarAsync<long>(
            Database,
            "select count(*) from callintel_private.org_keys where root_key_id = $1",
            rootKeyId
        );

    sealed class NothingStored : IRootRewrapStore
    {
        public ValueTask<IReadOnlyList<OrgKeyRecord>> ReadOutdatedAsync(
            string rootKeyId,
            RootKeyContext? after,
            int limit,
            CancellationToken cancellationToken = default
        ) => new([]);

        public ValueTask<int> ReplaceAsync(
            IReadOnlyList<RewrappedOrgKey> keys,
            CancellationToken cancellationToken = default
        ) => new(0);

        public ValueTask<long> CountOutdatedAsync(string rootKeyId, CancellationToken cancellationToken = default) =>
            new(0);

        public ValueTask<long> CountUnderAsync(string rootKeyId, CancellationToken cancellationToken = default) =>
            new(0);
    }
}
