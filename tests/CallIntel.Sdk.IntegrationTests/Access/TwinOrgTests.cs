using CallIntel.Sdk.Access;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using Npgsql;

namespace CallIntel.Sdk.IntegrationTests.Access;

/// <summary>Two orgs whose rows have the same ids and keys: a function that looks at the id and not at the org cannot tell them apart.</summary>
public sealed class TwinOrgTests(DatabaseFixture fixture) : IClassFixture<DatabaseFixture>
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    TestOrg Own { get; set; } = null!;

    TestOrg Twin { get; set; } = null!;

    [Fact]
    public async Task No_function_reads_or_changes_the_rows_of_the_twin()
    {
        await SeedAsync();
        string before = await TwinAsync();

        foreach ((string sql, string expected) in Calls)
            Assert.Equal((sql, expected), (sql, await RunAsync(OrgRole.Owner, sql)));
        await AdminAsync($"delete from callintel.contact_numbers where org_id = '{Own.Id}' and index_version = 1");
        Assert.Equal("True", await RunAsync(OrgRole.Owner, "select callintel.move_org_key(2::smallint, 1, 2::smallint, 3::smallint)"));
        await MergeAsync();

        Assert.Equal(before, await TwinAsync());
    }

    [Fact]
    public async Task A_role_or_a_rule_in_one_org_counts_for_nothing_in_another()
    {
        await SeedAsync();
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
        Assert.Equal("1", await RunAsync(OrgRole.Admin, "with x as (delete from callintel.privacy_rules where level = 0 returning 1) select count(*) from x"));
        Assert.Equal("2", await RunAsync(OrgRole.Admin, "with x as (update callintel.privacy_rules set level = 1 returning 1) select count(*) from x"));
        Assert.Equal("3", await RunAsync(OrgRole.Analyst, "select count(*) from callintel.contacts"));

        Assert.Equal(before, await TwinAsync());
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
        ("select callintel.finish_run(md5('twinrun0')::uuid, null)", ""),
        ("select count(*) from callintel.fetch_data_keys(array[sha256('k'), sha256('theirs')])", "1"),
        ("select callintel.reserve_key_uses(sha256('k'), 1, 10)", "1"),
        ("select callintel.reserve_key_uses(sha256('theirs'), 1, 10)", "0"),
        ("select count(*) from callintel.get_or_create_data_keys('{person}', array[md5('subject')::uuid], '{1}', '{10}', array[sha256('c')], '{1}', array[decode(repeat('02', 61), 'hex')])", "1"),
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
        ("select count(*) from callintel.read_outdated_numbers(2, null, 100)", "6"),
        ("select callintel.count_outdated_numbers(2)", "6"),
        ("select replaced from callintel.replace_numbers(2, array[md5('twinindex0')::uuid], array['\\xc10100'::bytea || sha256('k') || decode(repeat('00', 28), 'hex')], "
            + "array[md5('fresh')::uuid], array['\\xc10100'::bytea || sha256('k') || decode(repeat('01', 28), 'hex')])", "1"),
        ("select cardinality(claimed) from callintel.replace_numbers(2, array[md5('twinindex1')::uuid], array['\\xc10100'::bytea || sha256('k') || decode(repeat('00', 28), 'hex')], "
            + "array[md5('claimed there')::uuid], array['\\xc10100'::bytea || sha256('k') || decode(repeat('01', 28), 'hex')])", "0"),
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
        string Row(int n, int minute, string change, string body) =>
            $"({Id(n, minute)}, '2026-02-01 10:{minute:00}Z', '{admin}', 9, 2, 1, 1, 'x{n}', {change}, {body})";
        const string Body = "decode('c10100' || repeat('01', 60), 'hex'), 5", None = "null::bytea, null::bigint";
        string rows = string.Join(", ", Row(1, 1, "null::smallint", Body), Row(2, 2, "1", None), Row(3, 3, "2", None), Row(4, 44, "null", None), Row(5, 5, "null", Body), Row(6, 6, "null", Body));
        Assert.Equal("0 suppressed, 6 staged, 2 inserted", await RunAsync(OrgRole.Owner, $"""
            do $do$ declare slot integer := callintel.open_slot(); begin
                execute format($rows$insert into callintel.staging_%s (id, occurred_at, member_id, duration_s, channel, direction, outcome, external_id, change, body, body_hash)
                                     values {rows}$rows$, slot);
                perform set_config('test.merged', m.suppressed || ' suppressed, ' || m.staged || ' staged, ' || m.inserted || ' inserted', true)
                   from callintel.merge_batch(slot, md5('twinsource0')::uuid, true) m;
            end $do$
            """, "select current_setting('test.merged')"));
        Assert.Equal("2", await RunAsync(OrgRole.Owner, $"select count(*) from callintel.event_contents where org_id = '{Own.Id}' and event_id in ({Id(1, 1)}, {Id(6, 6)}) and body_hash = 5"));
        string id = Id(1, 1);
        Assert.Equal("1", await RunAsync(OrgRole.Owner, $"select cardinality(callintel.merge_details(array[{id}], array[now()], '{{c}}', '{{p}}', '{{1}}', '{{s}}', '{{e}}', '{{1}}', '{{DKK}}', '{{null}}', '{{null}}'))"));
        Assert.Equal("1", await RunAsync(OrgRole.Owner, $"select cardinality(callintel.merge_parts(array[{id}], '{{0}}', '{{image/gif}}', '{{1}}', array[decode('c10100' || repeat('01', 60), 'hex')], '{{7}}'))"));
        Assert.Equal("1", await RunAsync(OrgRole.Owner, $"select cardinality(callintel.merge_participants(array[{id}], '{{0}}', array[md5('twincontact1')::uuid], '{{3}}', array[now()], '{{3}}', '{{1}}', '{{s}}'))"));
        // known to the twin alone
        Assert.Equal("0", await RunAsync(OrgRole.Owner, $"select cardinality(callintel.merge_details(array[{Id(7, 7)}], array[now()], '{{c}}', '{{p}}', '{{1}}', '{{s}}', '{{e}}', '{{1}}', '{{DKK}}', '{{null}}', '{{null}}'))"));
    }

    /// <summary>The id of an event of this minute whose random part is the same in both orgs.</summary>
    static string Id(int n, int minute) => $"overlay(callintel.first_id('2026-02-01 10:{minute:00}Z')::text placing substr(md5('tail{n}')::uuid::text, 15) from 15)::uuid";

    async Task SeedAsync()
    {
        Twin = await fixture.Database.CreateOrgAsync("twin", Cancellation);
        Own = await fixture.Database.CreateOrgAsync("own", Cancellation);
        // the twin first: whoever picks any of several rows picks its
        foreach (TestOrg org in new[] { Twin, Own })
        {
            await SampleRows.SeedAsync(fixture.Database, org, "twin");
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

    /// <summary>A line a table: how many rows of the twin's there are, and a digest of them.</summary>
    async Task<string> TwinAsync()
    {
        List<string> lines = [];
        foreach (string table in (await AccessMatrix.TablesAsync(fixture.Database, Cancellation)).Select(t => "callintel." + t).Append("callintel_private.org_keys").Append("callintel_private.data_keys"))
        {
            await using NpgsqlCommand command = fixture.Database.Admin.CreateCommand(
                $"select '{table} ' || count(*) || ' ' || coalesce(md5(string_agg(t::text, '|' order by t::text)), '') from {table} t where org_id = '{Twin.Id}'");
            lines.Add((string)(await command.ExecuteScalarAsync(Cancellation))!);
        }
        return string.Join('\n', lines);
    }

    async Task AdminAsync(string sql)
    {
        await using NpgsqlCommand command = fixture.Database.Admin.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Cancellation);
    }

    /// <returns>What the last statement returns, or the SQLSTATE that refuses one. All of them in one transaction of a member of the own org.</returns>
    async Task<string> RunAsync(OrgRole role, params string[] statements)
    {
        await using NpgsqlConnection connection = await fixture.Database.DataSource.OpenConnectionAsync(Cancellation);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(Cancellation);
        try
        {
            await using (NpgsqlBatch context = new(connection) { BatchCommands = { fixture.Database.DataSource.BeginCommand(Own.As(role)) } })
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
