using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using Npgsql;

namespace CallIntel.Sdk.IntegrationTests.Tenancy;

/// <summary>Tests that statements of one org leave nothing on a pooled connection for the next org.</summary>
public sealed class ConnectionResetTests(DatabaseFixture fixture) : IClassFixture<DatabaseFixture>
{
    const string Lock = "select count(*)::text from pg_locks where locktype = 'advisory' and pid = pg_backend_pid()";

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Of a host: it may run commands, which its statements cannot.</summary>
    const string Run =
        "create or replace function public.run(command text) returns integer language plpgsql security definer "
        + "as $$ begin execute command; return 1; end $$";

    /// <summary>
    /// What is run, what tells whether it is still there, and what a connection that serves the first time says to
    /// that.
    /// </summary>
    public static TheoryData<string, string, string> Statements =>
        new()
        {
            { "select set_config('work_mem', '77MB', false)", "select current_setting('work_mem')", "4MB" },
            {
                "select set_config('search_path', 'public', false)",
                "select current_setting('search_path')",
                "\"$user\", public"
            },
            {
                "select set_config('app.org', 'left', false)",
                "select coalesce(current_setting('app.org', true), '')",
                ""
            },
            { "select set_config('role', 'callintel_app', false)", "select current_setting('role')", "none" },
            { "select pg_advisory_lock(77)::text", Lock, "0" },
            { "select public.run('listen somebody')::text", "select count(*)::text from pg_listening_channels()", "0" },
            {
                "select public.run('declare kept cursor with hold for select 1')::text",
                "select count(*)::text from pg_cursors where is_holdable",
                "0"
            },
            {
                "select public.run('create temporary table left_behind (x integer)')::text",
                "select (to_regclass('left_behind') is null)::text",
                "true"
            },
        };

    [Theory]
    [MemberData(nameof(Statements))]
    public async Task Session_state_left_by_a_statement_is_cleared_for_the_next_org(
        string statement,
        string question,
        string answer
    )
    {
        await ExecuteAsync(Run);
        await using CallIntelDataSource source = OneConnection();
        Assert.Equal(answer, await ReadAsync(source, fixture.Foreign, question));
        await ReadAsync(source, fixture.Own, statement);
        Assert.Equal(answer, await ReadAsync(source, fixture.Foreign, question));
    }

    [Theory]
    [MemberData(nameof(Statements))]
    public async Task Session_state_remains_in_a_pool_that_does_not_reset_connections(
        string statement,
        string question,
        string answer
    )
    {
        await ExecuteAsync(Run);
        await using NpgsqlDataSource pool = NpgsqlDataSource.Create(
            new NpgsqlConnectionStringBuilder(fixture.Database.AppConnectionString)
            {
                MaxPoolSize = 1,
                NoResetOnClose = true,
            }.ConnectionString
        );
        Assert.Equal(answer, await ReadAsync(pool, question));
        await ReadAsync(pool, statement);
        Assert.NotEqual(answer, await ReadAsync(pool, question));
    }

    [Fact]
    public async Task The_last_sequence_value_is_not_visible_to_the_next_org()
    {
        await ExecuteAsync("create sequence if not exists public.host_sequence");
        await ExecuteAsync("grant usage on sequence public.host_sequence to callintel_app");
        await using CallIntelDataSource source = OneConnection();
        await ReadAsync(source, fixture.Own, "select nextval('public.host_sequence')::text");
        PostgresException error = await RefusedAsync(() =>
            ReadAsync(source, fixture.Foreign, "select lastval()::text")
        );
        Assert.Equal(PostgresErrorCodes.ObjectNotInPrerequisiteState, error.SqlState);
    }

    [Fact]
    public async Task An_abandoned_reader_leaves_no_session_state()
    {
        await using CallIntelDataSource source = OneConnection();
        await using OrgSession session = await source.OpenSessionAsync(fixture.Own.As(OrgRole.Owner), Cancellation);
        await foreach (
            string _ in session.QueryAsync(
                "select set_config('work_mem', '77MB', false) from generate_series(1, 100000)",
                r => r.GetString(0),
                cancellationToken: Cancellation
            )
        )
            break;
        Assert.Equal("4MB", await ReadAsync(source, fixture.Foreign, "select current_setting('work_mem')"));
    }

    /// <summary>
    /// The SDK resets a connection on which a statement failed, but it does not reset the server's connections behind a
    /// pooler. There, the next session releases the locks.
    /// </summary>
    [Fact]
    public async Task A_session_releases_locks_that_a_failed_statement_left_on_its_connection()
    {
        await using NpgsqlConnection connection = await fixture.Database.DataSource.Database.OpenConnectionAsync(
            Cancellation
        );
        await using (NpgsqlTransaction failed = await connection.BeginTransactionAsync(Cancellation))
        {
            await using NpgsqlCommand statement = new(
                "select 1 / case when pg_advisory_lock(78) is null then 1 else 0 end",
                connection,
                failed
            );
            await Assert.ThrowsAsync<PostgresException>(() => statement.ExecuteScalarAsync(Cancellation));
        }
        await using NpgsqlCommand locks = new(Lock, connection);
        Assert.Equal("1", await locks.ExecuteScalarAsync(Cancellation));

        await using NpgsqlTransaction next = await connection.BeginTransactionAsync(Cancellation);
        await using NpgsqlBatch context = new(connection, next)
        {
            BatchCommands = { fixture.Database.DataSource.Database.BeginCommand(fixture.Foreign.As(OrgRole.Owner)) },
        };
        await context.ExecuteNonQueryAsync(Cancellation);
        Assert.Equal("0", await locks.ExecuteScalarAsync(Cancellation));
    }

    CallIntelDataSource OneConnection() =>
        fixture.Database.CreateDataSource(options =>
            options.ConnectionString = new NpgsqlConnectionStringBuilder(options.ConnectionString)
            {
                MaxPoolSize = 1,
            }.ConnectionString
        );

    async Task<string> ReadAsync(CallIntelDataSource source, TestOrg org, string sql)
    {
        await using OrgSession session = await source.OpenSessionAsync(org.As(OrgRole.Owner), Cancellation);
        return Assert.Single(
            await session
                .QueryAsync(sql, r => r.GetValue(0).ToString()!, cancellationToken: Cancellation)
                .ToListAsync(Cancellation)
        );
    }

    async Task<string> ReadAsync(NpgsqlDataSource pool, string sql)
    {
        await using NpgsqlCommand command = pool.CreateCommand(sql);
        return (await command.ExecuteScalarAsync(Cancellation))!.ToString()!;
    }

    async Task ExecuteAsync(string sql)
    {
        await using NpgsqlCommand command = fixture.Database.Admin.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Cancellation);
    }

    static async Task<PostgresException> RefusedAsync(Func<Task<string>> read)
    {
        Exception error = await Assert.ThrowsAnyAsync<Exception>(read);
        return Assert.IsType<PostgresException>(error as PostgresException ?? error.InnerException);
    }
}
