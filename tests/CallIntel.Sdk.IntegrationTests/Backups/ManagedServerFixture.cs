using CallIntel.Sdk.Crypto.Keys;
using CallIntel.Sdk.IntegrationTests.Supabase;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using Npgsql;

namespace CallIntel.Sdk.IntegrationTests.Backups;

/// <summary>
/// Two managed servers for each major version: one has a database with rows of two orgs in every table, and one never
/// had the schema.
/// </summary>
public sealed class ManagedServerFixture : IAsyncDisposable
{
    internal const string Live = "live";

    readonly SemaphoreSlim _gate = new(1, 1);
    readonly Dictionary<int, (ManagedServer Source, ManagedServer Target)> _servers = [];
    readonly string _rootKeyFile = Path.Combine(
        Directory.CreateTempSubdirectory("callintel-keys-").FullName,
        "root.json"
    );

    /// <summary>
    /// 17; with <c>CALLINTEL_ALL_MAJORS=1</c> also the oldest and the newest, whose rules for roles differ.
    /// </summary>
    public static TheoryData<int> Majors => SupabaseFixture.Majors;

    internal SigningKeyRing Keys { get; } = new(SigningKey.Create(1));

    internal KeyRingFileProvider RootKeys { get; private set; } = null!;

    internal Dictionary<int, TestOrg[]> Orgs { get; } = [];

    internal async Task<(ManagedServer Source, ManagedServer Target)> ServersAsync(int major)
    {
        await _gate.WaitAsync();
        try
        {
            RootKeys ??= KeyRingFileProvider.Create(_rootKeyFile, KeyRingProtection.FileModeOnly);
            if (!_servers.TryGetValue(major, out (ManagedServer Source, ManagedServer Target) servers))
            {
                _servers.Add(
                    major,
                    servers = (await ManagedServer.StartAsync(major), await ManagedServer.StartAsync(major))
                );
                await FillAsync(major, servers.Source);
            }
            return servers;
        }
        finally
        {
            _gate.Release();
        }
    }

    async Task FillAsync(int major, ManagedServer server)
    {
        await server.CreateDatabaseAsync(Live);
        await server.MigrateAsync(Live);
        await using NpgsqlDataSource administrator = server.Open(ManagedServer.Administrator, Live);
        CallIntelOperations operations = new(administrator);
        await operations.SetAppPasswordAsync(ManagedServer.Application);
        await operations.InstallSigningKeysAsync(Keys);
        await operations.EnsurePartitionsAsync(new DateOnly(2025, 12, 1), new DateOnly(2026, 2, 1));
        await administrator.RunAsync($"alter role {ManagedServer.Backup} login password '{ManagedServer.Backup}'");

        await using CallIntelDataSource application = server.CreateDataSource(Live, Keys, RootKeys);
        await using NpgsqlDataSource superuser = server.OpenAsSuperuser(Live);
        TestOrg[] orgs =
        [
            await TestOrg.CreateAsync(application, "one", default),
            await TestOrg.CreateAsync(application, "two", default),
        ];
        foreach (TestOrg org in orgs)
        {
            await SampleRows.SeedAsync(superuser, org);
            await superuser.RunAsync(
                $"""
                insert into callintel_private.org_keys (org_id, kind, version, root_key_id, wrapped)
                values ('{org.Id}', 1, 1, 'test', '\x00');
                insert into callintel_private.data_keys (org_id, key_id, purpose, subject_id, epoch, wrapped)
                values ('{org.Id}', sha256('{org.Id}'), 'person', '{org.Id}', 1, decode(repeat('00', 61), 'hex'))
                """
            );
            // a month without a partition, and an event that maintenance put aside
            await superuser.RunAsync(
                $"""
                insert into callintel_private.events (org_id, id, occurred_at, source_id, member_id, channel, direction,
                    outcome)
                select '{org.Id}', callintel.first_id(t), t, gen_random_uuid(), gen_random_uuid(), 2, 1, 1
                  from (select timestamptz '2031-05-05 05:05:05Z' as t) x;
                insert into callintel_private.misplaced_events (org_id, id, occurred_at, source_id, member_id, channel,
                    direction, outcome)
                values ('{org.Id}', gen_random_uuid(), now(), gen_random_uuid(), gen_random_uuid(), 2, 1, 1)
                """
            );
        }
        Orgs[major] = orgs;
    }

    public async ValueTask DisposeAsync()
    {
        foreach ((ManagedServer source, ManagedServer target) in _servers.Values)
        {
            await source.DisposeAsync();
            await target.DisposeAsync();
        }
        RootKeys?.Dispose();
        Directory.Delete(Path.GetDirectoryName(_rootKeyFile)!, recursive: true);
        _gate.Dispose();
    }
}
