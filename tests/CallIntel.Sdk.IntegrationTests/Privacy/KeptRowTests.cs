using CallIntel.Sdk.Access;
using CallIntel.Sdk.Testing;
using Npgsql;

namespace CallIntel.Sdk.IntegrationTests.Privacy;

/// <summary>Rows that a rule keeps from a member for one reason alone.</summary>
public sealed class KeptRowTests(DatabaseFixture fixture) : IClassFixture<DatabaseFixture>
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Who_took_part_is_kept_where_the_event_is_not()
    {
        TestOrg org = await SeededAsync("parties");
        // at an event of a contact whom everybody sees, a restricted and a hidden one
        await AdminAsync($"""
            insert into callintel_private.event_participants (org_id, event_id, contact_id, member_id, party_id, ordinal, role, outcome)
            select e.org_id, e.id, e.contact_id, e.member_id, {Contact(org, "n")}, n, 2, 0 from callintel_private.events e, generate_series(2, 3) n
             where e.org_id = '{org.Id}' and e.contact_id = {Contact(org, "0")}
            """);
        string sql = $"select count(*) from callintel_private.event_participants where contact_id = {Contact(org, "0")}";
        Assert.Equal(2L, await AskAsync(org, OrgRole.Analyst, sql));
        Assert.Equal(4L, await AskAsync(org, OrgRole.Admin, sql));
        Assert.Equal(1L, await AskAsync(org, OrgRole.Member, sql));

        // and whom everybody sees, at an event of a restricted one
        await AdminAsync($"update callintel_private.event_participants set party_id = {Contact(org, "0")} where org_id = '{org.Id}' and contact_id = {Contact(org, "2")}");
        sql = $"select count(*) from callintel_private.event_participants where contact_id = {Contact(org, "2")}";
        Assert.Equal(0L, await AskAsync(org, OrgRole.Analyst, sql));
        Assert.Equal(2L, await AskAsync(org, OrgRole.Admin, sql));
    }

    [Fact]
    public async Task Who_is_listed_for_one_contact_is_listed_for_no_other_and_nobody_else_is()
    {
        TestOrg org = await SeededAsync("listed");
        await AdminAsync($"""
            update callintel_private.privacy_rules set level = 2 where org_id = '{org.Id}' and level = 1;
            insert into callintel_private.privacy_rule_members (org_id, contact_id, member_id) values ('{org.Id}', {Contact(org, "1")}, '{org.Members[OrgRole.Analyst]}');
            """);
        const string Sql = "select string_agg(id::text, ' ' order by id) from callintel_private.contacts";
        Assert.Equal(await IdsAsync(org, "0, 1"), await AskAsync(org, OrgRole.Analyst, Sql));
        Assert.Equal(await IdsAsync(org, "0"), await AskAsync(org, OrgRole.Viewer, Sql));
        Assert.Equal(await IdsAsync(org, "0, 1, 2"), await AskAsync(org, OrgRole.Admin, Sql));
    }

    [Fact]
    public async Task The_strictest_rule_says_how_open_an_org_is()
    {
        TestOrg org = await SeededAsync("open"), other = await SeededAsync("closed");
        async Task IsAsync(bool nobodyKept, bool nothingWithheld)
        {
            Assert.Equal(nobodyKept, await AskAsync(org, OrgRole.Viewer, "select callintel.org_if(32768) is not null"));
            Assert.Equal(nothingWithheld, await AskAsync(org, OrgRole.Viewer, "select callintel.org_if(65536) is not null"));
            Assert.Equal(false, await AskAsync(other, OrgRole.Viewer, "select callintel.org_if(32768) is not null"));
            Assert.Equal(3L, await AskAsync(other, OrgRole.Owner, "select strictest_rule::bigint from callintel_private.orgs"));
        }
        await IsAsync(false, false);
        await AdminAsync($"delete from callintel_private.privacy_rule_members where org_id = '{org.Id}'; delete from callintel_private.privacy_rules where org_id = '{org.Id}' and level > 1");
        await IsAsync(true, false);
        await AdminAsync($"delete from callintel_private.privacy_rules where org_id = '{org.Id}' and level > 0");
        await IsAsync(true, true);
        await AdminAsync($"update callintel_private.privacy_rules set level = 2 where org_id = '{org.Id}'");
        await IsAsync(false, false);
        await AdminAsync($"update callintel_private.privacy_rules set level = 0 where org_id = '{org.Id}'");
        await IsAsync(true, true);
        await AdminAsync($"insert into callintel_private.privacy_rules (org_id, contact_id, level, set_by) values ('{org.Id}', {Contact(org, "1")}, 3, '{org.Members[OrgRole.Admin]}')");
        await IsAsync(false, false);
    }

    [Fact]
    public async Task Every_way_of_changing_a_rule_or_a_list_is_on_file()
    {
        TestOrg org = await SeededAsync("on file");
        (string Change, string Table, string Action)[] changes =
        [
            ($"update callintel_private.privacy_rules set no_search = true where contact_id = {Contact(org, "1")}", "privacy_rules", "set"),
            ($"delete from callintel_private.privacy_rules where contact_id = {Contact(org, "1")}", "privacy_rules", "remove"),
            ($"insert into callintel_private.privacy_rules (org_id, contact_id, level, set_by) values ('{org.Id}', {Contact(org, "1")}, 1, '{org.Members[OrgRole.Admin]}')", "privacy_rules", "set"),
            ($"update callintel_private.privacy_rule_members set member_id = '{org.Members[OrgRole.Viewer]}'", "privacy_rule_members", "set"),
            ("delete from callintel_private.privacy_rule_members", "privacy_rule_members", "remove"),
            ($"insert into callintel_private.privacy_rule_members (org_id, contact_id, member_id) values ('{org.Id}', {Contact(org, "2")}, '{org.Members[OrgRole.Viewer]}')", "privacy_rule_members", "set"),
        ];
        await using SessionTransaction admin = await SessionTransaction.BeginAsync(fixture.Database, org.As(OrgRole.Admin));
        foreach ((string change, string table, string action) in changes)
        {
            string filed = $"select count(*) from callintel_private.audit_log where object = '{table}' and action = '{action}'";
            long before = (long)(await admin.RunAsync(filed))!;
            Assert.Equal((change, "1"), (change, await admin.WriteAsync(change)));
            Assert.Equal((change, before + 1), (change, (long)(await admin.RunAsync(filed))!));
        }
    }

    static string Contact(TestOrg org, string n) => $"md5('{org.Id}contact' || {n})::uuid";

    async Task<TestOrg> SeededAsync(string name)
    {
        TestOrg org = await fixture.Database.CreateOrgAsync(name, Cancellation);
        await SampleRows.SeedAsync(fixture.Database, org);
        return org;
    }

    async Task<object?> AskAsync(TestOrg org, OrgRole role, string sql)
    {
        await using SessionTransaction session = await SessionTransaction.BeginAsync(fixture.Database, org.As(role));
        return await session.RunAsync(sql);
    }

    async Task<object?> IdsAsync(TestOrg org, string numbers)
    {
        await using NpgsqlCommand command = fixture.Database.Admin.CreateCommand($"select string_agg(id::text, ' ' order by id) from unnest(array[{numbers}]) n, lateral (select {Contact(org, "n")} as id) x");
        return await command.ExecuteScalarAsync(Cancellation);
    }

    async Task AdminAsync(string sql)
    {
        await using NpgsqlCommand command = fixture.Database.Admin.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Cancellation);
    }
}
