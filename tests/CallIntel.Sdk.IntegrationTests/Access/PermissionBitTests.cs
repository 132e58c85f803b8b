using System.Globalization;
using System.Text.RegularExpressions;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using Npgsql;

namespace CallIntel.Sdk.IntegrationTests.Access;

/// <summary>
/// Tests which permissions each role has and what each permission allows. A token can carry fewer permissions than the
/// role of its member, so each test can remove one permission.
/// </summary>
public sealed partial class PermissionBitTests(DatabaseFixture fixture) : IClassFixture<DatabaseFixture>
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(OrgRole.Ingester, 32800, 32800)]
    [InlineData(OrgRole.Viewer, 19, 19)]
    [InlineData(OrgRole.Member, 125, 125)]
    [InlineData(OrgRole.Analyst, 31, 31)]
    [InlineData(OrgRole.Admin, 40959 - 4096, 40959)]
    [InlineData(OrgRole.Owner, 65535 - 4096, 65535)]
    public async Task Each_role_has_exactly_the_documented_permissions(OrgRole role, long permissions, long withPurpose)
    {
        OrgIdentity who = fixture.Own.As(role);
        Assert.Equal(permissions, await HeldAsync(who));
        Assert.Equal(withPurpose, await HeldAsync(who with { Purpose = AccessPurpose.Support }));
    }

    [Fact]
    public async Task Each_table_requires_the_documented_permission()
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("guarded", Cancellation);
        await SampleRows.SeedAsync(fixture.Database, org);
        OrgIdentity admin = org.As(OrgRole.Admin) with { Purpose = AccessPurpose.Support };
        foreach (
            (string table, long bits) in (await GuardsAsync(fixture.Database)).Append(
                ("sync_health", (long)(Permission.ReadDashboards | Permission.Ingest))
            )
        ) // of guarded tables
        {
            string sql = $"select count(*) from callintel.{table}";
            Assert.NotEqual(
                (table, 0L),
                (table, await CountAsync(admin, sql, bits == 0 ? Permission.None : Permission.All))
            );
            // of several bits one is enough
            for (long bit = 1; bit <= bits; bit <<= 1)
                if ((bits & bit) != 0)
                    Assert.NotEqual(
                        (table, bit, 0L),
                        (table, bit, await CountAsync(admin, sql, Permission.All & ~(Permission)(bits & ~bit)))
                    );
            if (bits != 0)
                Assert.Equal((table, 0L), (table, await CountAsync(admin, sql, Permission.All & ~(Permission)bits)));
        }
    }

    /// <summary>The tables with a guard, and the bits of which it asks for one, as the documentation says.</summary>
    internal static async Task<IReadOnlyList<(string Table, long Bits)>> GuardsAsync(TestDatabase database)
    {
        string[] page = await File.ReadAllLinesAsync(Path.Combine(Repository.Root, "docs/rls.md"), Cancellation);
        (string Table, long Bits)[] guards =
        [
            .. page.SkipWhile(l => l != "## The guard")
                .TakeWhile(l => l != "## Every policy")
                .Select(l => GuardRow().Match(l))
                .Where(m => m.Success)
                .SelectMany(
                    m => m.Groups[1].Value.Split(", "),
                    (m, table) => (table, long.Parse(m.Groups[2].Value, CultureInfo.InvariantCulture))
                ),
        ];
        Assert.Equal(
            (await AccessMatrix.TablesAsync(database, Cancellation)).Order(StringComparer.Ordinal),
            guards.Select(g => g.Table).Order(StringComparer.Ordinal)
        );
        return guards;
    }

    [Fact]
    public async Task Each_function_requires_its_permission()
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("asked", Cancellation);
        await using (
            NpgsqlCommand keys = fixture.Database.Admin.CreateCommand(
                "insert into callintel_private.org_keys (org_id, kind, version, root_key_id, wrapped) values "
                    + $"('{org.Id}', 5, 1, 'test', '\\x00')"
            )
        )
            await keys.ExecuteNonQueryAsync(Cancellation);
        foreach ((string call, long bits) in Functions)
        {
            Assert.NotEqual((call, "CI005"), (call, await CallAsync(org.As(OrgRole.Owner), call, Permission.All)));
            Assert.Equal(
                (call, "CI005", $"The session does not have the permission {Names(bits)}."),
                await RefusalAsync(org.As(OrgRole.Owner), call, Permission.All & ~(Permission)bits)
            );
        }
    }

    [Fact]
    public async Task Permission_errors_use_the_names_of_the_enumeration()
    {
        foreach (Permission permission in Enum.GetValues<Permission>().Except([Permission.None, Permission.All]))
        {
            await using NpgsqlCommand command = fixture.Database.Admin.CreateCommand(
                $"select callintel_private.refuse_permission({(long)permission})"
            );
            PostgresException refusal = await Assert.ThrowsAsync<PostgresException>(() =>
                command.ExecuteScalarAsync(Cancellation)
            );
            Assert.Equal($"The session does not have the permission {permission}.", refusal.MessageText);
        }
    }

    [Fact]
    public async Task Read_functions_return_nothing_without_their_permission_or_to_an_ingester()
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("reading", Cancellation);
        await SampleRows.SeedAsync(fixture.Database, org);
        await using (
            NpgsqlCommand more = fixture.Database.Admin.CreateCommand(
                $"""
                update callintel_private.event_details set own_number = decode('c10100' || repeat('00', 60), 'hex')
                 where org_id = '{org.Id}';
                insert into callintel_private.events (org_id, id, occurred_at, source_id, contact_id, member_id,
                    channel, direction, outcome)
                select '{org.Id}', callintel.first_id(t), t, gen_random_uuid(), md5('{org.Id}contact0')::uuid,
                       '{org.Members[OrgRole.Admin]}', 1, 1, 2
                  from generate_series(timestamptz '2026-01-11 10:00Z', '2026-01-11 10:05Z', '1 minute') t
                """
            )
        )
            await more.ExecuteNonQueryAsync(Cancellation);
        OrgIdentity admin = org.As(OrgRole.Admin) with { Purpose = AccessPurpose.Support };
        foreach ((string rows, long bits) in Reading)
        {
            string sql = SampleSql(org, rows);
            Assert.NotEqual((rows, 0L), (rows, await CountAsync(admin, sql, Permission.All)));
            Assert.Equal((rows, 0L), (rows, await CountAsync(admin, sql, Permission.All & ~(Permission)bits)));
            if (
                (bits & (long)(Permission.Ingest | Permission.IngestForAll)) == 0
                && !rows.StartsWith("read_members", StringComparison.Ordinal)
            )
                Assert.Equal((rows, 0L), (rows, await CountAsync(org.As(OrgRole.Ingester), sql, Permission.All)));
        }
    }

    /// <summary>
    /// Policies of functions trust the text of the context, so each function first verifies it, or the token that it
    /// takes instead.
    /// </summary>
    [Fact]
    public async Task A_function_refuses_a_context_that_is_written_by_hand_and_a_token_that_nobody_signed()
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("forged", Cancellation);
        await SampleRows.SeedAsync(fixture.Database, org);
        foreach (
            string sql in Functions
                .Select(f => $"select callintel.{f.Call}")
                .Concat(Reading.Select(r => SampleSql(org, r.Rows)))
        )
        {
            Assert.Equal((sql, "CI001"), (sql, await ForgedAsync(sql)));
            // refused as a forgery, not because a field of it cannot be read
            Assert.Equal((sql, "CI001"), (sql, await ForgedAsync(sql, "not a context")));
            foreach (string function in TakeTokens)
                if (sql.Contains($"callintel.{function}(null,", StringComparison.Ordinal))
                    Assert.Equal(
                        (sql, "CI002"),
                        (
                            sql,
                            await ForgedAsync(
                                sql.Replace($"{function}(null,", $"{function}('\\x01',", StringComparison.Ordinal)
                            )
                        )
                    );
        }

        async Task<string> ForgedAsync(string sql, string? context = null)
        {
            await using NpgsqlConnection connection = await fixture.Database.DataSource.Database.OpenConnectionAsync(
                Cancellation
            );
            await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(Cancellation);
            await using (
                NpgsqlCommand forge = new(
                    "select set_config('callintel.context', $1, true), set_config('callintel.seal', '00', true)",
                    connection,
                    transaction
                )
                {
                    Parameters =
                    {
                        new() { Value = context ?? $"{org.Id},{org.Members[OrgRole.Owner]},00001,100000000,65535" },
                    },
                }
            )
                await forge.ExecuteNonQueryAsync(Cancellation);
            await using NpgsqlCommand command = new(sql, connection, transaction);
            try
            {
                return $"{await command.ExecuteScalarAsync(Cancellation)} rows";
            }
            catch (PostgresException e)
            {
                return e.SqlState;
            }
        }
    }

    static readonly string[] TakeTokens =
    [
        "read_events",
        "read_events_with_content",
        "read_events_forward",
        "read_events_forward_with_content",
        "find_event",
        "find_event_with_content",
        "write_event",
    ];

    /// <summary>What counts the rows that a function returns, of the rows of <see cref="SampleRows"/>.</summary>
    static string SampleSql(TestOrg org, string rows) =>
        "select count(*) from callintel."
        + rows.Replace("{contact}", $"md5('{org.Id}contact0')::uuid", StringComparison.Ordinal)
            .Replace("{index}", $"md5('{org.Id}index0')::uuid", StringComparison.Ordinal)
            .Replace("{event}", "callintel.first_id('2026-01-10 10:00Z')", StringComparison.Ordinal)
            .Replace("{run}", $"md5('{org.Id}run0')::uuid", StringComparison.Ordinal)
            .Replace("{member}", $"'{org.Members[OrgRole.Member]}'::uuid", StringComparison.Ordinal)
            .Replace("{admin}", $"'{org.Members[OrgRole.Admin]}'::uuid", StringComparison.Ordinal);

    [Fact]
    public async Task Every_function_that_the_application_can_call_is_covered_by_these_tests()
    {
        // what opens contexts, tells who one is, takes a token of its own, or reads nothing
        string[] others =
        [
            "begin_session",
            "create_org",
            "accept_invitation",
            "take_jobs",
            "keep_jobs",
            "complete_job",
            "release_job",
            "job_statistics",
            "read_job_payload",
            "current_org",
            "current_member",
            "current_permissions",
            "first_id",
            "oldest_sdk_served",
            "previous_period",
            "schema_version",
            "smallest_group",
        ];
        await using NpgsqlCommand command = fixture.Database.Admin.CreateCommand(
            """
            select string_agg(distinct f.proname, ' ' order by f.proname) from pg_catalog.pg_proc f
             where f.pronamespace = 'callintel'::regnamespace
               and has_function_privilege('callintel_app', f.oid, 'execute')
            """
        );
        string[] all = ((string)(await command.ExecuteScalarAsync(Cancellation))!).Split(' ');
        Assert.Equal(
            all,
            Functions
                .Select(f => f.Call)
                .Concat(Reading.Select(f => f.Rows))
                .Select(call => call.Split('(')[0])
                .Concat(others)
                .Distinct()
                .Order(StringComparer.Ordinal)
        );
    }

    async Task<string> CallAsync(OrgIdentity who, string call, Permission capabilities)
    {
        await using SessionTransaction session = await SessionTransaction.BeginAsync(
            fixture.Database,
            who,
            capabilities: capabilities
        );
        return await session.WriteAsync($"select callintel.{call}");
    }

    static string Names(long bits) =>
        string.Join(
            " or ",
            Enum.GetValues<Permission>().Where(p => p != 0 && p != Permission.All && (bits & (long)p) != 0)
        );

    async Task<(string Call, string Code, string Message)> RefusalAsync(
        OrgIdentity who,
        string call,
        Permission capabilities
    )
    {
        await using SessionTransaction session = await SessionTransaction.BeginAsync(
            fixture.Database,
            who,
            capabilities: capabilities
        );
        PostgresException refusal = await Assert.ThrowsAsync<PostgresException>(() =>
            session.RunAsync($"select callintel.{call}")
        );
        return (call, refusal.SqlState, refusal.MessageText);
    }

    async Task<long> CountAsync(OrgIdentity who, string sql, Permission capabilities)
    {
        await using SessionTransaction session = await SessionTransaction.BeginAsync(
            fixture.Database,
            who,
            capabilities: capabilities
        );
        return (long)(await session.RunAsync(sql))!;
    }

    Task<long> HeldAsync(OrgIdentity who) => CountAsync(who, "select callintel.current_permissions()", Permission.All);

    [GeneratedRegex(@"^\| ([a-z_, ]+) \| (\d+)\b")]
    private static partial Regex GuardRow();
}
