using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Migrations;
using Npgsql;

namespace CallIntel.Sdk.IntegrationTests.Migrations;

[Collection(ClusterRoles.Collection)]
public sealed class SchemaMigratorTests(ServerFixture server) : IAsyncLifetime
{
    readonly string _database = $"migrating_{Guid.NewGuid():N}";
    NpgsqlDataSource _source = null!;

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await AdminAsync($"create database {_database}");
        _source = NpgsqlDataSource.Create(
            new NpgsqlConnectionStringBuilder(server.Server.AdminConnectionString)
            {
                Database = _database,
            }.ConnectionString
        );
    }

    public async ValueTask DisposeAsync()
    {
        await _source.DisposeAsync();
        await AdminAsync($"drop database {_database} with (force)");
    }

    [Fact]
    public async Task A_second_migration_changes_nothing()
    {
        MigrationReport first = await new SchemaMigrator(_source).MigrateAsync(Cancellation);
        MigrationReport second = await new SchemaMigrator(_source).MigrateAsync(Cancellation);

        Assert.Equal((0, SchemaMigrator.TargetVersion), (first.FromVersion, first.ToVersion));
        Assert.Equal(SqlPackage.Scripts.Count, first.Applied.Count);
        Assert.Equal(
            (SchemaMigrator.TargetVersion, SchemaMigrator.TargetVersion),
            (second.FromVersion, second.ToVersion)
        );
        Assert.Empty(second.Applied);
        Assert.Equal(SchemaMigrator.TargetVersion, await ScalarAsync("select callintel.schema_version()"));
    }

    [Fact]
    public async Task Twenty_concurrent_installers_install_the_schema_once()
    {
        MigrationReport[] reports = await Task.WhenAll(
            Enumerable.Range(0, 20).Select(_ => new SchemaMigrator(_source).MigrateAsync(Cancellation))
        );
        Assert.Single(reports, r => r.Applied.Count > 0);
    }

    [Fact]
    public async Task Changed_policy_files_are_applied_again_and_changed_versioned_files_are_rejected()
    {
        await new SchemaMigrator(_source).MigrateAsync(Cancellation);
        await ExecuteAsync(
            "update callintel_private.schema_journal set checksum = 'other' where name = 'rls/R__events.sql'"
        );
        Assert.Equal(["rls/R__events.sql"], (await new SchemaMigrator(_source).MigrateAsync(Cancellation)).Applied);

        await ExecuteAsync(
            "update callintel_private.schema_journal set checksum = 'other' where name = 'schema/V0003__orgs.sql'"
        );
        Assert.Equal(ErrorCodes.SchemaEdited, await FailureAsync());
    }

    [Fact]
    public async Task A_database_with_a_newer_schema_is_rejected()
    {
        await new SchemaMigrator(_source).MigrateAsync(Cancellation);
        await ExecuteAsync(
            "insert into callintel_private.schema_journal (name, checksum) values ('schema/V9999__future.sql', 'x')"
        );
        Assert.Equal(ErrorCodes.SchemaTooNew, await FailureAsync());
    }

    [Fact]
    public async Task A_schema_created_by_another_tool_is_rejected()
    {
        await new SchemaMigrator(_source).MigrateAsync(Cancellation);
        await ExecuteAsync("delete from callintel_private.schema_journal");
        Assert.Equal(ErrorCodes.SchemaForeign, await FailureAsync());
    }

    [Fact]
    public async Task A_server_without_pgvector_is_rejected_and_left_unchanged()
    {
        // the catalogue view is a database's own: this one tells that the extension is not there
        await ExecuteAsync(
            """
            set allow_system_table_mods = on;
            create or replace view pg_catalog.pg_available_extensions as
            select e.name, e.default_version, x.extversion as installed_version, e.comment
              from pg_catalog.pg_available_extensions() e left join pg_catalog.pg_extension x on e.name = x.extname
             where e.name <> 'vector'
            """
        );
        Assert.Equal(ErrorCodes.NoVector, await FailureAsync());
        Assert.Equal(false, await ScalarAsync("select to_regnamespace('callintel') is not null"));
    }

    [Fact]
    public async Task A_failing_migration_file_leaves_the_database_unchanged()
    {
        await ExecuteAsync("create schema callintel; create table callintel.events (x integer)");
        await Assert.ThrowsAsync<CallIntelException>(() => new SchemaMigrator(_source).MigrateAsync(Cancellation));
        Assert.Equal(
            false,
            await ScalarAsync(
                """
                select to_regclass('callintel_private.orgs') is not null
                    or to_regnamespace('callintel_private') is not null
                """
            )
        );
    }

    [Fact]
    public async Task The_generated_script_installs_the_same_schema()
    {
        await ExecuteAsync(SchemaMigrator.GenerateScript(0, SchemaMigrator.TargetVersion));
        Assert.Empty((await new SchemaMigrator(_source).MigrateAsync(Cancellation)).Applied);
        Assert.Equal(
            File.ReadAllText(Path.Combine(Repository.Root, SchemaSnapshotTests.Snapshot)),
            await SchemaSnapshotTests.DumpAsync(_source)
        );
    }

    [Fact]
    public void A_script_for_a_range_of_versions_contains_only_that_range()
    {
        string script = SchemaMigrator.GenerateScript(3, 4);
        Assert.Contains("-- schema/V0004__contacts.sql", script, StringComparison.Ordinal);
        Assert.DoesNotContain("V0003", script, StringComparison.Ordinal);
        Assert.DoesNotContain("V0005", script, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => SchemaMigrator.GenerateScript(0, 999));
        Assert.Throws<ArgumentOutOfRangeException>(() => SchemaMigrator.GenerateScript(4, 3));
    }

    async Task<string> FailureAsync() =>
        (
            await Assert.ThrowsAsync<CallIntelException>(() => new SchemaMigrator(_source).MigrateAsync(Cancellation))
        ).Code;

    async Task ExecuteAsync(string sql)
    {
        await using NpgsqlCommand command = _source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Cancellation);
    }

    async Task<object?> ScalarAsync(string sql)
    {
        await using NpgsqlCommand command = _source.CreateCommand(sql);
        return await command.ExecuteScalarAsync(Cancellation);
    }

    async Task AdminAsync(string sql)
    {
        await using NpgsqlConnection connection = new(
            new NpgsqlConnectionStringBuilder(server.Server.AdminConnectionString) { Pooling = false }.ConnectionString
        );
        await connection.OpenAsync();
        await using NpgsqlCommand command = new(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
