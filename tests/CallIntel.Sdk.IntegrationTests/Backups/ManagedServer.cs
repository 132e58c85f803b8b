using CallIntel.Sdk.Crypto.Keys;
using CallIntel.Sdk.IntegrationTests.Supabase;
using CallIntel.Sdk.Migrations;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using Npgsql;

namespace CallIntel.Sdk.IntegrationTests.Backups;

/// <summary>
/// A server like those of hosting providers: its administrator creates roles and databases but is not a superuser.
/// </summary>
sealed class ManagedServer(PostgresServer server) : IAsyncDisposable
{
    /// <summary>The administrator. Its password is its name, as with all roles here.</summary>
    internal const string Administrator = "managed_admin";

    internal const string Backup = "callintel_backup",
        Application = "callintel_app";

    internal static async Task<ManagedServer> StartAsync(int major)
    {
        PostgresServer server = await PostgresServer.StartAsync(new PostgresServerOptions { MajorVersion = major });
        await using NpgsqlDataSource superuser = NpgsqlDataSource.Create(server.AdminConnectionString);
        await superuser.RunAsync($"create role {Administrator} login createdb createrole password '{Administrator}'");
        return new ManagedServer(server);
    }

    internal NpgsqlDataSource Open(string role, string database) =>
        NpgsqlDataSource.Create(
            new NpgsqlConnectionStringBuilder(server.AdminConnectionString)
            {
                Database = database,
                Username = role,
                Password = role,
                Pooling = false,
            }.ConnectionString
        );

    /// <summary>What the provider has and no customer.</summary>
    internal NpgsqlDataSource OpenAsSuperuser(string database) =>
        NpgsqlDataSource.Create(
            new NpgsqlConnectionStringBuilder(server.AdminConnectionString)
            {
                Database = database,
                Pooling = false,
            }.ConnectionString
        );

    internal async Task CreateDatabaseAsync(string name)
    {
        await using (NpgsqlDataSource cluster = Open(Administrator, "postgres"))
            await cluster.RunAsync($"create database {name}");
        // whether an administrator may do it depends on the provider
        await using NpgsqlDataSource superuser = OpenAsSuperuser(name);
        await superuser.RunAsync("create extension vector");
    }

    internal async Task DropDatabaseAsync(string name)
    {
        await using NpgsqlDataSource cluster = Open(Administrator, "postgres");
        await cluster.RunAsync($"drop database {name}");
    }

    internal async Task MigrateAsync(string database)
    {
        await using NpgsqlDataSource administrator = Open(Administrator, database);
        await new SchemaMigrator(administrator).MigrateAsync();
    }

    internal CallIntelDataSource CreateDataSource(string database, SigningKeyRing keys, IRootKeyProvider rootKeys) =>
        new(
            new CallIntelOptions
            {
                ConnectionString = new NpgsqlConnectionStringBuilder(server.AdminConnectionString)
                {
                    Database = database,
                    Username = Application,
                    Password = Application,
                    Pooling = false,
                }.ConnectionString,
                SigningKeys = keys,
                RootKeys = rootKeys,
            }
        );

    internal Task<string> DumpAsync(string database, string role, params string[] arguments) =>
        server.DumpAsync(
            database,
            role,
            role,
            ["--enable-row-security", .. arguments],
            TestContext.Current.CancellationToken
        );

    internal Task RestoreAsync(string database, string dump) =>
        server.RestoreAsync(database, Administrator, Administrator, dump, TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync() => server.DisposeAsync();
}
