using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using Npgsql;

namespace CallIntel.Sdk.IntegrationTests.Access;

/// <summary>
/// Two orgs whose rows have the same ids and keys: a function that looks at the id and not at the org cannot tell them
/// apart. Once as installed, and once without the policies that hold the package's code inside the verified org, so
/// that the functions' own filters are all there is.
/// </summary>
public sealed partial class TwinOrgTests(ServerFixture server)
{
    const string WithoutPolicies = """
        do $$ declare p record; begin
            for p in select polrelid::regclass as t, polname, polcmd from pg_policy
                      where ('callintel_definer'::regrole = any (polroles)
                         and polname ~ 'inside the verified org|appends')
                         or 'callintel_writer'::regrole = any (polroles)
                         or 'callintel_member'::regrole = any (polroles) and (not polpermissive or polcmd <> 'r') loop
                execute format('alter policy %I on %s %s %s', p.polname, p.t, case when p.polcmd <> 'a'
                    then 'using (true)' end, case when p.polcmd in ('*', 'a', 'w') then 'with check (true)' end);
            end loop;
        end $$;
        """;

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    TestDatabase Database { get; set; } = null!;

    TestOrg Own { get; set; } = null!;

    TestOrg Twin { get; set; } = null!;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public Task No_function_reads_or_changes_rows_of_another_org_that_have_the_same_ids(bool held) =>
        OnAsync(held, async () =>
        {
            await SeedMoreAsync();
            string before = await TwinAsync();
            await using NpgsqlConnection listener = await Database.Admin.OpenConnectionAsync(Cancellation);
            List<string> heard = await ListenAsync(listener, "callintel_shred");

            foreach ((string sql, string expected) in Reads.Concat(Calls))
                Assert.Equal((sql, expected), (sql, await RunAsync(OrgRole.Owner, sql)));
            // the twin has an event of the own admin too
            string ofAdmin = $"{Own.Members[OrgRole.Admin]}";
            Assert.Equal(
                await AdminAsync(
                    $"""
                    select count(*) from callintel_private.events
                     where org_id = '{Own.Id}' and member_id = '{ofAdmin}' and level < 3
                    """
                ),
                await RunAsync(
                    OrgRole.Owner,
                    $"select count(*) from callintel.read_events(null, null, null, null, '{ofAdmin}', null, null, 5000)"
                )
            );
            await AdminAsync("notify callintel_shred, 'end'");
            while (!heard.Contains("end"))
                await listener.WaitAsync(Cancellation);
            Assert.Equal(
                await AdminAsync(
                    $"""
                    select string_agg('{Own.Id}:' || encode(key_id, 'hex'), ' ' order by encode(key_id, 'hex'))
                      from callintel_private.data_keys where org_id = '{Own.Id}' and state = 4
                    """
                ),
                string.Join(' ', heard.Where(h => h != "end").Order(StringComparer.Ordinal))
            );
            await AdminAsync(
                $"delete from callintel_private.contact_numbers where org_id = '{Own.Id}' and index_version = 1"
            );
            Assert.Equal(
                "True",
                await RunAsync(OrgRole.Owner, "select callintel.move_org_key(2::smallint, 1, 2::smallint, 3::smallint)")
            );
            await MergeAsync();
            await WriteAsync();
            await ChangeMembersAsync();

            Assert.Equal(before, await TwinAsync());
        });

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public Task Roles_and_privacy_rules_of_one_org_have_no_effect_in_another(bool held) => OnAsync(held, async () =>
        {
            // the own admin owns the twin, the own owner's contacts are hidden there, and the own viewer is listed
            // there
            await AdminAsync(
                $"""
                insert into callintel_private.org_roles (org_id, member_id, role, granted_by)
                select '{Twin.Id}', r.member_id, case r.role when 40 then 50 else 40 end, r.member_id
                  from callintel_private.org_roles r where r.org_id = '{Own.Id}' and r.role in (10, 40, 50);
                update callintel_private.privacy_rules set level = 3 where org_id = '{Twin.Id}';
                update callintel_private.privacy_rules set level = 2 where org_id = '{Own.Id}' and level = 2;
                insert into callintel_private.privacy_rule_members (org_id, contact_id, member_id)
                select r.org_id, r.contact_id, '{Own.Members[OrgRole.Viewer]}' from callintel_private.privacy_rules r
                 where r.org_id = '{Twin.Id}' on conflict do nothing;
                """
            );
            string before = await TwinAsync();

            Assert.Equal("2", await RunAsync(OrgRole.Viewer, "select count(*) from callintel.contacts"));
            Assert.Equal("2", await RunAsync(OrgRole.Analyst, "select count(*) from callintel.contacts"));
            Assert.Equal(
                "CI006",
                await RunAsync(
                    OrgRole.Admin,
                    $"select callintel.set_member_role('{Own.Members[OrgRole.Viewer]}', 'owner')"
                )
            );
            Assert.Equal(
                "CI006",
                await RunAsync(
                    OrgRole.Admin,
                    $"select callintel.set_member_role('{Own.Members[OrgRole.Owner]}', 'viewer')"
                )
            );
            Assert.Equal(
                "CI006",
                await RunAsync(OrgRole.Admin, $"select callintel.set_member_role('{Own.Members[OrgRole.Owner]}', null)")
            );
            Assert.Equal(
                "CI006",
                await RunAsync(
                    OrgRole.Owner,
                    $"select callintel.set_member_role('{Own.Members[OrgRole.Owner]}', 'admin')"
                )
            );
            Assert.Equal(
                "",
                await RunAsync(
                    OrgRole.Owner,
                    $"select callintel.set_member_role('{Own.Members[OrgRole.Viewer]}', 'analyst')"
                )
            );
            Assert.Equal(
                "",
                await RunAsync(
                    OrgRole.Owner,
                    $"select callintel.set_member_role('{Own.Members[OrgRole.Viewer]}', null)"
                )
            );
            Assert.Equal("CI004", await RunAsync(OrgRole.Viewer, "select 1"));
            Assert.Equal(
                "",
                await RunAsync(
                    OrgRole.Admin,
                    $"select callintel.set_member_role('{Twin.Members[OrgRole.Owner]}', 'viewer')"
                )
            );
            Assert.Equal(
                "1",
                await RunAsync(
                    OrgRole.Admin,
                    $"select count(*) from callintel.read_privacy_rules(md5('twincontact0')::uuid)"
                )
            );
            Assert.Equal(
                "True",
                await RunAsync(OrgRole.Admin, "select callintel.remove_privacy_rule(md5('twincontact0')::uuid)")
            );
            Assert.Equal(
                "",
                await RunAsync(
                    OrgRole.Admin,
                    """
                    select callintel.set_privacy_rule(md5('twincontact2')::uuid, 1::smallint, '{}', false, false, null)
                    """
                )
            );
            Assert.Equal("3", await RunAsync(OrgRole.Analyst, "select count(*) from callintel.contacts"));

            // nor in place of a role that was lost after the session began
            string admin = $"{Own.Members[OrgRole.Admin]}";
            const string set = "md5('twincontact1')::uuid, 0::smallint, '{}', false, false, null";
            await using (SessionTransaction open = await SessionTransaction.BeginAsync(Database, Own.As(OrgRole.Admin)))
            {
                await AdminAsync(
                    $"delete from callintel_private.org_roles where org_id = '{Own.Id}' and member_id = '{admin}'"
                );
                Assert.Equal("CI005", await open.WriteAsync($"select callintel.set_privacy_rule({set})"));
            }

            Assert.Equal(before, await TwinAsync());
        });

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public Task No_org_waits_for_uncommitted_changes_of_another_org(bool held) => OnAsync(held, async () =>
        {
            static string[] Changes(TestOrg org) =>
                [
                    """
                        select callintel.set_privacy_rule(md5('twincontact0')::uuid, 1::smallint, '{}', false, false,
                               null)
                        """,
                    $"select callintel.set_member_role('{org.Members[OrgRole.Viewer]}', 'analyst')",
                    "select callintel.add_org_key(1::smallint, 1, 'r', '\\x00')",
                    "select callintel.reserve_key_uses(sha256('k'), 1, 10)",
                ];
            // the own org is more open than the twin: its members' permissions are others
            await AdminAsync(
                $"""
                delete from callintel_private.privacy_rule_members where org_id = '{Own.Id}';
                delete from callintel_private.privacy_rules where org_id = '{Own.Id}' and level > 1
                """
            );
            await using SessionTransaction open = await SessionTransaction.BeginAsync(Database, Twin.As(OrgRole.Owner));
            foreach (string change in Changes(Twin))
                Assert.Equal((change, "-1"), (change, await open.WriteAsync(change)));
            await using SessionTransaction own = await SessionTransaction.BeginAsync(Database, Own.As(OrgRole.Owner));
            await own.RunAsync("set local lock_timeout = '3s'");
            foreach (string change in Changes(Own))
                Assert.Equal((change, "-1"), (change, await own.WriteAsync(change)));
        });

    static async Task<List<string>> ListenAsync(NpgsqlConnection listener, string channel)
    {
        List<string> heard = [];
        listener.Notification += (_, e) => heard.Add(e.Payload);
        await using NpgsqlCommand listen = new($"listen {channel}", listener);
        await listen.ExecuteNonQueryAsync(Cancellation);
        return heard;
    }

    async Task OnAsync(bool held, Func<Task> test)
    {
        await using MigratedTemplate template = await server.Template.DeriveAsync(
            held ? "select 1" : WithoutPolicies,
            Cancellation
        );
        await using TestDatabase database = Database = await template.CloneAsync(Cancellation);
        Twin = await database.CreateOrgAsync("twin", Cancellation);
        Own = await database.CreateOrgAsync("own", Cancellation);
        await SampleKeys.AddAsync(database.Admin, Twin.Id, Own.Id);
        await SeedAsync();
        await test();
    }

    async Task<string> TwinAsync() =>
        await StateAsync(Twin, [.. await AccessMatrix.TablesAsync(Database, Cancellation)])
        + await StateAsync(Twin, ["org_keys", "data_keys"]);

    /// <summary>A line a table: how many rows of the org's there are, and a digest of them.</summary>
    async Task<string> StateAsync(TestOrg org, IReadOnlyList<string> tables)
    {
        List<string> lines = [];
        foreach (string table in tables)
            lines.Add(
                await AdminAsync(
                    $"""
                    select '{table} ' || count(*) || ' ' || coalesce(md5(string_agg(t::text, '|' order by t::text)), '')
                      from callintel_private.{table} t where org_id = '{org.Id}'
                    """
                )
            );
        return string.Join('\n', lines);
    }

    async Task<string> AdminAsync(string sql)
    {
        await using NpgsqlCommand command = Database.Admin.CreateCommand(sql);
        return $"{await command.ExecuteScalarAsync(Cancellation)}";
    }

    /// <returns>What the last statement returns, or the SQLSTATE that refuses one. All of them in one transaction of a
    /// member of the own org.</returns>
    async Task<string> RunAsync(OrgRole role, params string[] statements)
    {
        await using NpgsqlConnection connection = await Database.DataSource.Database.OpenConnectionAsync(Cancellation);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(Cancellation);
        try
        {
            await using (
                NpgsqlBatch context = new(connection)
                {
                    BatchCommands = { Database.DataSource.Database.BeginCommand(Own.As(role)) },
                }
            )
                await context.ExecuteNonQueryAsync(Cancellation);
            string result = "";
            foreach (string sql in statements)
            {
                await using NpgsqlCommand command = new(sql, connection);
                result = $"{await command.ExecuteScalarAsync(Cancellation)}";
            }
            await transaction.CommitAsync(Cancellation);
            return result;
        }
        catch (PostgresException e)
        {
            return e.SqlState;
        }
    }
}
