using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using Microsoft.Extensions.Time.Testing;
using Npgsql;

namespace CallIntel.Sdk.IntegrationTests.Tenancy;

/// <summary>
/// Tests that a session context cannot be forged, replayed, extended or moved, and that keys rotate without failures.
/// </summary>
public sealed class SessionContextTests(DatabaseFixture fixture) : IClassFixture<DatabaseFixture>
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    TestDatabase Database => fixture.Database;

    [Fact]
    public async Task A_forged_context_is_rejected()
    {
        foreach (
            string forged in new[]
            {
                "",
                "00",
                "zz",
                new string('0', 96),
                $"{fixture.Foreign.Id.Value},{Guid.Empty},00000,100000000,65535",
            }
        )
        {
            PostgresException error = await RefusedAsync(
                $"select set_config('callintel.context', '{forged}', false); select count(*) from callintel.orgs"
            );
            Assert.Equal("CI001", error.SqlState);
        }
    }

    [Fact]
    public async Task A_genuine_context_is_invalid_in_the_next_transaction()
    {
        await using OrgSession session = await fixture.Own.OpenSessionAsync(OrgRole.Owner, Cancellation);
        (string context, string seal) = await session
            .QueryAsync(
                "select current_setting('callintel.context'), current_setting('callintel.seal')",
                r => (r.GetString(0), r.GetString(1)),
                cancellationToken: Cancellation
            )
            .SingleAsync(Cancellation);
        // nine digits in the place of the lock, so that the permissions after it stand at a fixed place too
        Assert.Matches(
            $"^{fixture.Own.Id.Value},{fixture.Own.Members[OrgRole.Owner].Value},00000,[1-9][0-9]{{8}},"
                + $"{65535 - 4096} *(,[0-9a-f]{{32}})?$",
            context
        );
        Assert.Equal(64, seal.Length);

        PostgresException error = await RefusedAsync(
            $"""
            select set_config('callintel.context', '{context}', false), set_config('callintel.seal', '{seal}', false);
            select count(*) from callintel.orgs
            """
        );
        Assert.Equal("CI001", error.SqlState);
    }

    [Theory]
    [InlineData("timestamptz_send(transaction_timestamp()) || convert_to(c, 'UTF8')")]
    [InlineData(
        "decode(repeat('36', 64), 'hex') || timestamptz_send(transaction_timestamp()) || convert_to(c, 'UTF8')"
    )]
    [InlineData("convert_to(c, 'UTF8')")]
    public async Task A_context_signature_made_without_the_key_is_rejected(string sealedText)
    {
        string context =
            $"{fixture.Foreign.Id.Value},{fixture.Foreign.Members[OrgRole.Owner].Value},00000,100000000,65535";
        PostgresException error = await RefusedAsync(
            $"""
            select set_config('callintel.context', c, false),
                   set_config('callintel.seal', encode(sha256({sealedText}), 'hex'), false)
              from (select '{context}' as c) x; select count(*) from callintel.orgs
            """
        );
        Assert.Equal("CI001", error.SqlState);
    }

    [Fact]
    public async Task No_context_remains_for_the_next_user_of_a_connection()
    {
        await using NpgsqlConnection connection = await Database.DataSource.Database.OpenConnectionAsync(Cancellation);
        await using (
            NpgsqlBatch batch = new(connection)
            {
                BatchCommands = { Database.DataSource.Database.BeginCommand(fixture.Own.As(OrgRole.Owner)) },
            }
        )
            await batch.ExecuteNonQueryAsync(Cancellation);
        await using NpgsqlCommand left = new(
            "select current_setting('callintel.context', true) || current_setting('callintel.seal', true)",
            connection
        );
        Assert.Equal("", await left.ExecuteScalarAsync(Cancellation));
    }

    [Fact]
    public async Task A_context_ends_with_its_transaction_on_the_same_connection()
    {
        await using NpgsqlConnection connection = await Database.DataSource.Database.OpenConnectionAsync(Cancellation);
        await using (
            NpgsqlBatch batch = new(connection)
            {
                BatchCommands =
                {
                    Database.DataSource.Database.BeginCommand(fixture.Own.As(OrgRole.Owner)),
                    new("select count(*) from callintel.orgs"),
                },
            }
        )
        await using (NpgsqlDataReader reader = await batch.ExecuteReaderAsync(Cancellation))
        {
            await reader.NextResultAsync(Cancellation);
            Assert.True(await reader.ReadAsync(Cancellation));
            Assert.Equal(1L, reader.GetInt64(0));
        }

        await using NpgsqlCommand after = new("select count(*) from callintel.orgs", connection);
        Assert.Equal(
            "CI001",
            (await Assert.ThrowsAsync<PostgresException>(() => after.ExecuteScalarAsync(Cancellation))).SqlState
        );
    }

    /// <summary>
    /// In one message of the simple protocol all statements have one timestamp, also after a commit in it, so the
    /// context would outlive its transaction.
    /// </summary>
    [Theory]
    [InlineData("select callintel.begin_session('{0}'); select count(*) from callintel.orgs")]
    [InlineData("begin; select callintel.begin_session('{0}'); commit; select count(*) from callintel.orgs")]
    [InlineData("select callintel.begin_session('{0}') ; commit")]
    public async Task A_context_cannot_be_opened_in_a_multi_statement_message(string message)
    {
        string token =
            "\\x" + Convert.ToHexStringLower(Mint(Database.SigningKeys.Current, DateTimeOffset.UtcNow.AddSeconds(60)));
        await using SimpleMessage simple = await SimpleMessage.ConnectAsync(Database.AppConnectionString, Cancellation);
        Assert.Equal(
            "CI027",
            await simple.SendAsync(message.Replace("{0}", token, StringComparison.Ordinal), Cancellation)
        );
        // by itself it is, with blanks and a semicolon at its end too
        foreach (string end in new[] { "", ";", " ;\n" })
            Assert.Null(await simple.SendAsync($"select callintel.begin_session('{token}'){end}", Cancellation));
        Assert.Equal("CI001", await simple.SendAsync("select count(*) from callintel.orgs", Cancellation));
    }

    [Fact]
    public async Task A_token_is_rejected_when_any_byte_of_it_changes()
    {
        byte[] token = Mint(Database.SigningKeys.Current, DateTimeOffset.UtcNow.AddSeconds(60));
        Assert.Null(await BeginAsync(token));
        for (int i = 0; i < token.Length; i++)
        {
            byte[] mutated = [.. token];
            mutated[i] ^= 0x10;
            Assert.Equal("CI002", await BeginAsync(mutated));
        }
        Assert.Equal("CI002", await BeginAsync(token[..^1]));
        Assert.Equal("CI002", await BeginAsync([.. token, 0]));
        Assert.Equal("CI002", await BeginAsync([]));
    }

    [Fact]
    public async Task A_token_for_another_key_or_database_is_rejected()
    {
        Assert.Equal(
            "CI002",
            await BeginAsync(
                Mint(SigningKey.Create(Database.SigningKeys.Current.Id), DateTimeOffset.UtcNow.AddSeconds(60))
            )
        );
        Assert.Equal("CI002", await BeginAsync(Mint(SigningKey.Create(99), DateTimeOffset.UtcNow.AddSeconds(60))));
        Assert.Equal(
            "CI002",
            await BeginAsync(
                Mint(Database.SigningKeys.Current, DateTimeOffset.UtcNow.AddSeconds(60), database: "postgres")
            )
        );
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(700)]
    public async Task Expired_tokens_and_tokens_with_a_too_long_lifetime_are_rejected(int seconds) =>
        Assert.Equal(
            "CI003",
            await BeginAsync(Mint(Database.SigningKeys.Current, DateTimeOffset.UtcNow.AddSeconds(seconds)))
        );

    [Fact]
    public async Task The_error_names_a_wrong_clock_as_the_cause()
    {
        await using CallIntelDataSource late = Database.CreateDataSource(
            timeProvider: new FakeTimeProvider(DateTimeOffset.UtcNow.AddHours(-1))
        );
        await using OrgSession session = await late.OpenSessionAsync(fixture.Own.As(OrgRole.Owner), Cancellation);
        CallIntelException error = await Assert.ThrowsAsync<CallIntelException>(() =>
            session.Members.ListAsync(Cancellation)
        );
        Assert.Equal(ErrorCodes.TokenExpired, error.Code);
        Assert.Contains("clock", error.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_grants_only_the_capabilities_it_was_issued_for()
    {
        byte[] token = Mint(
            Database.SigningKeys.Current,
            DateTimeOffset.UtcNow.AddSeconds(60),
            capabilities: (long)Permission.ReadEvents
        );
        await using NpgsqlConnection connection = await Database.DataSource.Database.OpenConnectionAsync(Cancellation);
        await using NpgsqlBatch batch = new(connection)
        {
            BatchCommands =
            {
                new NpgsqlBatchCommand("select callintel.begin_session($1)")
                {
                    Parameters = { new NpgsqlParameter { Value = token } },
                },
                new NpgsqlBatchCommand(
                    "select callintel.current_permissions(), callintel.current_org(), callintel.current_member()"
                ),
            },
        };
        await using NpgsqlDataReader reader = await batch.ExecuteReaderAsync(Cancellation);
        await reader.NextResultAsync(Cancellation);
        Assert.True(await reader.ReadAsync(Cancellation));
        Assert.Equal((long)Permission.ReadEvents, reader.GetInt64(0));
        Assert.Equal(
            (fixture.Own.Id.Value, fixture.Own.Members[OrgRole.Owner].Value),
            (reader.GetGuid(1), reader.GetGuid(2))
        );
    }

    [Fact]
    public async Task Two_signing_keys_are_valid_during_a_rotation()
    {
        CallIntelOperations operations = new(Database.Admin);
        SigningKey next = SigningKey.Create(2);
        SigningKeyRing both = new(next, Database.SigningKeys.Current);
        await operations.InstallSigningKeysAsync(both, Cancellation);
        await operations.InstallSigningKeysAsync(both, Cancellation);

        await using CallIntelDataSource signsWithNext = Database.CreateDataSource(o => o.SigningKeys = both);
        await using OrgSession before = await fixture.Own.OpenSessionAsync(OrgRole.Owner, Cancellation);
        await using OrgSession after = await signsWithNext.OpenSessionAsync(
            fixture.Own.As(OrgRole.Owner),
            Cancellation
        );
        Assert.NotEmpty(await before.Members.ListAsync(Cancellation));
        Assert.NotEmpty(await after.Members.ListAsync(Cancellation));

        Assert.True(await operations.RetireSigningKeyAsync(2, Cancellation));
        Assert.False(await operations.RetireSigningKeyAsync(2, Cancellation));
        Assert.Equal(
            ErrorCodes.TokenRefused,
            (await Assert.ThrowsAsync<CallIntelException>(() => after.Members.ListAsync(Cancellation))).Code
        );
        Assert.NotEmpty(await before.Members.ListAsync(Cancellation));
    }

    [Fact]
    public async Task The_application_role_cannot_access_keys_or_internal_functions()
    {
        foreach (
            string sql in new[]
            {
                "select * from callintel_private.signing_keys",
                "select * from callintel_private.context_key",
                "select callintel_private.install_signing_key(9, '\\x00')",
                "select callintel_private.visible_contacts(0)",
                "select callintel.ensure_partitions('2020-01-01', '2020-02-01')",
                "create temporary table t (x int)",
                "create schema s",
                "create table public.t (x int)",
                "create function public.f() returns int language sql as 'select 1'",
                "set role callintel_owner",
                "set session authorization postgres",
                "alter role callintel_app bypassrls",
            }
        )
            Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, (await RefusedAsync(sql)).SqlState);
    }

    byte[] Mint(
        SigningKey key,
        DateTimeOffset expiry,
        string? database = null,
        long capabilities = (long)Permission.All
    ) =>
        SessionToken.Mint(
            key,
            database ?? new NpgsqlConnectionStringBuilder(Database.AppConnectionString).Database!,
            fixture.Own.As(OrgRole.Owner),
            capabilities,
            expiry
        );

    /// <returns>The SQLSTATE of the refusal; null if the token was taken.</returns>
    async Task<string?> BeginAsync(byte[] token)
    {
        await using NpgsqlCommand command = Database.Admin.CreateCommand("select callintel.begin_session($1)");
        command.Parameters.Add(new NpgsqlParameter { Value = token });
        try
        {
            await command.ExecuteNonQueryAsync(Cancellation);
            return null;
        }
        catch (PostgresException e)
        {
            return e.SqlState;
        }
    }

    async Task<PostgresException> RefusedAsync(string sql)
    {
        await using NpgsqlDataSource app = NpgsqlDataSource.Create(Database.AppConnectionString);
        await using NpgsqlCommand command = app.CreateCommand(sql);
        return await Assert.ThrowsAsync<PostgresException>(() => command.ExecuteNonQueryAsync(Cancellation));
    }
}
