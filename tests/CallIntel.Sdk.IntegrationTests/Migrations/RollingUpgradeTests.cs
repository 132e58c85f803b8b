using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Doctor;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.IntegrationTests.Ingestion;
using CallIntel.Sdk.Migrations;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;

namespace CallIntel.Sdk.IntegrationTests.Migrations;

/// <summary>
/// Tests that instances of this SDK keep working with a newer schema until that schema no longer supports them.
/// </summary>
[Collection(ClusterRoles.Collection)]
public sealed class RollingUpgradeTests(ServerFixture server)
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_SDK_works_with_a_newer_schema_that_supports_it()
    {
        await using TestDatabase database = await NewerAsync();
        TestOrg org = await database.CreateOrgAsync("upgraded", Cancellation);
        await using CallIntelDataSource restarted = database.CreateDataSource();
        await using OrgSession session = await restarted.OpenSessionAsync(org.As(OrgRole.Owner), Cancellation);
        IngestSource source = new("upgraded", DefaultRegion: "DK");
        Assert.Equal(
            20,
            (
                await session.Ingestion.IngestAsync(
                    source,
                    GeneratedRecords.Async(GeneratedRecords.Take(20)),
                    cancellationToken: Cancellation
                )
            ).Inserted
        );
        Assert.Equal(
            20,
            (await session.Ingestion.WriteAsync(source, [.. GeneratedRecords.Take(20)], Cancellation)).Duplicate
        );
        Assert.Equal(
            20,
            await session
                .Events.ReadAsync(
                    Sdk.Events.EventFilter.All.ForPurpose(Sdk.Tenancy.AccessPurpose.Quality).WithContent(),
                    Cancellation
                )
                .CountAsync(Cancellation)
        );

        HealthCheckResult health = await CheckAsync(restarted);
        Assert.Equal(HealthStatus.Healthy, health.Status);
        Assert.Contains("still served", health.Description, StringComparison.Ordinal);
        DoctorFinding finding = Assert.Single(
            (await new DatabaseDoctor(database.Admin).ExamineAsync(Cancellation)).Findings,
            f => f.Code == ErrorCodes.SchemaTooNew
        );
        Assert.Equal(FindingSeverity.Advice, finding.Severity);
        CallIntelException older = await Assert.ThrowsAsync<CallIntelException>(() =>
            new SchemaMigrator(database.Admin).MigrateAsync(Cancellation)
        );
        Assert.Equal(ErrorCodes.SchemaTooNew, older.Code);
    }

    [Fact]
    public async Task The_SDK_refuses_to_start_on_a_schema_that_no_longer_supports_it()
    {
        await using TestDatabase database = await NewerAsync();
        await using CallIntelDataSource running = database.CreateDataSource();
        TestOrg org = await database.CreateOrgAsync("left behind", Cancellation);
        await running.CheckAsync(Cancellation);
        await ExecuteAsync(
            database,
            $"""
            create or replace function callintel.oldest_sdk_served() returns integer
                language sql immutable as 'select {SchemaMigrator.TargetVersion + 1}'
            """
        );

        await using CallIntelDataSource restarted = database.CreateDataSource();
        CallIntelException refused = await Assert.ThrowsAsync<CallIntelException>(async () =>
            await restarted.OpenSessionAsync(org.As(OrgRole.Owner), Cancellation)
        );
        Assert.Equal(ErrorCodes.SchemaTooNew, refused.Code);
        Assert.Equal(HealthStatus.Unhealthy, (await CheckAsync(running)).Status);
        DoctorFinding finding = Assert.Single(
            (await new DatabaseDoctor(database.Admin).ExamineAsync(Cancellation)).Findings,
            f => f.Code == ErrorCodes.SchemaTooNew
        );
        Assert.Equal(FindingSeverity.Danger, finding.Severity);
    }

    [Fact]
    public async Task The_schema_supports_its_own_SDK_version()
    {
        await using TestDatabase database = await server.Template.CloneAsync(Cancellation);
        await using NpgsqlCommand ask = database.Admin.CreateCommand("select callintel.oldest_sdk_served()");
        Assert.InRange((int)(await ask.ExecuteScalarAsync(Cancellation))!, 1, SchemaMigrator.TargetVersion);
    }

    /// <summary>A transaction of an application holds a table that the migration changes.</summary>
    [Fact]
    public async Task A_migration_that_cannot_get_its_locks_changes_nothing_and_succeeds_later()
    {
        await using TestDatabase database = await server.Template.CloneAsync(Cancellation);
        await ExecuteAsync(
            database,
            "update callintel_private.schema_journal set checksum = 'outdated' where name = 'rls/R__events.sql'"
        );
        SchemaMigrator migrator = new(
            database.Admin,
            new SchemaMigratorOptions { LockTimeout = TimeSpan.FromMilliseconds(20), LockAttempts = 3 }
        );
        await using (NpgsqlConnection report = await database.Admin.OpenConnectionAsync(Cancellation))
        await using (NpgsqlTransaction open = await report.BeginTransactionAsync(Cancellation))
        {
            await using (NpgsqlCommand read = new("select count(*) from callintel_private.events", report))
                await read.ExecuteScalarAsync(Cancellation);
            CallIntelException blocked = await Assert.ThrowsAsync<CallIntelException>(() =>
                migrator.MigrateAsync(Cancellation)
            );
            Assert.Equal((ErrorCodes.MigrationBlocked, true), (blocked.Code, blocked.IsTransient));
        }
        Assert.Equal(
            ["rls/R__events.sql"],
            (await new SchemaMigrator(database.Admin).MigrateAsync(Cancellation)).Applied
        );
    }

    [Fact]
    public async Task A_migration_does_not_revoke_temporary_tables_from_other_applications()
    {
        string name = $"shared_{Guid.NewGuid():N}",
            role = $"neighbour_{Guid.NewGuid():N}";
        NpgsqlConnectionStringBuilder admin = new(server.Server.AdminConnectionString);
        await using NpgsqlDataSource root = NpgsqlDataSource.Create(admin.ConnectionString);
        await RunAsync(root, $"create database {name}");
        await RunAsync(root, $"create role {role} login password 'pw'");
        try
        {
            await using NpgsqlDataSource shared = NpgsqlDataSource.Create(
                new NpgsqlConnectionStringBuilder(admin.ConnectionString) { Database = name }.ConnectionString
            );
            await RunAsync(shared, $"create schema neighbour authorization {role}");
            await new SchemaMigrator(shared).MigrateAsync(Cancellation);
            await using NpgsqlDataSource neighbour = NpgsqlDataSource.Create(
                new NpgsqlConnectionStringBuilder(admin.ConnectionString)
                {
                    Database = name,
                    Username = role,
                    Password = "pw",
                }.ConnectionString
            );
            await RunAsync(neighbour, "create temporary table mine (x integer)");
            await using NpgsqlCommand ours = shared.CreateCommand(
                "select has_database_privilege('callintel_app', current_database(), 'temporary')"
            );
            Assert.Equal(false, await ours.ExecuteScalarAsync(Cancellation));
        }
        finally
        {
            await RunAsync(root, $"drop database {name} with (force)");
            await RunAsync(root, $"drop role {role}");
        }
    }

    /// <summary>What an additive migration does: a column more, a version more.</summary>
    async Task<TestDatabase> NewerAsync()
    {
        TestDatabase database = await server.Template.CloneAsync(Cancellation);
        int next = SchemaMigrator.TargetVersion + 1;
        await ExecuteAsync(
            database,
            $"""
            alter table callintel_private.sync_sources add column added text;
            create or replace function callintel.schema_version() returns integer
                language sql immutable as 'select {next}';
            insert into callintel_private.schema_journal (name, checksum) values ('schema/V{next:0000}__added.sql', 'x')
            """
        );
        return database;
    }

    static async Task<HealthCheckResult> CheckAsync(CallIntelDataSource source)
    {
        DatabaseHealthCheck check = new(source);
        return await check.CheckHealthAsync(
            new HealthCheckContext { Registration = new HealthCheckRegistration("database", check, null, null) },
            Cancellation
        );
    }

    static Task ExecuteAsync(TestDatabase database, string sql) => RunAsync(database.Admin, sql);

    static async Task RunAsync(NpgsqlDataSource source, string sql)
    {
        await using NpgsqlCommand command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Cancellation);
    }
}
