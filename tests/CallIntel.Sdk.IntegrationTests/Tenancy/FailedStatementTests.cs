using System.Globalization;
using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using Npgsql;

namespace CallIntel.Sdk.IntegrationTests.Tenancy;

/// <summary>
/// Tests that a failed, cancelled or abandoned statement leaves its pooled connection usable for the next org.
/// </summary>
public sealed class FailedStatementTests(DatabaseFixture fixture) : IClassFixture<DatabaseFixture>
{
    /// <summary>
    /// The first row is longer than the server's buffer, so that it arrives before what comes after it.
    /// </summary>
    const string FailsAfterFirstRow = "select repeat('x', 20000) || 1 / (2 - n) from generate_series(1, 3) n";

    const string WaitsAfterFirstRow = """
        select repeat('x', 20000) || coalesce(pg_sleep(case n when 1 then 0 else 3600 end)::text, '')
          from generate_series(1, 3) n
        """;

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_statement_that_fails_after_its_first_row_leaves_a_usable_connection()
    {
        await using CallIntelDataSource source = OneConnection();
        await ReadAsync(source, fixture.Own, "select 'good'");
        await Assert.ThrowsAsync<CallIntelException>(() => ReadAsync(source, fixture.Own, FailsAfterFirstRow));
        await AssertUsableAsync(source);
    }

    [Fact]
    public async Task A_statement_that_is_cancelled_after_its_first_row_leaves_a_usable_connection()
    {
        await using CallIntelDataSource source = OneConnection();
        await ReadAsync(source, fixture.Own, "select 'good'");
        await using (OrgSession session = await source.OpenSessionAsync(fixture.Own.As(OrgRole.Owner), Cancellation))
        {
            using CancellationTokenSource cancel = new();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
            {
                await foreach (
                    string _ in session.QueryAsync(
                        WaitsAfterFirstRow,
                        r => r.GetString(0),
                        cancellationToken: cancel.Token
                    )
                )
                    await cancel.CancelAsync();
            });
        }
        await AssertUsableAsync(source);
    }

    /// <summary>As statement_timeout does.</summary>
    [Fact]
    public async Task A_statement_that_the_server_cancels_after_its_first_row_leaves_a_usable_connection()
    {
        await using CallIntelDataSource source = OneConnection();
        int pid = int.Parse(
            Assert.Single(await ReadAsync(source, fixture.Own, "select pg_backend_pid()::text")),
            CultureInfo.InvariantCulture
        );
        await using (OrgSession session = await source.OpenSessionAsync(fixture.Own.As(OrgRole.Owner), Cancellation))
        {
            CallIntelException error = await Assert.ThrowsAsync<CallIntelException>(async () =>
            {
                await foreach (
                    string _ in session.QueryAsync(
                        WaitsAfterFirstRow,
                        r => r.GetString(0),
                        cancellationToken: Cancellation
                    )
                )
                    await ExecuteAsync($"select pg_cancel_backend({pid})");
            });
            Assert.Equal((ErrorCodes.TimedOut, true), (error.Code, error.IsTransient));
        }
        await AssertUsableAsync(source);
    }

    [Fact]
    public async Task A_statement_abandoned_before_its_error_leaves_a_usable_connection()
    {
        await using CallIntelDataSource source = OneConnection();
        await ReadAsync(source, fixture.Own, "select 'good'");
        await using (OrgSession session = await source.OpenSessionAsync(fixture.Own.As(OrgRole.Owner), Cancellation))
        {
            CallIntelException error = await Assert.ThrowsAsync<CallIntelException>(async () =>
                await session
                    .QueryAsync(FailsAfterFirstRow, r => r.GetString(0), cancellationToken: Cancellation)
                    .FirstAsync(Cancellation)
            );
            Assert.Equal(
                PostgresErrorCodes.DivisionByZero,
                Assert.IsType<PostgresException>(error.InnerException).SqlState
            );
        }
        await AssertUsableAsync(source);
    }

    [Fact]
    public async Task A_mapping_function_that_throws_leaves_a_usable_connection()
    {
        await using CallIntelDataSource source = OneConnection();
        await ReadAsync(source, fixture.Own, "select 'good'");
        await using (OrgSession session = await source.OpenSessionAsync(fixture.Own.As(OrgRole.Owner), Cancellation))
            await Assert.ThrowsAsync<NotSupportedException>(async () =>
                await session
                    .QueryAsync<string>(
                        "select 1 from generate_series(1, 10000)",
                        _ => throw new NotSupportedException(),
                        cancellationToken: Cancellation
                    )
                    .ToListAsync(Cancellation)
            );
        await AssertUsableAsync(source);
    }

    [Fact]
    public async Task A_connection_that_the_server_ends_during_a_statement_is_replaced()
    {
        await using CallIntelDataSource source = OneConnection();
        await ReadAsync(source, fixture.Own, "select 'good'");
        CallIntelException error = await Assert.ThrowsAsync<CallIntelException>(() =>
            ReadAsync(
                source,
                fixture.Own,
                """
                select repeat('x', 20000) || case n when 2 then pg_terminate_backend(pg_backend_pid()) end
                  from generate_series(1, 3) n
                """
            )
        );
        Assert.Equal(ErrorCodes.Unreachable, error.Code);
        await AssertUsableAsync(source);
    }

    /// <summary>The SDK's own batches have several statements too.</summary>
    [Theory]
    [InlineData(ConnectionMode.Direct)]
    [InlineData(ConnectionMode.TransactionPooler)]
    public async Task The_first_of_two_statements_that_fails_after_a_row_leaves_a_usable_connection(ConnectionMode mode)
    {
        await using CallIntelDataSource source = OneConnection(mode: mode);
        await using OrgSession session = await source.OpenSessionAsync(fixture.Own.As(OrgRole.Owner), Cancellation);
        Task<(List<string>, List<string>)> Both(string first) =>
            session.Transport.ListAsync(
                new NpgsqlBatchCommand(first),
                r => r.GetString(0),
                new NpgsqlBatchCommand("select 'second'"),
                r => r.GetString(0),
                Cancellation
            );
        await Both("select 'first'");
        await Assert.ThrowsAsync<CallIntelException>(() => Both(FailsAfterFirstRow));
        for (int i = 0; i < 3; i++)
        {
            (List<string> first, List<string> second) = await Both("select 'first'");
            Assert.Equal(["first", "second"], [.. first, .. second]);
        }
        await AssertUsableAsync(source);
    }

    /// <summary>Neither is undone with the transaction.</summary>
    [Theory]
    [InlineData("select (1 / (nextval('public.failed_sequence') * 0))::text", false)]
    [InlineData(
        "select repeat('x', 20000) || 1 / (2 - nextval('public.failed_sequence')) from generate_series(1, 3)",
        false
    )]
    [InlineData(
        "select repeat('x', 20000) || 1 / (2 - nextval('public.failed_sequence')) from generate_series(1, 3)",
        true
    )]
    public async Task A_failed_statement_leaves_neither_locks_nor_sequence_values(string failing, bool givenUp)
    {
        await ExecuteAsync(
            """
            drop sequence if exists public.failed_sequence; create sequence public.failed_sequence;
            grant usage on sequence public.failed_sequence to callintel_app
            """
        );
        failing = failing.Replace(
            "select ",
            "select case when pg_advisory_lock(79) is not null then '' end || ",
            StringComparison.Ordinal
        );
        await using CallIntelDataSource source = OneConnection();
        await using OrgSession session = await source.OpenSessionAsync(fixture.Own.As(OrgRole.Owner), Cancellation);
        IAsyncEnumerable<string> rows = session.QueryAsync(
            failing,
            r => r.GetString(0),
            cancellationToken: Cancellation
        );
        await Assert.ThrowsAsync<CallIntelException>(async () =>
            await (givenUp ? rows.Take(1) : rows).ToListAsync(Cancellation)
        );

        await using (
            NpgsqlCommand held = fixture.Database.Admin.CreateCommand(
                "select count(*) from pg_locks where locktype = 'advisory' and objid = 79"
            )
        )
            Assert.Equal(0L, await held.ExecuteScalarAsync(Cancellation));
        CallIntelException error = await Assert.ThrowsAsync<CallIntelException>(() =>
            ReadAsync(source, fixture.Foreign, "select lastval()::text")
        );
        Assert.Equal(
            PostgresErrorCodes.ObjectNotInPrerequisiteState,
            Assert.IsType<PostgresException>(error.InnerException).SqlState
        );
    }

    async Task AssertUsableAsync(CallIntelDataSource source)
    {
        // until everything that may be prepared is
        for (int i = 0; i < 4; i++)
            foreach (TestOrg org in (TestOrg[])[fixture.Foreign, fixture.Own])
                Assert.Equal(["fine"], await ReadAsync(source, org, "select 'fine'"));
    }

    CallIntelDataSource OneConnection(ConnectionMode mode = ConnectionMode.Direct) =>
        fixture.Database.CreateDataSource(options =>
        {
            options.ConnectionString = new NpgsqlConnectionStringBuilder(options.ConnectionString)
            {
                MaxPoolSize = 1,
            }.ConnectionString;
            options.ConnectionMode = mode;
        });

    static async Task<List<string>> ReadAsync(CallIntelDataSource source, TestOrg org, string sql)
    {
        await using OrgSession session = await source.OpenSessionAsync(org.As(OrgRole.Owner), Cancellation);
        return await session
            .QueryAsync(sql, r => r.GetString(0), cancellationToken: Cancellation)
            .ToListAsync(Cancellation);
    }

    async Task ExecuteAsync(string sql)
    {
        await using NpgsqlCommand command = fixture.Database.Admin.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Cancellation);
    }
}
