using System.Text;
using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using Npgsql;

namespace CallIntel.Sdk.IntegrationTests.Tenancy;

/// <summary>Tests that every startup failure has its own error code and a message without passwords and keys.</summary>
public sealed class StartupTests(ServerFixture server, DatabaseFixture fixture) : IClassFixture<DatabaseFixture>
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public Task An_unreachable_server_fails_at_startup() => FailsAsync(ErrorCodes.Unreachable, app => app.Port = 1);

    [Fact]
    public Task A_wrong_password_fails_at_startup() =>
        FailsAsync(ErrorCodes.LoginRefused, app => app.Password = "wrong-canary");

    [Fact]
    public Task A_missing_database_fails_at_startup() =>
        FailsAsync(ErrorCodes.Unreachable, app => app.Database = "nowhere");

    [Fact]
    public Task A_superuser_is_rejected_at_startup() => FailsAsync(ErrorCodes.RoleTooStrong, app =>
        {
            NpgsqlConnectionStringBuilder admin = new(server.Server.AdminConnectionString);
            (app.Username, app.Password) = (admin.Username, admin.Password);
        });

    [Theory]
    [InlineData("bypassrls")]
    [InlineData("createrole")]
    [InlineData("in role callintel_owner")]
    public async Task A_role_that_bypasses_row_level_security_is_rejected_at_startup(string strength)
    {
        string role = $"strong_{strength.Replace(' ', '_')}";
        await AdminAsync(
            $"create role {role} login password 'pw' {strength}; grant usage on schema callintel to {role}"
        );
        try
        {
            await FailsAsync(ErrorCodes.RoleTooStrong, app => (app.Username, app.Password) = (role, "pw"));
        }
        finally
        {
            await AdminAsync($"drop owned by {role}; drop role {role}");
        }
    }

    [Fact]
    public async Task A_database_where_the_role_can_create_temporary_tables_is_rejected_at_startup()
    {
        await using TestDatabase database = await server.Template.CloneAsync(Cancellation);
        string name = new NpgsqlConnectionStringBuilder(database.AppConnectionString).Database!;
        await using (
            NpgsqlCommand grant = database.Admin.CreateCommand($"grant temporary on database {name} to public")
        )
            await grant.ExecuteNonQueryAsync(Cancellation);
        await FailsAsync(ErrorCodes.RoleTooStrong, app => app.Database = name);
    }

    [Fact]
    public async Task A_database_without_the_schema_is_rejected_at_startup()
    {
        await AdminAsync("create database without_schema");
        try
        {
            // with the default grants of a new database: the error must report the missing package
            await FailsAsync(ErrorCodes.SchemaTooOld, app => app.Database = "without_schema");
        }
        finally
        {
            await AdminAsync("drop database without_schema with (force)");
        }
    }

    [Theory]
    [InlineData(1, ErrorCodes.SchemaTooOld)]
    [InlineData(9999, ErrorCodes.SchemaTooNew)]
    public async Task A_schema_of_another_version_is_rejected_at_startup(int version, string code)
    {
        await using TestDatabase database = await server.Template.CloneAsync(Cancellation);
        await using (
            NpgsqlCommand replace = database.Admin.CreateCommand(
                $"""
                create or replace function callintel.schema_version() returns integer
                    language sql immutable as 'select {version}';
                create or replace function callintel.oldest_sdk_served() returns integer
                    language sql immutable as 'select {version}'
                """
            )
        )
            await replace.ExecuteNonQueryAsync(Cancellation);
        await FailsAsync(code, app =>
            app.Database = new NpgsqlConnectionStringBuilder(database.AppConnectionString).Database
        );
    }

    [Fact]
    public async Task A_server_that_is_too_old_is_rejected_at_startup()
    {
        byte[] real = Encoding.ASCII.GetBytes($"server_version\0{server.Server.MajorVersion}"),
            old = Encoding.ASCII.GetBytes("server_version\014");
        await using WireProxy proxy = WireProxy.Start(fixture.Database.AppConnectionString, bytes =>
        {
            int at = bytes.AsSpan().IndexOf(real);
            if (at >= 0)
                old.CopyTo(bytes, at);
            return bytes;
        });
        NpgsqlConnectionStringBuilder through = new(proxy.ConnectionString);
        await FailsAsync(ErrorCodes.ServerTooOld, app => app.Port = through.Port);
    }

    [Fact]
    public async Task After_a_failed_startup_the_next_session_tries_again()
    {
        await using TestDatabase database = await server.Template.CloneAsync(Cancellation);
        TestOrg org = await database.CreateOrgAsync("again", Cancellation);
        await using CallIntelDataSource source = database.CreateDataSource();
        await using (
            NpgsqlCommand hide = database.Admin.CreateCommand(
                "alter function callintel.schema_version() rename to hidden"
            )
        )
            await hide.ExecuteNonQueryAsync(Cancellation);
        await Assert.ThrowsAsync<CallIntelException>(async () =>
            await source.OpenSessionAsync(org.As(OrgRole.Owner), Cancellation)
        );
        await using (
            NpgsqlCommand show = database.Admin.CreateCommand(
                "alter function callintel.hidden() rename to schema_version"
            )
        )
            await show.ExecuteNonQueryAsync(Cancellation);
        await using OrgSession session = await source.OpenSessionAsync(org.As(OrgRole.Owner), Cancellation);
        Assert.NotEmpty(await session.Members.ListAsync(Cancellation));
    }

    async Task FailsAsync(string code, Action<NpgsqlConnectionStringBuilder> change)
    {
        NpgsqlConnectionStringBuilder app = new(fixture.Database.AppConnectionString) { Pooling = false };
        change(app);
        await using CallIntelDataSource source = fixture.Database.CreateDataSource(options =>
            options.ConnectionString = app.ConnectionString
        );
        CallIntelException error = await Assert.ThrowsAsync<CallIntelException>(async () =>
            await source.OpenSessionAsync(fixture.Own.As(OrgRole.Owner), Cancellation)
        );
        Assert.Equal(code, error.Code);
        Assert.NotEmpty(error.Remedy);
        Assert.DoesNotContain(app.Password!, error.ToString(), StringComparison.Ordinal);
    }

    async Task AdminAsync(string sql)
    {
        await using NpgsqlCommand command = fixture.Database.Admin.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Cancellation);
    }
}
