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

    // the function, and the bits of which it asks for one
    static readonly (string Call, long Bits)[] Functions =
    [
        ("start_run('s', 't', 'd')", 32),
        ("find_contacts('{}')", 32),
        ("find_duplicates('{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}')", 32),
        ("resolve_contacts('{}', '{}', '{}', '{}', 1)", 32),
        ("open_slot()", 32),
        ("merge_batch(0, null, false)", 32),
        ("merge_new(0, null)", 32),
        ("record_batch(null, null, 0, 0, 0, 0, null, '{}', '{}', '{}', '{}', null, null, null)", 32),
        ("finish_run(null, null)", 32),
        ("merge_details('{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}')", 32),
        ("merge_parts('{}', '{}', '{}', '{}', '{}', '{}')", 32),
        ("merge_participants('{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}')", 32),
        (
            "write_events(null, true, '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', "
                + "'{}', '{}', '{}', '{}', '{}', '{}')",
            32
        ),
        (
            "write_event(null, null, null, null, null, null, null, null, null, null, null, null, null, null, "
                + "null, null, null, null, null, null)",
            32
        ),
        ("beat_run(null)", 32),
        ("refuse_run(null, null)", 32),
        ("first_source_name(null)", 32),
        ("retire_data_keys('{}')", 32 + 64),
        ("expect_source('s', null, null)", 512),
        ("rename_source('s', 't')", 512),
        ("retire_source('s')", 512),
        ("set_member_role(gen_random_uuid(), 'viewer')", 128),
        ("invite_member('viewer', sha256(''), '1 day')", 128),
        ("revoke_invitation(gen_random_uuid())", 128),
        ("transfer_ownership(gen_random_uuid())", 16384),
        ("set_privacy_rule(gen_random_uuid(), 0::smallint, '{}', false, false, null)", 256),
        ("remove_privacy_rule(gen_random_uuid())", 256),
        ("shred_data_keys('person', gen_random_uuid())", 256),
        ("rename_org('renamed')", 128),
        ("set_contact_name(gen_random_uuid(), null)", 64),
        ("read_outdated_numbers(1, null, 1)", 8192),
        ("count_outdated_numbers(1)", 8192),
        ("replace_numbers(1, '{}', '{}', '{}', '{}')", 8192),
        ("drop_shredded_numbers('{}', 1)", 8192),
        ("read_outdated_data_keys(1, null, 1)", 8192),
        ("count_outdated_data_keys(1)", 8192),
        ("replace_data_keys('{}', '{}', '{}', '{}')", 8192),
        ("move_org_key(1::smallint, 1, 1::smallint, 2::smallint)", 8192),
        ("add_org_key(3::smallint, 2, 'r', '\\x00')", 8192),
        ("add_org_key(3::smallint, 1, 'r', '\\x00')", 32 + 64 + 8192),
        ("get_or_create_data_keys('{}', '{}', '{}', '{}', '{}', '{}')", 32 + 64),
        ("reserve_key_uses('\\x00', 1, 1)", 32 + 64),
        ("fetch_data_keys('{}')", 4 + 8 + 32 + 64 + 512),
        ("fetch_org_keys(1::smallint)", 4 + 8 + 32 + 64 + 512 + 8192),
        ("blind_index_version()", 4 + 8 + 32 + 64 + 512 + 8192),
    ];

    [Fact]
    public async Task Each_function_requires_its_permission()
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("asked", Cancellation);
        await using (
            NpgsqlCommand keys = fixture.Database.Admin.CreateCommand(
                "insert into callintel_private.org_keys (org_id, kind, version, root_key_id, wrapped) values "
                    + $"('{org.Id}', 3, 1, 'test', '\\x00')"
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

    // what a function returns rows of, as SampleRows has them, and the bits of which it asks for one
    static readonly (string Rows, long Bits)[] Reading =
    [
        ("read_events(null, null, null, null, null, null, null, 10)", 1),
        ("read_events(null, null, null, {contact}, null, null, null, 10)", 1),
        ("read_events(null, null, null, null, {member}, null, null, 10)", 1),
        ("read_events_with_content(null, null, null, null, null, null, null, 10)", 1),
        ("read_events_with_content(null, null, null, null, null, null, null, 10) where has_content", 4),
        ("find_event(null, {event})", 1),
        ("find_event_with_content(null, {event})", 1),
        ("find_event_with_content(null, {event}) where body is not null", 4),
        ("events_between('2026-01-01Z', '2026-02-01Z')", 1),
        ("events_of({contact})", 1),
        ("events_by_id(array[{event}])", 1),
        ("read_event_details(array[{event}])", 1),
        ("read_event_details(array[{event}]) where own_number is not null", 4),
        ("read_event_parts(array[{event}])", 4),
        ("read_event_participants(array[{event}])", 1),
        ("count_events('2026-01-01Z', '2026-02-01Z', 'day', 'UTC')", 1),
        ("count_events_by_hour('2026-01-01Z', '2026-02-01Z', 'UTC')", 1),
        ("count_events_by_contact('2026-01-01Z', '2026-02-01Z', 10)", 1),
        ("count_unanswered_calls('2026-01-01Z', '2026-02-01Z', 'UTC')", 1),
        ("measure_response_times('2026-01-01Z', '2026-02-01Z') where messages > 0", 1),
        ("find_contact(array[{index}]) where contact_id is not null", 8),
        ("read_contact_numbers({contact})", 8),
        ("read_first_numbers(array[{contact}])", 8),
        ("read_contact_names(array[{contact}])", 8),
        ("read_contact_labels(array[{contact}])", 1),
        ("read_contact_labels(array[{contact}]) where number is not null", 8),
        ("read_contact_labels(array[{contact}]) where display_name is not null", 8),
        ("may_name_contact({contact}) where is_allowed", 64),
        ("may_name_contact({contact}) where is_found", 1),
        ("read_members() where member_id <> {admin}", 128),
        ("read_invitations()", 128),
        ("read_privacy_rules(null)", 256),
        ("read_privacy_rules({contact})", 256),
        ("read_rejects({run}, -1, 10)", 512),
        ("find_stream_cursor('sample', 'default')", 16 + 32),
        ("sync_health_at(now())", 16 + 32),
    ];

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

        async Task<string> ForgedAsync(string sql)
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
                    Parameters = { new() { Value = $"{org.Id},{org.Members[OrgRole.Owner]},00001,100000000,65535" } },
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
            "current_org",
            "current_member",
            "current_permissions",
            "first_id",
            "oldest_sdk_served",
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
