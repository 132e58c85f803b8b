using CallIntel.Sdk.Contacts;
using CallIntel.Sdk.Crypto;
using CallIntel.Sdk.Crypto.BlindIndex;
using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using Npgsql;
using static CallIntel.Sdk.IntegrationTests.Encryption.KeyHarness;
using static CallIntel.Sdk.IntegrationTests.Encryption.NumberHarness;

namespace CallIntel.Sdk.IntegrationTests.Encryption;

/// <summary>
/// Tests several processes during a rotation of the blind-index key. Each data source has its own keys and caches, like
/// a process.
/// </summary>
public sealed class BlindIndexConcurrencyTests(DatabaseFixture fixture) : IClassFixture<DatabaseFixture>
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    TestDatabase Database => fixture.Database;

    /// <summary>
    /// It keeps its keys for five minutes; looking under those alone would miss everybody, and storing under them would
    /// make all of them twice.
    /// </summary>
    [Fact]
    public async Task A_process_unaware_of_the_new_key_version_finds_all_contacts_and_duplicates_none()
    {
        TestOrg org = await Database.CreateOrgAsync("unaware", Cancellation);
        string[] numbers = Numbers(60);
        await IngestAsync(Database.DataSource, org, numbers);
        ContactId?[] contacts = await FindAsync(Database.DataSource, org, numbers);
        await using CallIntelDataSource finding = Database.CreateDataSource(),
            storing = Database.CreateDataSource(),
            former = Database.CreateDataSource();
        foreach (CallIntelDataSource unaware in new[] { finding, storing, former })
            Assert.Equal(contacts[0], (await FindAsync(unaware, org, [numbers[0]]))[0]);
        await using OrgSession owner = await org.OpenSessionAsync(OrgRole.Owner, Cancellation);
        await owner.Keys.RotateBlindIndexAsync(cancellationToken: Cancellation);
        await owner.Keys.DestroyOldBlindIndexesAsync(Cancellation);

        // the naive way: the keys it has, and no question whether they are the latest
        await using OrgSession naive = await former.OpenSessionAsync(org.As(OrgRole.Owner), Cancellation);
        using (BlindIndexKeys keys = await naive.Encryption.NumberIndexAsync(Cancellation))
        {
            Assert.Equal(1, Assert.Single(keys.All).Version);
            Guid[] old = [.. numbers.Select(n => new PartyAddress(NumberKind.E164, n).IndexUnder(keys.Active))];
            Assert.Empty(
                await naive
                    .QueryAsync(
                        "select contact_id from callintel.find_contacts($1)",
                        r => r.GetGuid(0),
                        [old],
                        cancellationToken: Cancellation
                    )
                    .ToListAsync(Cancellation)
            );
            await RefusedAsync(CryptoErrorCodes.BlindIndexVersionStale, async () =>
                await naive
                    .QueryAsync(
                        "select contact_id from callintel.resolve_contacts($1, $2, $3, $4, 1)",
                        r => r.GetGuid(0),
                        [new[] { NewId() }, old[..1], new short[] { 1 }, new[] { new byte[63] }],
                        cancellationToken: Cancellation
                    )
                    .ToListAsync(Cancellation)
            );
        }

        Assert.Equal(contacts, await FindAsync(finding, org, numbers));
        await IngestAsync(storing, org, [.. numbers, .. Numbers(10, from: 60)]);
        await AssertOneContactEachAsync(Database, org, 70);
        Assert.Equal("2:70", await VersionsAsync(Database, org));
    }

    [Fact]
    public async Task Roles_without_number_search_find_no_contact_while_two_key_versions_exist()
    {
        TestOrg org = await Database.CreateOrgAsync("viewer", Cancellation);
        await IngestAsync(Database.DataSource, org, Numbers(4));
        await using OrgSession owner = await org.OpenSessionAsync(OrgRole.Owner, Cancellation);
        await KilledRotationAsync(owner, pageSize: 2, pages: 1);
        await using OrgSession viewer = await org.OpenSessionAsync(OrgRole.Viewer, Cancellation);
        foreach (string number in Numbers(4))
            Assert.Null(await viewer.Contacts.FindByNumberAsync(number, cancellationToken: Cancellation));
    }

    /// <summary>
    /// Known numbers and new ones are stored by several processes, some of which start without knowing of the version,
    /// all the while they are moved.
    /// </summary>
    [Fact]
    public async Task Ingestion_during_a_rotation_keeps_exactly_one_contact_per_number()
    {
        TestOrg org = await Database.CreateOrgAsync("beside", Cancellation);
        string[] known = Numbers(300);
        await IngestAsync(Database.DataSource, org, known);
        ContactId?[] contacts = await FindAsync(Database.DataSource, org, known);
        await using OrgSession owner = await org.OpenSessionAsync(OrgRole.Owner, Cancellation);
        long records = known.Length;
        int people = known.Length;
        for (int version = 2; version <= 4; version++)
        {
            string[] all = [.. known, .. Numbers(150, from: people)];
            people = all.Length;
            CallIntelDataSource[] processes = [.. Enumerable.Range(0, 3).Select(_ => Database.CreateDataSource())];
            foreach (CallIntelDataSource process in processes)
                await FindAsync(process, org, known[..1]);
            bool over = false;
            Task<long>[] ingesting =
            [
                .. processes.Select(
                    (process, seed) =>
                        Task.Run(
                            async () =>
                            {
                                long stored = 0;
                                Random order = new(seed);
                                do
                                {
                                    string[] batch = [.. all];
                                    order.Shuffle(batch);
                                    stored += (await IngestAsync(process, org, batch)).Inserted;
                                } while (!Volatile.Read(ref over));
                                return stored;
                            },
                            Cancellation
                        )
                ),
            ];

            await KilledRotationAsync(owner, pageSize: 7, pages: 5);
            ReindexProgress done = await new NumberReindexer(owner.Encryption) { PageSize = 7 }.RunAsync(
                null,
                Cancellation
            );
            Assert.Equal((version, 0), (done.Version, done.Remaining));
            Assert.Equal([version - 1], await owner.Keys.DestroyOldBlindIndexesAsync(Cancellation));
            Volatile.Write(ref over, true);
            records += (await Task.WhenAll(ingesting)).Sum();
            foreach (CallIntelDataSource process in processes)
                await process.DisposeAsync();
            known = all;
            await AssertOneContactEachAsync(Database, org, people);
        }
        Assert.Equal($"4:{people}", await VersionsAsync(Database, org));
        Assert.Equal(
            records,
            await ScalarAsync<long>(
                Database,
                "select count(*) from callintel_private.events where org_id = $1",
                org.Id.Value
            )
        );
        Assert.Equal(contacts, (await FindAsync(Database.DataSource, org, known)).Take(contacts.Length));
    }

    /// <summary>
    /// Else it could be committed under the old version after somebody looked there in vain and stored the number under
    /// the new one.
    /// </summary>
    [Fact]
    public async Task A_new_key_version_waits_for_writes_under_the_previous_version()
    {
        TestOrg org = await Database.CreateOrgAsync("waiting", Cancellation);
        await IngestAsync(Database.DataSource, org, Numbers(1));
        await using OrgSession owner = await org.OpenSessionAsync(OrgRole.Owner, Cancellation);
        byte[] number = await ScalarAsync<byte[]>(
            Database,
            "select number::bytea from callintel_private.contact_numbers where org_id = $1",
            org.Id.Value
        );
        await using NpgsqlConnection storing = await Database.DataSource.Database.OpenConnectionAsync(Cancellation);
        await using NpgsqlTransaction transaction = await storing.BeginTransactionAsync(Cancellation);
        await using (NpgsqlBatch batch = new(storing, transaction))
        {
            batch.BatchCommands.Add(owner.Transport.BeginCommand());
            NpgsqlBatchCommand resolve = new("select contact_id from callintel.resolve_contacts($1, $2, $3, $4, 1)");
            foreach (
                object value in new object[]
                {
                    new[] { NewId() },
                    new[] { NewId() },
                    new short[] { 1 },
                    new[] { number },
                }
            )
                resolve.Parameters.Add(new NpgsqlParameter { Value = value });
            batch.BatchCommands.Add(resolve);
            await batch.ExecuteNonQueryAsync(Cancellation);
        }

        Task<ReindexProgress> rotating = Task.Run(
            () => owner.Keys.RotateBlindIndexAsync(cancellationToken: Cancellation),
            Cancellation
        );
        bool waits = false;
        while (!rotating.IsCompleted && !waits)
            waits = await ScalarAsync<bool>(
                Database,
                """
                select exists (select from pg_catalog.pg_stat_activity
                    where datname = current_database() and $1 = any (pg_blocking_pids(pid)))
                """,
                storing.ProcessID
            );
        Assert.True(waits);
        await transaction.CommitAsync(Cancellation);
        ReindexProgress done = await rotating;
        // both were there to be moved; the one made up here does not open
        Assert.Equal((1, 1), (done.Reindexed, done.Failed.Count));
    }

    [Fact]
    public async Task Two_rotations_with_broken_connections_keep_each_number_exactly_once()
    {
        TestOrg org = await Database.CreateOrgAsync("cut", Cancellation);
        string[] numbers = Numbers(400);
        await IngestAsync(Database.DataSource, org, numbers);
        ContactId?[] contacts = await FindAsync(Database.DataSource, org, numbers);
        await using OrgSession owner = await org.OpenSessionAsync(OrgRole.Owner, Cancellation);
        await KilledRotationAsync(owner, pageSize: 10, pages: 1);
        int cuts = 0;
        void CutSometimes(ReindexProgress progress)
        {
            if (Interlocked.Increment(ref cuts) is 5 or 15 or 30)
            {
                using NpgsqlCommand cut = Database.Admin.CreateCommand(
                    """
                    select count(pg_terminate_backend(pid)) from pg_catalog.pg_stat_activity
                     where usename = 'callintel_app' and datname = current_database()
                    """
                );
                cut.ExecuteNonQuery();
            }
        }
        int failures = 0;
        async Task RunAsync()
        {
            while (true)
            {
                try
                {
                    if (
                        (
                            await new NumberReindexer(owner.Encryption) { PageSize = 10 }.RunAsync(
                                new NumberHarness.Progress<ReindexProgress>(CutSometimes),
                                Cancellation
                            )
                        ).Remaining == 0
                    )
                        return;
                }
                catch (CallIntelException e)
                    when (e.Code is ErrorCodes.Unreachable or CryptoErrorCodes.KeyStoreUnavailable)
                {
                    Interlocked.Increment(ref failures);
                }
            }
        }
        await Task.WhenAll(Task.Run(RunAsync, Cancellation), Task.Run(RunAsync, Cancellation));
        Assert.True(failures > 0);
        Assert.Equal("2:400", await VersionsAsync(Database, org));
        Assert.Equal([1], await owner.Keys.DestroyOldBlindIndexesAsync(Cancellation));
        Assert.Equal(contacts, await FindAsync(Database.DataSource, org, numbers));
        await AssertOneContactEachAsync(Database, org, 400);
    }
}
