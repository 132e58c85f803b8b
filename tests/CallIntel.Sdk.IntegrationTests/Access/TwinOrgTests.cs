using System.Text;
using CallIntel.Sdk.Access;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using Npgsql;

namespace CallIntel.Sdk.IntegrationTests.Access;

/// <summary>
/// Two orgs whose rows have the same ids and keys: a function that looks at the id and not at the org cannot tell them apart. Once as installed, and once
/// without the policies that hold definer code inside the verified org, so that the functions' own filters are all there is.
/// </summary>
public sealed class TwinOrgTests(ServerFixture server)
{
    const string WithoutDefinerPolicies = """
        do $$ declare p record; begin
            for p in select polrelid::regclass as t, polname, polcmd from pg_policy where 'callintel_definer'::regrole = any (polroles) and polname ~ 'inside the verified org|appends' loop
                execute format('alter policy %I on %s %s %s', p.polname, p.t, case when p.polcmd <> 'a' then 'using (true)' end, case when p.polcmd in ('*', 'a', 'w') then 'with check (true)' end);
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
    public Task No_function_reads_or_changes_the_rows_of_the_twin(bool held) => OnAsync(held, async () =>
    {
        await SeedMoreAsync();
        string before = await TwinAsync();

        foreach ((string sql, string expected) in Calls)
            Assert.Equal((sql, expected), (sql, await RunAsync(OrgRole.Owner, sql)));
        await AdminAsync($"delete from callintel.contact_numbers where org_id = '{Own.Id}' and index_version = 1");
        Assert.Equal("True", await RunAsync(OrgRole.Owner, "select callintel.move_org_key(2::smallint, 1, 2::smallint, 3::smallint)"));
        await MergeAsync();
        await ChangeMembersAsync();

        Assert.Equal(before, await TwinAsync());
    });

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public Task A_role_or_a_rule_in_one_org_counts_for_nothing_in_another(bool held) => OnAsync(held, async () =>
    {
        // the own admin owns the twin, the own owner's contacts are hidden there, and the own viewer is listed there
        await AdminAsync($"""
            insert into callintel.org_roles (org_id, member_id, role, granted_by)
            select '{Twin.Id}', r.member_id, case r.role when 40 then 50 else 40 end, r.member_id from callintel.org_roles r where r.org_id = '{Own.Id}' and r.role in (10, 40, 50);
            update callintel.privacy_rules set level = 3 where org_id = '{Twin.Id}';
            update callintel.privacy_rules set level = 2 where org_id = '{Own.Id}' and level = 2;
            insert into callintel.privacy_rule_members (org_id, contact_id, member_id)
            select r.org_id, r.contact_id, '{Own.Members[OrgRole.Viewer]}' from callintel.privacy_rules r where r.org_id = '{Twin.Id}' on conflict do nothing;
            """);
        string before = await TwinAsync();

        Assert.Equal("2", await RunAsync(OrgRole.Viewer, "select count(*) from callintel.contacts"));
        Assert.Equal("2", await RunAsync(OrgRole.Analyst, "select count(*) from callintel.contacts"));
        Assert.Equal("CI006", await RunAsync(OrgRole.Admin, $"select callintel.set_member_role('{Own.Members[OrgRole.Viewer]}', 'owner')"));
        Assert.Equal("CI006", await RunAsync(OrgRole.Admin, $"select callintel.set_member_role('{Own.Members[OrgRole.Owner]}', 'viewer')"));
        Assert.Equal("CI006", await RunAsync(OrgRole.Admin, $"select callintel.set_member_role('{Own.Members[OrgRole.Owner]}', null)"));
        Assert.Equal("CI006", await RunAsync(OrgRole.Owner, $"select callintel.set_member_role('{Own.Members[OrgRole.Owner]}', 'admin')"));
        Assert.Equal("", await RunAsync(OrgRole.Owner, $"select callintel.set_member_role('{Own.Members[OrgRole.Viewer]}', 'analyst')"));
        Assert.Equal("", await RunAsync(OrgRole.Owner, $"select callintel.set_member_role('{Own.Members[OrgRole.Viewer]}', null)"));
        Assert.Equal("CI004", await RunAsync(OrgRole.Viewer, "select 1"));
        Assert.Equal("", await RunAsync(OrgRole.Admin, $"select callintel.set_member_role('{Twin.Members[OrgRole.Owner]}', 'viewer')"));
        Assert.Equal("1", await RunAsync(OrgRole.Admin, "with x as (delete from callintel.privacy_rules where level = 0 returning 1) select count(*) from x"));
        Assert.Equal("2", await RunAsync(OrgRole.Admin, "with x as (update callintel.privacy_rules set level = 1 returning 1) select count(*) from x"));
        Assert.Equal("3", await RunAsync(OrgRole.Analyst, "select count(*) from callintel.contacts"));

        Assert.Equal(before, await TwinAsync());
    });

    async Task OnAsync(bool held, Func<Task> test)
    {
        await using MigratedTemplate template = await server.Template.DeriveAsync(held ? "select 1" : WithoutDefinerPolicies, Cancellation);
        await using TestDatabase database = Database = await template.CloneAsync(Cancellation);
        Twin = await database.CreateOrgAsync("twin", Cancellation);
        Own = await database.CreateOrgAsync("own", Cancellation);
        await SeedAsync();
        await test();
    }

    /// <summary>Contacts kept from the own members and from those of the twin, invitations and members that the twin alone has.</summary>
    async Task SeedMoreAsync()
    {
        foreach (TestOrg org in new[] { Twin, Own })
            await AdminAsync($"""
                insert into callintel.events (org_id, id, occurred_at, source_id, contact_id, member_id, channel, direction, outcome)
                select '{org.Id}', callintel.first_id(t), t, md5('twinsource0')::uuid, md5('twincontact3')::uuid, '{org.Members[OrgRole.Admin]}', 1, 1, 2
                  from generate_series(timestamptz '2026-01-20 10:00Z', '2026-01-20 10:05Z', '1 minute') t;
                insert into callintel.events (org_id, id, occurred_at, source_id, contact_id, member_id, channel, direction, outcome, external_id)
                select '{org.Id}', e.id, timestamptz '{(org == Twin ? "2026-02-01 18:00Z" : "2026-02-01 10:00Z")}' + e.n * interval '1 minute', md5('twinsource0')::uuid, md5('twincontact0')::uuid,
                       '{(org == Twin ? Own.Members[OrgRole.Member] : Own.Members[OrgRole.Admin])}', 2, 1, 1, 'x' || e.n
                  from ({string.Join(" union all ", Enumerable.Range(8, 7).Where(n => org == Twin || n is not (9 or 14)).Select(n => $"select {Id(n, n)} as id, {n} as n"))}) e;
                insert into callintel.event_keys (org_id, record_key, event_id)
                select org_id, callintel_private.record_key(id), id from callintel.events where org_id = '{org.Id}' and external_id in ('x8', 'x10', 'x11', 'x12', 'x13');
                insert into callintel.event_contents (org_id, event_id, contact_id, member_id, body, body_hash)
                select org_id, id, contact_id, member_id, decode('c10100' || repeat('00', 60), 'hex'), 1 from callintel.events where org_id = '{org.Id}' and external_id ~ '^x1.';
                insert into callintel.contacts (org_id, id, created_by) values ('{org.Id}', md5('kept there')::uuid, '{org.Members[OrgRole.Admin]}');
                """);
        await AdminAsync($"""
            -- told last by the twin's source
            insert into callintel.event_details (org_id, event_id, contact_id, member_id, modified_at)
            select org_id, id, contact_id, member_id, '2099-01-01' from callintel.events where org_id = '{Twin.Id}' and external_id = 'x8';
            update callintel.event_details set modified_at = '2099-01-01' where org_id = '{Twin.Id}' and event_id = {Id(4, 4)};
            delete from callintel.event_details where org_id = '{Own.Id}' and event_id = {Id(4, 4)};
            -- other events under the same keys
            update callintel.event_keys k set event_id = case external_id when 'x2' then {Id(11, 11)} when 'x3' then {Id(10, 10)} else {Id(7, 7)} end
              from callintel.events e where e.org_id = '{Twin.Id}' and e.external_id in ('x2', 'x3', 'x4', 'x8') and k.org_id = e.org_id and k.event_id = e.id;
            update callintel.sync_streams set cursor = 'theirs' where org_id = '{Twin.Id}' and id = md5('twinstream0')::uuid;
            insert into callintel.contacts (org_id, id, created_by) select '{Twin.Id}', md5('in vain ' || n)::uuid, '{Twin.Members[OrgRole.Admin]}' from generate_series(1, 2) n;
            insert into callintel_private.data_keys (org_id, key_id, purpose, subject_id, epoch, wrapped)
            values ('{Twin.Id}', sha256('far'), 'person', md5('far')::uuid, 9, decode(repeat('00', 61), 'hex'));
            insert into callintel.org_roles (org_id, member_id, role, granted_by) values ('{Twin.Id}', '{Own.Members[OrgRole.Owner]}', 50, '{Own.Members[OrgRole.Owner]}');
            insert into callintel.privacy_rules (org_id, contact_id, level, set_by) values ('{Twin.Id}', md5('kept there')::uuid, 3, '{Twin.Members[OrgRole.Admin]}');
            insert into callintel.contacts (org_id, id, created_by) values ('{Twin.Id}', md5('their contact')::uuid, '{Twin.Members[OrgRole.Admin]}');
            insert into callintel.privacy_rule_members (org_id, contact_id, member_id)
            select '{Twin.Id}', md5('twincontact2')::uuid, m from unnest(array['{Own.Members[OrgRole.Viewer]}', '{Own.Members[OrgRole.Owner]}']::uuid[]) m;
            insert into callintel.invitations (org_id, id, role, token_digest, invited_by, expires_at)
            values ('{Twin.Id}', md5('their invitation')::uuid, 20, sha256('theirs'), '{Own.Members[OrgRole.Owner]}', now() + interval '1 day');
            """);
    }

    /// <summary>Rules, invitations and roles, with ids that mean something in both orgs.</summary>
    async Task ChangeMembersAsync()
    {
        const string Range = "callintel.first_id('2026-01-20'), callintel.first_id('2026-01-21'), '2026-01-20', '2026-01-21'";
        Assert.Equal("6", await RunAsync(OrgRole.Analyst, $"select sum(events) from callintel.count_kept_events({Range}, 'day', 'UTC')"));
        Assert.Equal("6", await RunAsync(OrgRole.Analyst, $"select sum(calls) from callintel.count_kept_unanswered({Range}, 'UTC')"));

        string Rule(string contact, int level, string members) => $"select callintel.set_privacy_rule(md5('{contact}')::uuid, {level}::smallint, '{{{members}}}', false, false, null)";
        Assert.Equal("", await RunAsync(OrgRole.Owner, Rule("kept there", 2, $"{Own.Members[OrgRole.Viewer]}")));
        Assert.Equal("", await RunAsync(OrgRole.Owner, Rule("twincontact2", 2, $"{Own.Members[OrgRole.Viewer]}")));
        Assert.Equal("CI152", await RunAsync(OrgRole.Owner, Rule("their contact", 1, "")));
        Assert.Equal("CI197", await RunAsync(OrgRole.Owner, Rule("twincontact2", 2, $"{Twin.Members[OrgRole.Viewer]}")));
        Assert.Equal("True", await RunAsync(OrgRole.Owner, "select callintel.remove_privacy_rule(md5('twincontact2')::uuid)"));
        Assert.Equal("False", await RunAsync(OrgRole.Owner, "select callintel.remove_privacy_rule(md5('their contact')::uuid)"));

        Assert.Equal("True", await RunAsync(OrgRole.Owner, "select x.id is not null from callintel.invite_member('admin', sha256('new'), '1 day') x"));
        Assert.Equal("False", await RunAsync(OrgRole.Owner, "select callintel.revoke_invitation(md5('their invitation')::uuid)"));
        Assert.Equal("CI195", await AcceptAsync("theirs"));
        Assert.Equal("viewer", await AcceptAsync("sample"));
        Assert.Equal("False", await RunAsync(OrgRole.Owner, "select callintel.revoke_invitation(md5('twininvitation0')::uuid)"));

        Assert.Equal("", await RunAsync(OrgRole.Owner, $"select callintel.set_member_role('{Own.Members[OrgRole.Viewer]}', null)"));
        Assert.Equal("CI006", await RunAsync(OrgRole.Owner, $"select callintel.transfer_ownership('{Twin.Members[OrgRole.Admin]}')"));
        Assert.Equal("", await RunAsync(OrgRole.Owner, $"select callintel.transfer_ownership('{Own.Members[OrgRole.Admin]}')"));
        // whose invitation the twin has as well
        Assert.Equal("", await RunAsync(OrgRole.Admin, $"select callintel.set_member_role('{Own.Members[OrgRole.Owner]}', 'viewer')"));
        Assert.Equal("1", await RunAsync(OrgRole.Admin, "select count(*) from callintel.invitations where revoked_at is not null"));
    }

    /// <returns>The role that somebody who is in no org is given in the own one, or the SQLSTATE of the refusal.</returns>
    async Task<string> AcceptAsync(string secret)
    {
        await using NpgsqlCommand command = Database.Admin.CreateCommand("select callintel.accept_invitation($1, $2)");
        command.Parameters.Add(new NpgsqlParameter { Value = Database.DataSource.BeginCommand(new OrgIdentity(Own.Id, new MemberId(Guid.NewGuid())), 1L << 41).Parameters[0].Value });
        command.Parameters.Add(new NpgsqlParameter { Value = Encoding.UTF8.GetBytes(secret) });
        try
        {
            return $"{await command.ExecuteScalarAsync(Cancellation)}";
        }
        catch (PostgresException e)
        {
            return e.SqlState;
        }
    }

    // the same ids in both orgs; sha256('k') is a key, '\x01' its wrapped form
    static readonly (string Sql, string Expected)[] Calls =
    [
        ("select count(*) from callintel.sync_health", "1"),
        ("select count(*) from callintel.sync_health_at(now())", "1"),
        ("select callintel.beat_run(md5('twinrun0')::uuid)", ""),
        ("select callintel.expect_source('theirs', interval '1 hour', null)", "CI230"),
        ("select count(*) from callintel.find_contacts(array(select md5('twinindex' || n)::uuid from generate_series(0, 3) n))", "4"),
        ("select count(*) from callintel.find_contacts(array[md5('theirs')::uuid])", "0"),
        ("select count(*) from callintel.resolve_contacts(array[gen_random_uuid()], array[md5('twinindex0')::uuid], '{1}', array[decode('c10100' || repeat('00', 60), 'hex')], 1)", "1"),
        ("select contact_id = md5('new')::uuid from callintel.resolve_contacts(array[md5('new')::uuid], array[md5('theirs')::uuid], '{1}', array[decode('c10100' || repeat('00', 60), 'hex')], 1)", "True"),
        ("select count(*) from callintel.resolve_contacts(array[md5('twincontact9')::uuid], array[md5('new index')::uuid], '{1}', array[decode('c10100' || repeat('00', 60), 'hex')], 1)", "1"),
        ("select count(*) from callintel.resolve_contacts('{}', '{}', '{}', '{}', 5)", "CI143"),
        ("select cursor is null from callintel.start_run('theirs', 'test', 'default')", "True"),
        ("select callintel.record_batch(md5('twinrun0')::uuid, md5('twinstream0')::uuid, 1, 1, 0, 0, now(), '{}', '{}', '{}', '{}', null, 'moved')", ""),
        ("select cursor from callintel.start_run('sample', 'test', 'default')", "moved"),
        ("select callintel.finish_run(md5('twinrun0')::uuid, null)", ""),
        // one of the two is made in vain
        ("select count(*) from callintel.resolve_contacts(array[md5('in vain 1')::uuid, md5('in vain 2')::uuid], array_fill(md5('twice')::uuid, '{2}'), '{1,1}', array_fill(decode('c10100' || repeat('00', 60), 'hex'), '{2}'), 1)", "1"),
        ("select count(*) from callintel.fetch_data_keys(array[sha256('k'), sha256('theirs')])", "1"),
        ("select callintel.reserve_key_uses(sha256('k'), 1, 10)", "1"),
        ("select callintel.reserve_key_uses(sha256('theirs'), 1, 10)", "0"),
        ("select count(*) from callintel.get_or_create_data_keys('{person}', array[md5('subject')::uuid], '{1}', '{10}', array[sha256('c')], '{1}', array[decode(repeat('02', 61), 'hex')])", "1"),
        // offered under an epoch that is not active, and not taken
        ("select count(*) from callintel.get_or_create_data_keys('{person}', array[md5('subject')::uuid], '{1}', '{10}', array[sha256('far')], '{5}', array[decode(repeat('02', 61), 'hex')])", "1"),
        // spent, so that the candidate takes its place
        ("select granted from callintel.get_or_create_data_keys('{person}', array[md5('subject')::uuid], '{1}', '{2}', array[sha256('d')], '{1}', array[decode(repeat('02', 61), 'hex')])", "1"),
        // shredded in the twin alone
        ("select granted from callintel.get_or_create_data_keys('{person}', array[md5('gone')::uuid], '{1}', '{10}', array[sha256('e')], '{1}', array[decode(repeat('02', 61), 'hex')])", "1"),
        ("select count(*) from callintel.fetch_org_keys(1::smallint)", "1"),
        ("select callintel.blind_index_version()", "1"),
        ("select callintel.add_org_key(1::smallint, 2, 'r', '\\x00')", ""),
        ("select callintel.add_org_key(2::smallint, 2, 'r', '\\x00')", ""),
        ("select count(*) from callintel.read_outdated_data_keys(2, null, 100)", "4"),
        ("select callintel.count_outdated_data_keys(2)", "4"),
        ("select callintel.replace_data_keys(array[sha256('k')], '{1}', '{2}', array[decode(repeat('03', 61), 'hex')])", "1"),
        ("select callintel.replace_data_keys(array[sha256('theirs')], '{1}', '{2}', array[decode(repeat('03', 61), 'hex')])", "0"),
        ("select callintel.replace_data_keys('{}', '{}', '{7}', '{}')", "CI126"),
        ("select count(*) from callintel.read_outdated_numbers(2, null, 100)", "7"),
        ("select callintel.count_outdated_numbers(2)", "7"),
        ("select replaced from callintel.replace_numbers(2, array[md5('twinindex0')::uuid], array['\\xc10100'::bytea || sha256('k') || decode(repeat('00', 28), 'hex')], "
            + "array[md5('fresh')::uuid], array['\\xc10100'::bytea || sha256('k') || decode(repeat('01', 28), 'hex')])", "1"),
        ("select cardinality(claimed) from callintel.replace_numbers(2, array[md5('twinindex1')::uuid], array['\\xc10100'::bytea || sha256('k') || decode(repeat('00', 28), 'hex')], "
            + "array[md5('claimed there')::uuid], array['\\xc10100'::bytea || sha256('k') || decode(repeat('01', 28), 'hex')])", "0"),
        ("select cardinality(claimed) from callintel.replace_numbers(2, array[md5('twinindex3')::uuid], array['\\xc10100'::bytea || sha256('k') || decode(repeat('00', 28), 'hex')], "
            + "array[md5('twinindex2')::uuid], array['\\xc10100'::bytea || sha256('k') || decode(repeat('01', 28), 'hex')])", "1"),
        // under a key that only the twin has
        ("select replaced from callintel.replace_numbers(2, array[md5('twinindex2')::uuid], array['\\xc10100'::bytea || sha256('q') || decode(repeat('00', 28), 'hex')], "
            + "array[md5('fresh 2')::uuid], array['\\xc10100'::bytea || sha256('theirs') || decode(repeat('01', 28), 'hex')])", "0"),
        ("select callintel.replace_numbers(5, '{}', '{}', '{}', '{}')", "CI143"),
        ("select callintel.drop_shredded_numbers(array[md5('twinindex2')::uuid], 9)", "0"),
        ("select callintel.move_org_key(1::smallint, 1, 2::smallint, 3::smallint)", "True"),
        ("select callintel.move_org_key(1::smallint, 1, 3::smallint, 4::smallint)", "CI140"),
        ("select callintel.replace_data_keys(array[sha256('d'), sha256('e'), sha256('q')], '{1,1,1}', '{2,2,2}', array_fill(decode(repeat('03', 61), 'hex'), '{3}'))", "3"),
        ("select callintel.move_org_key(1::smallint, 1, 3::smallint, 4::smallint)", "True"),
        ("select callintel.move_org_key(2::smallint, 1, 2::smallint, 3::smallint)", "CI144"),
        ("select count(*) from callintel.shred_data_keys('person', md5('theirs')::uuid)", "0"),
        ("select granted from callintel.get_or_create_data_keys('{person}', array[md5('theirs')::uuid], '{1}', '{10}', array[sha256('f')], '{2}', array[decode(repeat('02', 61), 'hex')])", "0"),
        ("select count(*) from callintel.shred_data_keys('person', md5('subject')::uuid)", "2"),
        ("select callintel.drop_shredded_numbers(array[md5('twinindex3')::uuid], 9)", "1"),
    ];

    /// <summary>Changed, deleted, redacted and corrected records, details, parts and parties: of events that the twin has under the same ids.</summary>
    async Task MergeAsync()
    {
        string admin = Own.Members[OrgRole.Admin].ToString();
        const string Body = "decode('c10100' || repeat('01', 60), 'hex'), 5", None = "null::bytea, null::bigint";
        Assert.Equal("1 suppressed, 9 staged, 3 inserted, 7 updated", await BatchAsync(OrgRole.Owner, admin,
            (1, 1, "null::smallint", Body), (2, 2, "1", None), (3, 3, "2", None), (4, 44, "null", None), (5, 5, "null", Body), (6, 6, "null", Body), (8, 8, "null", Body), (9, 9, "1", None), (14, 14, "null", Body)));
        Assert.Equal("0", await RunAsync(OrgRole.Owner, "select count(*) from callintel.dirty_buckets where bucket >= '2026-02-01 17:00Z'"));
        Assert.Equal("4", await RunAsync(OrgRole.Owner, $"select count(*) from callintel.event_contents where event_id in ({Id(10, 10)}, {Id(11, 11)}, {Id(12, 12)}, {Id(13, 13)})"));
        // the twin says that these are the member's
        string[] kept = ["events", "event_contents", "event_details", "event_parts", "event_participants", "event_keys", "event_tombstones"];
        string before = await StateAsync(Own, kept);
        Assert.Equal("0 suppressed, 4 staged, 0 inserted, 0 updated", await BatchAsync(OrgRole.Member, Own.Members[OrgRole.Member].ToString(),
            (10, 10, "null::smallint", Body), (11, 11, "1", None), (12, 12, "2", None), (13, 46, "null", None)));
        Assert.Equal("0", await RunAsync(OrgRole.Member, $"select cardinality(callintel.merge_details(array[{Id(10, 10)}], array[now()], '{{c}}', '{{p}}', '{{1}}', '{{s}}', '{{e}}', '{{1}}', '{{DKK}}', '{{null}}', '{{null}}'))"));
        Assert.Equal(before, await StateAsync(Own, kept));
        Assert.Equal("0", await AdminAsync(string.Join(" + ", Enumerable.Range(0, 8).Select(slot => $"(select count(*) from callintel.staging_{slot})")).Insert(0, "select ")));
        Assert.Equal(admin, await RunAsync(OrgRole.Owner, $"select member_id from callintel.event_contents where event_id = {Id(8, 8)}"));
        Assert.Equal("2", await RunAsync(OrgRole.Owner, $"select count(*) from callintel.event_contents where org_id = '{Own.Id}' and event_id in ({Id(1, 1)}, {Id(6, 6)}) and body_hash = 5"));
        string id = Id(1, 1);
        Assert.Equal("1", await RunAsync(OrgRole.Owner, $"select cardinality(callintel.merge_details(array[{id}], array[now()], '{{c}}', '{{p}}', '{{1}}', '{{s}}', '{{e}}', '{{1}}', '{{DKK}}', '{{null}}', '{{null}}'))"));
        Assert.Equal("1", await RunAsync(OrgRole.Owner, $"select cardinality(callintel.merge_parts(array[{id}], '{{0}}', '{{image/gif}}', '{{1}}', array[decode('c10100' || repeat('01', 60), 'hex')], '{{7}}'))"));
        // deleted in the twin alone
        Assert.Equal("1", await RunAsync(OrgRole.Owner, $"select cardinality(callintel.merge_parts(array[{Id(5, 5)}], '{{0}}', '{{image/gif}}', '{{1}}', array[decode('c10100' || repeat('01', 60), 'hex')], '{{7}}'))"));
        Assert.Equal("1", await RunAsync(OrgRole.Owner, $"select cardinality(callintel.merge_participants(array[{id}], '{{0}}', array[md5('twincontact1')::uuid], '{{3}}', array[now()], '{{3}}', '{{1}}', '{{s}}'))"));
        // known to the twin alone
        Assert.Equal("0", await RunAsync(OrgRole.Owner, $"select cardinality(callintel.merge_details(array[{Id(7, 7)}], array[now()], '{{c}}', '{{p}}', '{{1}}', '{{s}}', '{{e}}', '{{1}}', '{{DKK}}', '{{null}}', '{{null}}'))"));
    }

    /// <summary>Merges one batch.</summary>
    /// <returns>What the merge counted.</returns>
    Task<string> BatchAsync(OrgRole role, string member, params (int N, int Minute, string Change, string Body)[] rows) => RunAsync(role, $"""
        do $do$ declare slot integer := callintel.open_slot(); begin
            execute format($rows$insert into callintel.staging_%s (id, occurred_at, member_id, duration_s, channel, direction, outcome, external_id, change, body, body_hash, modified_at)
                                 values {string.Join(", ", rows.Select(r => $"({Id(r.N, r.Minute)}, '2026-02-01 10:{r.Minute:00}Z', '{member}', 9, 2, 1, 1, 'x{r.N}', {r.Change}, {r.Body}, timestamptz '2026-03-01')"))}$rows$, slot);
            perform set_config('test.merged', m.suppressed || ' suppressed, ' || m.staged || ' staged, ' || m.inserted || ' inserted, ' || cardinality(m.updated) || ' updated', true)
               from callintel.merge_batch(slot, md5('twinsource0')::uuid, true) m;
        end $do$
        """, "select current_setting('test.merged')");

    /// <summary>The id of an event of this minute whose random part is the same in both orgs.</summary>
    static string Id(int n, int minute) => $"overlay(callintel.first_id('2026-02-01 10:{minute:00}Z')::text placing substr(md5('tail{n}')::uuid::text, 15) from 15)::uuid";

    async Task SeedAsync()
    {
        // the twin first: whoever picks any of several rows picks its
        foreach (TestOrg org in new[] { Twin, Own })
        {
            await SampleRows.SeedAsync(Database, org, "twin");
            string id = $"'{org.Id}'::uuid", events = string.Join(" union all ", Enumerable.Range(1, 4).Select(n => $"select {Id(n, n)} as id, {n} as n"));
            await AdminAsync($"""
                update callintel.contact_numbers n set number = '\xc10100'::bytea || sha256(case when number_index = md5('twinindex2')::uuid then 'q' else 'k' end::bytea) || decode(repeat('00', 28), 'hex')
                 where org_id = {id};
                insert into callintel_private.org_keys (org_id, kind, version, state, root_key_id, wrapped) values ({id}, 1, 1, 1, 'test', '\x00'), ({id}, 2, 1, 1, 'test', '\x00');
                insert into callintel_private.data_keys (org_id, key_id, purpose, subject_id, epoch, wrapped)
                select {id}, sha256(k::bytea), 'person', md5(subject)::uuid, 1, decode(repeat('00', 61), 'hex') from (values ('k', 'subject'), ('q', 'q')) as x (k, subject);
                insert into callintel.events (org_id, id, occurred_at, source_id, contact_id, member_id, channel, direction, outcome, external_id)
                select {id}, e.id, timestamptz '2026-02-01 10:00Z' + e.n * interval '1 minute', md5('twinsource0')::uuid, md5('twincontact0')::uuid, '{org.Members[OrgRole.Admin]}', 2, 1, 1, 'x' || e.n
                  from ({events}) e;
                insert into callintel.event_contents (org_id, event_id, contact_id, member_id, body, body_hash)
                select org_id, id, contact_id, member_id, decode('c10100' || repeat('00', 60), 'hex'), 1 from callintel.events where org_id = {id} and external_id ~ '^x';
                insert into callintel.event_details (org_id, event_id, contact_id, member_id, status) select org_id, id, contact_id, member_id, 's' from callintel.events where org_id = {id} and external_id ~ '^x';
                insert into callintel.event_parts (org_id, event_id, contact_id, member_id, ordinal, media_type, reference, reference_hash)
                select org_id, id, contact_id, member_id, 0, 'image/png', decode('c10100' || repeat('00', 60), 'hex'), 1 from callintel.events where org_id = {id} and external_id ~ '^x';
                insert into callintel.event_participants (org_id, event_id, contact_id, member_id, party_id, ordinal, role, outcome)
                select org_id, id, contact_id, member_id, contact_id, 0, 2, 0 from callintel.events where org_id = {id} and external_id ~ '^x';
                insert into callintel.event_embeddings (org_id, event_id, model, chunk, contact_id, member_id, content_hash, embedding)
                select org_id, id, 1, 0, contact_id, member_id, '\x00', '[1,2,3]' from callintel.events where org_id = {id} and external_id ~ '^x';
                insert into callintel.event_keys (org_id, record_key, event_id) select org_id, callintel_private.record_key(id), id from callintel.events where org_id = {id} and external_id ~ '^x';
                """);
        }
        string twin = $"'{Twin.Id}'::uuid";
        await AdminAsync($"""
            update callintel_private.org_keys set state = 2 where org_id = {twin};
            insert into callintel_private.org_keys (org_id, kind, version, root_key_id, wrapped) values ({twin}, 1, 7, 'test', '\x00'), ({twin}, 2, 5, 'test', '\x00');
            update callintel_private.data_keys set state = 4, wrapped = null, destroyed_at = now() where org_id = {twin} and subject_id = md5('q')::uuid;
            insert into callintel_private.data_keys (org_id, key_id, purpose, subject_id, epoch, state, wrapped, destroyed_at)
            select {twin}, sha256(k::bytea), 'person', md5(subject)::uuid, 1, state, case state when 1 then decode(repeat('00', 61), 'hex') end, case state when 4 then now() end
              from (values ('theirs', 'theirs', 1), ('gone', 'gone', 4), ('past', 'subject', 4)) as x (k, subject, state);
            insert into callintel.contact_numbers (org_id, number_index, contact_id, kind, number, index_version)
            select {twin}, md5(x)::uuid, md5('twincontact0')::uuid, 1, decode('c10100' || repeat('00', 60), 'hex'), 1 from unnest(array['theirs', 'claimed there']) x;
            insert into callintel.sync_sources (org_id, id, name, kind) values ({twin}, md5('their source')::uuid, 'theirs', 'test');
            insert into callintel.sync_streams (org_id, id, source_id, name, cursor) values ({twin}, md5('their stream')::uuid, md5('their source')::uuid, 'default', 'theirs');
            insert into callintel.events (org_id, id, occurred_at, source_id, member_id, channel, direction, outcome)
            values ({twin}, {Id(7, 7)}, '2026-02-01 10:07Z', md5('twinsource0')::uuid, '{Own.Members[OrgRole.Owner]}', 2, 1, 1);
            insert into callintel.event_tombstones (org_id, record_key, kind) values ({twin}, callintel_private.record_key({Id(5, 5)}), 1), ({twin}, callintel_private.record_key({Id(6, 6)}), 2);
            """);
    }

    async Task<string> TwinAsync() =>
        await StateAsync(Twin, [.. await AccessMatrix.TablesAsync(Database, Cancellation)]) + await StateAsync(Twin, ["org_keys", "data_keys"], "callintel_private");

    /// <summary>A line a table: how many rows of the org's there are, and a digest of them.</summary>
    async Task<string> StateAsync(TestOrg org, IReadOnlyList<string> tables, string schema = "callintel")
    {
        List<string> lines = [];
        foreach (string table in tables)
            lines.Add(await AdminAsync($"select '{table} ' || count(*) || ' ' || coalesce(md5(string_agg(t::text, '|' order by t::text)), '') from {schema}.{table} t where org_id = '{org.Id}'"));
        return string.Join('\n', lines);
    }

    async Task<string> AdminAsync(string sql)
    {
        await using NpgsqlCommand command = Database.Admin.CreateCommand(sql);
        return $"{await command.ExecuteScalarAsync(Cancellation)}";
    }

    /// <returns>What the last statement returns, or the SQLSTATE that refuses one. All of them in one transaction of a member of the own org.</returns>
    async Task<string> RunAsync(OrgRole role, params string[] statements)
    {
        await using NpgsqlConnection connection = await Database.DataSource.OpenConnectionAsync(Cancellation);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(Cancellation);
        try
        {
            await using (NpgsqlBatch context = new(connection) { BatchCommands = { Database.DataSource.BeginCommand(Own.As(role)) } })
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
