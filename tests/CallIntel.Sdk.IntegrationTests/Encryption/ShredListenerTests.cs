using CallIntel.Sdk.Crypto.Keys;
using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Encryption;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using static CallIntel.Sdk.IntegrationTests.Encryption.KeyHarness;

namespace CallIntel.Sdk.IntegrationTests.Encryption;

public sealed class ShredListenerTests(DatabaseFixture fixture) : IClassFixture<DatabaseFixture>
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Another_process_forgets_a_shredded_key_immediately_and_after_a_broken_connection()
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("listening", Cancellation);
        await using OrgSession session = await org.OpenSessionAsync(OrgRole.Owner, Cancellation);
        PostgresKeyStore store = StoreOf(session);
        (OrgKeyRing orgKeys, DataKeyCache cache) = NewProcess(store);
        using (orgKeys)
        using (cache)
        {
            await using ShredListener listener = new(fixture.Database.DataSource.Database, cache, NullLogger.Instance);
            await listener.Listening.WaitAsync(TimeSpan.FromSeconds(20), Cancellation);
            KeySubject[] people = [.. Enumerable.Range(0, 4).Select(_ => NewPerson())];
            KeyId[] ids = await MakeAsync(cache, org.Id.Value, people);

            // What is no notification of ours, or a forged one, changes nothing.
            foreach (
                string payload in new[]
                {
                    "",
                    "x",
                    $"{org.Id}:zz",
                    $"{org.Id}:{new string('z', 64)}",
                    new string('0', 101),
                    $"{fixture.Own.Id}:{ids[0]}",
                }
            )
                await ScalarAsync<object>(fixture.Database, "select pg_notify('callintel_shred', $1)", payload);

            await store.CryptoShredAsync(org.Id.Value, people[1], Cancellation);
            await UntilAsync(() => !IsCached(cache, org, ids[1]));
            Assert.True(IsCached(cache, org, ids[0]));
            using (DataKeyLease shredded = await cache.RentAsync(org.Id.Value, ids[1], Cancellation))
                Assert.Equal(KeyLookup.CryptoShredded, shredded.Status);

            // Notifications sent while the connection was down are lost, so all keys are removed from the cache.
            await BreakAsync();
            await UntilAsync(() => cache.Count == 0);
            using (DataKeyLease again = await cache.RentAsync(org.Id.Value, ids[2], Cancellation))
                Assert.Equal(KeyLookup.Ready, again.Status);
            await store.CryptoShredAsync(org.Id.Value, people[2], Cancellation);
            await UntilAsync(() => !IsCached(cache, org, ids[2]));
        }
    }

    [Fact]
    public async Task The_listener_returns_its_connection_to_the_pool_without_the_channel()
    {
        await using CallIntelDataSource source = fixture.Database.CreateDataSource(o =>
            o.ConnectionString = new NpgsqlConnectionStringBuilder(o.ConnectionString)
            {
                MaxPoolSize = 1,
            }.ConnectionString
        );
        await using OrgSession session = await source.OpenSessionAsync(fixture.Own.As(OrgRole.Viewer), Cancellation);
        int backend = await BackendAsync();
        (OrgKeyRing orgKeys, DataKeyCache cache) = NewProcess(StoreOf(session));
        using (orgKeys)
        using (cache)
        await using (ShredListener listener = new(source.Database, cache, NullLogger.Instance))
            await listener.Listening.WaitAsync(TimeSpan.FromSeconds(20), Cancellation);

        Assert.Empty(
            await session
                .QueryAsync("select pg_listening_channels()", r => r.GetString(0), cancellationToken: Cancellation)
                .ToListAsync(Cancellation)
        );
        Assert.Equal(backend, await BackendAsync());

        async Task<int> BackendAsync() =>
            await session
                .QueryAsync("select pg_backend_pid()", r => r.GetInt32(0), cancellationToken: Cancellation)
                .SingleAsync(Cancellation);
    }

    [Fact]
    public async Task Without_a_listener_a_cached_key_works_until_it_expires()
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("not listening", Cancellation);
        await using OrgSession session = await org.OpenSessionAsync(OrgRole.Owner, Cancellation);
        PostgresKeyStore store = StoreOf(session);
        (OrgKeyRing orgKeys, DataKeyCache cache) = NewProcess(store);
        using (orgKeys)
        using (cache)
        {
            KeySubject person = NewPerson();
            KeyId id = (await MakeAsync(cache, org.Id.Value, [person]))[0];
            await store.CryptoShredAsync(org.Id.Value, person, Cancellation);
            Assert.True(IsCached(cache, org, id));
            cache.InvalidateAll();
            using DataKeyLease shredded = await cache.RentAsync(org.Id.Value, id, Cancellation);
            Assert.Equal(KeyLookup.CryptoShredded, shredded.Status);
        }
    }

    [Fact]
    public async Task The_listener_refuses_to_start_through_a_connection_pooler()
    {
        (OrgKeyRing orgKeys, DataKeyCache cache) = NewProcess(new PostgresKeyStore(null, NullLogger.Instance));
        using (orgKeys)
        using (cache)
        {
            await using CallIntelDataSource pooled = fixture.Database.CreateDataSource(o =>
                o.ConnectionMode = ConnectionMode.TransactionPooler
            );
            Assert.Equal(
                ErrorCodes.InvalidOptions,
                Assert
                    .Throws<CallIntelException>(() => new ShredListener(pooled.Database, cache, NullLogger.Instance))
                    .Code
            );
        }
    }

    [Fact]
    public async Task The_listener_stops_even_when_the_server_was_never_reachable()
    {
        (OrgKeyRing orgKeys, DataKeyCache cache) = NewProcess(new PostgresKeyStore(null, NullLogger.Instance));
        using (orgKeys)
        using (cache)
        {
            await using CallIntelDataSource nowhere = fixture.Database.CreateDataSource(o =>
                o.ConnectionString = "Host=127.0.0.1;Port=1;Username=callintel_app;Password=x;Timeout=1"
            );
            ShredListener listener = new(nowhere.Database, cache, NullLogger.Instance);
            await Task.Delay(300, Cancellation);
            await listener.DisposeAsync();
            Assert.True(listener.Listening.IsCanceled);
        }
    }

    static async Task<KeyId[]> MakeAsync(DataKeyCache cache, Guid org, KeySubject[] people)
    {
        using DataKeySet<KeySubject> keys = await cache.RentForEncryptionAsync(
            org,
            [.. people.Select(p => new KeyDemand(p, 1))],
            Cancellation
        );
        return [.. people.Select(p => keys[p].Id)];
    }

    static bool IsCached(DataKeyCache cache, TestOrg org, KeyId id)
    {
        bool cached = cache.TryRent(org.Id.Value, id, out DataKeyLease lease);
        lease.Dispose();
        return cached;
    }

    Task<long> BreakAsync() =>
        ScalarAsync<long>(
            fixture.Database,
            """
            select count(pg_terminate_backend(pid)) from pg_catalog.pg_stat_activity
             where datname = current_database() and usename = 'callintel_app' and query like 'listen%'
            """
        );

    static async Task UntilAsync(Func<bool> condition)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        limit.CancelAfter(TimeSpan.FromSeconds(30));
        while (!condition())
            await Task.Delay(20, limit.Token);
    }
}
