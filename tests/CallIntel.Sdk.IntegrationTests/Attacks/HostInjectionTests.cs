using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using CallIntel.Sdk.Testing.Attacks;
using Npgsql;

namespace CallIntel.Sdk.IntegrationTests.Attacks;

/// <summary>
/// A host that concatenates user input into SQL: injected statements stay in the user's org, and have no effect on
/// later sessions.
/// </summary>
public sealed class HostInjectionTests(ServerFixture server, DatabaseFixture fixture) : IClassFixture<DatabaseFixture>
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Builds SQL from user input, which is the vulnerability.</summary>
    static string FindSource(string input) => $"select name from callintel.sync_sources where name = '{input}'";

    /// <summary>Malicious input. {0} is the id of the other org.</summary>
    static readonly string[] Inputs =
    [
        "' or true --",
        "' or org_id = '{0}' --",
        "' union all select external_id from callintel.events where org_id = '{0}' --",
        "' union all select name from callintel.orgs --",
        "' union all select query_to_xml('select * from callintel.orgs', true, false, '')::text --",
        "' or set_config('callintel.context', "
            + "replace(current_setting('callintel.context'), org_id::text, '{0}'), true) is null --",
        "'; select set_config('app.org', '{0}', false); select name from callintel.orgs --",
        "'; set role callintel_owner; select name from callintel.orgs --",
        "' union all select external_id from callintel.events_2026_01 --",
        "' union all select encode(pad, 'hex') from callintel_private.context_key --",
    ];

    [Fact]
    public async Task Injected_statements_stay_in_the_org()
    {
        await using AttackArena arena = await AttackArena.CreateAsync(server.Template, cancellationToken: Cancellation);
        (TestOrg own, _, string mark) = await arena.AddOrgAsync(Cancellation);
        await using OrgSession session = await own.OpenSessionAsync(OrgRole.Owner, Cancellation);
        int answered = 0;
        foreach (string input in Inputs)
        foreach (
            string row in await RowsAsync(() =>
                session.QueryAsync(
                    FindSource(input.Replace("{0}", arena.Victim.Id.ToString(), StringComparison.Ordinal)),
                    r => r.GetString(0),
                    cancellationToken: Cancellation
                )
            )
        )
        {
            Assert.DoesNotContain(arena.Canaries, canary => row.Contains(canary, StringComparison.Ordinal));
            answered += row.Contains(mark, StringComparison.Ordinal) ? 1 : 0;
        }
        Assert.True(answered >= 3, "Too few injections returned rows of the own org to prove anything.");
    }

    [Fact]
    public async Task The_same_injections_reach_another_org_where_a_plain_setting_names_the_org()
    {
        await using AttackArena arena = await AttackArena.CreateAsync(server.Template, naive: true, Cancellation);
        (TestOrg own, _, _) = await arena.AddOrgAsync(Cancellation);
        await arena.PrepareAsync(Cancellation);
        await using NpgsqlDataSource host = NpgsqlDataSource.Create(arena.Database.AppConnectionString);
        int crossed = 0;
        foreach (string input in Inputs)
        {
            await using NpgsqlConnection connection = await host.OpenConnectionAsync(Cancellation);
            await using (NpgsqlCommand open = new($"select set_config('app.org', '{own.Id}', false)", connection))
                await open.ExecuteNonQueryAsync(Cancellation);
            await using NpgsqlCommand command = new(
                FindSource(input.Replace("{0}", arena.Victim.Id.ToString(), StringComparison.Ordinal)),
                connection
            )
            {
                AllResultTypesAreUnknown = true,
            };
            try
            {
                await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(Cancellation);
                bool found = false;
                do while (await reader.ReadAsync(Cancellation))
                    found |= arena.Canaries.Any(canary =>
                        reader.GetString(0).Contains(canary, StringComparison.Ordinal)
                    );
                while (await reader.NextResultAsync(Cancellation));
                crossed += found ? 1 : 0;
            }
            catch (PostgresException)
            {
                // this injection fails even there
            }
        }
        Assert.Equal(2, crossed); // the one that changes the setting, and the one that reads the partition
    }

    /// <summary>
    /// A pool with automatic preparation that accepts any statement. The attacker replaces a statement that the host
    /// prepared. The session of the next org runs the replacement, which copies its rows into a large object, to which
    /// no policy applies.
    /// </summary>
    [Fact]
    public async Task A_planted_prepared_statement_reaches_another_org_where_sessions_accept_any_command()
    {
        await using NpgsqlDataSource pool = NpgsqlDataSource.Create(
            new NpgsqlConnectionStringBuilder(fixture.Database.AppConnectionString)
            {
                MaxPoolSize = 1,
                MaxAutoPrepare = 8,
                AutoPrepareMinUsages = 2,
            }.ConnectionString
        );
        const string Read = "select name from callintel.orgs where org_id = $1";
        for (int i = 0; i < 3; i++)
            Assert.Single(await ReadAsync(pool, fixture.Foreign, Read, fixture.Foreign.Id.Value));

        string name = Assert.Single(
            await ReadAsync(
                pool,
                fixture.Own,
                "select name from pg_catalog.pg_prepared_statements where statement = $1",
                Read
            )
        );
        await ReadAsync(pool, fixture.Own, $"deallocate {name}");
        await ReadAsync(
            pool,
            fixture.Own,
            $"""
            prepare {name} (uuid) as
            select name from callintel.orgs
             where org_id = $1 and pg_catalog.lo_from_bytea(0, convert_to('seen: ' || name, 'UTF8')) > 0
            """
        );
        await ReadAsync(pool, fixture.Foreign, Read, fixture.Foreign.Id.Value); // the victim does not notice anything

        Assert.Equal(
            ["seen: foreign"],
            await ReadAsync(
                pool,
                fixture.Own,
                "select convert_from(lo_get(oid), 'UTF8') from pg_catalog.pg_largeobject_metadata"
            )
        );
    }

    [Theory]
    [InlineData("deallocate _auto1")]
    [InlineData("prepare _auto1 as select 1")]
    [InlineData("do $$ begin execute 'deallocate _auto1'; end $$")]
    [InlineData("set session plan_cache_mode = auto")]
    [InlineData("  /* a /* nested */ comment */ -- and another\n SET x.y = 1")]
    [InlineData("((prepare x as select 1))")]
    [InlineData("listen x")]
    [InlineData("begin")]
    [InlineData("call nothing()")]
    [InlineData("copy callintel.events to stdout")]
    [InlineData("/* never closed select 1")]
    [InlineData("-- nothing but a comment")]
    [InlineData("selection")]
    public async Task A_session_rejects_statements_other_than_queries(string sql)
    {
        await using OrgSession session = await fixture.Own.OpenSessionAsync(OrgRole.Owner, Cancellation);
        CallIntelException error = Assert.Throws<CallIntelException>(() =>
            session.QueryAsync(sql, r => r.GetValue(0), cancellationToken: Cancellation)
        );
        Assert.Equal(ErrorCodes.StatementRefused, error.Code);
    }

    [Theory]
    [InlineData("select 1; deallocate all")]
    [InlineData("select query_to_xml('deallocate all', true, false, '')::text")]
    [InlineData("select count(*)::text from ts_stat('deallocate all')")]
    [InlineData("with x as (prepare y as select 1) select 1")]
    [InlineData("explain analyze deallocate all")]
    public async Task Commands_inside_a_query_fail(string sql)
    {
        await using OrgSession session = await fixture.Own.OpenSessionAsync(OrgRole.Owner, Cancellation);
        await Assert.ThrowsAnyAsync<Exception>(async () =>
            await session.QueryAsync(sql, r => r.GetValue(0), cancellationToken: Cancellation).ToListAsync(Cancellation)
        );
    }

    [Theory]
    [InlineData("select 1")]
    [InlineData(" ( (SELECT 1) )")]
    [InlineData("-- why\nvalues (1)")]
    [InlineData("/**/with x as (select 1) select * from x")]
    [InlineData("explain select 1")]
    public async Task A_session_runs_queries(string sql)
    {
        await using OrgSession session = await fixture.Own.OpenSessionAsync(OrgRole.Owner, Cancellation);
        Assert.NotEmpty(
            await session.QueryAsync(sql, r => r.GetValue(0), cancellationToken: Cancellation).ToListAsync(Cancellation)
        );
    }

    static async Task<List<string>> RowsAsync(Func<IAsyncEnumerable<string>> query)
    {
        try
        {
            return await query().ToListAsync(Cancellation);
        }
        catch (Exception e) when (e is CallIntelException or NpgsqlException or NotSupportedException)
        {
            return [e.ToString()];
        }
    }

    async Task<List<string>> ReadAsync(NpgsqlDataSource pool, TestOrg org, string sql, object? parameter = null)
    {
        await using NpgsqlBatch batch = pool.CreateBatch();
        batch.BatchCommands.Add(fixture.Database.DataSource.Database.BeginCommand(org.As(OrgRole.Owner)));
        NpgsqlBatchCommand command = new(sql);
        if (parameter is not null)
            command.Parameters.Add(new NpgsqlParameter { Value = parameter });
        batch.BatchCommands.Add(command);
        await using NpgsqlDataReader reader = await batch.ExecuteReaderAsync(Cancellation);
        await reader.NextResultAsync(Cancellation);
        List<string> rows = [];
        while (await reader.ReadAsync(Cancellation))
            rows.Add(reader.GetString(0));
        return rows;
    }
}
