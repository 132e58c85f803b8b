using CallIntel.Sdk.Crypto.Keys;
using CallIntel.Sdk.Migrations;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using Npgsql;

namespace CallIntel.Sdk.IntegrationTests.Supabase;

/// <summary>
/// A database like that of a Supabase project, with the package installed by a role that is not a superuser, and two
/// orgs with rows in every table.
/// </summary>
sealed class SupabaseProject : IAsyncDisposable
{
    const string AppPassword = "callintel_app";

    readonly PostgresServer _server;
    readonly string _name;
    readonly string _rootKeyFile;
    readonly KeyRingFileProvider _rootKeys;

    SupabaseProject(PostgresServer server, string name, SigningKeyRing keys)
    {
        _server = server;
        _name = name;
        Superuser = NpgsqlDataSource.Create(
            server.AdminConnectionString.Replace("Database=postgres", $"Database={name}", StringComparison.Ordinal)
        );
        Postgres = NpgsqlDataSource.Create(ConnectionString("project_postgres"));
        _rootKeyFile = Path.Combine(Directory.CreateTempSubdirectory("callintel-keys-").FullName, $"{name}.root.json");
        _rootKeys = KeyRingFileProvider.Create(_rootKeyFile, KeyRingProtection.FileModeOnly);
        Application = new(
            new CallIntelOptions
            {
                ConnectionString = ConnectionString("callintel_app"),
                SigningKeys = keys,
                RootKeys = _rootKeys,
            }
        );
    }

    internal static SchemaMigratorOptions Options { get; } = new() { Supabase = true };

    /// <summary>What Supabase itself has, and no project.</summary>
    internal NpgsqlDataSource Superuser { get; }

    /// <summary>
    /// The role that a project calls <c>postgres</c>: creates roles, bypasses row-level security, is no superuser.
    /// </summary>
    internal NpgsqlDataSource Postgres { get; }

    /// <summary>The entrance of an application beside PostgREST.</summary>
    internal CallIntelDataSource Application { get; }

    internal TestOrg Own { get; private set; } = null!;

    internal TestOrg Foreign { get; private set; } = null!;

    /// <param name="server">The server.</param>
    /// <param name="scripts">Scripts of this folder that a superuser runs before the package is installed.</param>
    internal static async Task<SupabaseProject> CreateAsync(PostgresServer server, params string[] scripts)
    {
        string name = $"project_{Guid.NewGuid():N}";
        await using (NpgsqlDataSource cluster = NpgsqlDataSource.Create(server.AdminConnectionString))
            await cluster.RunAsync($"create database {name}");

        SigningKeyRing keys = new(SigningKey.Create(1));
        SupabaseProject project = new(server, name, keys);
        foreach (string script in (string[])["supabase-like.sql", .. scripts])
            await project.Superuser.RunAsync(
                await File.ReadAllTextAsync(
                    Path.Combine(Repository.Root, "tests/CallIntel.Sdk.IntegrationTests/Supabase", script)
                )
            );
        await project.MigrateAsync();

        CallIntelOperations operations = new(project.Postgres);
        await operations.SetAppPasswordAsync(AppPassword);
        await operations.InstallSigningKeysAsync(keys);
        await operations.EnsurePartitionsAsync(new DateOnly(2026, 1, 1), new DateOnly(2026, 1, 1));
        project.Own = await TestOrg.CreateAsync(project.Application, "own", default);
        project.Foreign = await TestOrg.CreateAsync(project.Application, "foreign", default);
        foreach (TestOrg org in new[] { project.Own, project.Foreign })
            await SampleRows.SeedAsync(project.Superuser, org);
        return project;
    }

    internal Task<MigrationReport> MigrateAsync(SchemaMigratorOptions? options = null) =>
        new SchemaMigrator(Postgres, options ?? Options).MigrateAsync();

    /// <summary>A connection of a role whose password is its name.</summary>
    internal string ConnectionString(string role) =>
        new NpgsqlConnectionStringBuilder(_server.AdminConnectionString)
        {
            Database = _name,
            Username = role,
            Password = role,
            Pooling = false,
        }.ConnectionString;

    /// <summary>The tables and views that the application role reads.</summary>
    internal async Task<IReadOnlyList<string>> RelationsAsync() =>
        await Superuser.ListAsync(
            """
            select c.oid::regclass::text from pg_catalog.pg_class c
             where c.relnamespace = 'callintel'::regnamespace and c.relkind in ('r', 'p', 'v')
               and has_any_column_privilege('callintel_app', c.oid, 'select')
             order by 1
            """
        );

    public async ValueTask DisposeAsync()
    {
        await Application.DisposeAsync();
        _rootKeys.Dispose();
        Directory.Delete(Path.GetDirectoryName(_rootKeyFile)!, recursive: true);
        await Postgres.DisposeAsync();
        await Superuser.DisposeAsync();
        await using NpgsqlDataSource cluster = NpgsqlDataSource.Create(_server.AdminConnectionString);
        await cluster.RunAsync($"drop database {_name} with (force)");
    }
}
