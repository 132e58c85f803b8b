using CallIntel.Sdk.Access;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using Npgsql;

namespace CallIntel.Sdk.IntegrationTests.Access;

/// <summary>
/// Statements that write and read nothing: without WHERE and RETURNING no policy for SELECT is asked, so that what holds them is the policy for writing alone.
/// </summary>
public sealed class BlindWriteTests(DatabaseFixture fixture) : IClassFixture<DatabaseFixture>
{
    const string Envelope = "decode('c10100' || repeat('00', 60), 'hex')";

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("contact_numbers", "kind = 2")]
    [InlineData("contact_profiles", $"display_name = {Envelope}")]
    public async Task Whoever_writes_contacts_reaches_those_they_may_see_and_leaves_them_there(string table, string change)
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("blind", Cancellation), foreign = await fixture.Database.CreateOrgAsync("another", Cancellation);
        await SampleRows.SeedAsync(fixture.Database, org);
        await SampleRows.SeedAsync(fixture.Database, foreign);
        string hidden = Contact(org, 3), theirs = Contact(foreign, 0);
        // no key of the table may be what refuses a row that is moved to them
        await AdminAsync($"delete from callintel_private.contact_profiles where contact_id in ({hidden}, {theirs})");
        string own = $"'{org.Id}'", other = $"'{foreign.Id}'";
        string New(string orgId, string contact) => table == "contact_numbers"
            ? $"insert into callintel_private.contact_numbers (org_id, number_index, contact_id, kind, number, index_version) values ({orgId}, md5('new')::uuid, {contact}, 1, {Envelope}, 1)"
            : $"insert into callintel_private.contact_profiles (org_id, contact_id, display_name) values ({orgId}, {contact}, {Envelope})";

        // of four contacts one is restricted and one is hidden
        OrgIdentity member = org.As(OrgRole.Member), analyst = org.As(OrgRole.Analyst);
        Assert.Equal("2", await WriteAsync(member, $"update callintel.{table} set {change}"));
        Assert.Equal("2", await WriteAsync(member, $"delete from callintel.{table}"));
        Assert.Equal("42501", await WriteAsync(member, $"update callintel.{table} set contact_id = {hidden}"));
        Assert.Equal("42501", await WriteAsync(member, $"update callintel.{table} set org_id = {other}"));
        Assert.Equal("42501", await WriteAsync(member, New(own, hidden)));
        Assert.Equal("42501", await WriteAsync(member, New(other, theirs)));
        Assert.Equal("0", await WriteAsync(analyst, $"update callintel.{table} set {change}"));
        Assert.Equal("0", await WriteAsync(analyst, $"delete from callintel.{table}"));
        Assert.Equal("42501", await WriteAsync(analyst, New(own, Contact(org, 0))));
    }

    [Fact]
    public async Task Whoever_adds_contacts_adds_them_as_themselves_and_to_their_org()
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("adding", Cancellation), foreign = await fixture.Database.CreateOrgAsync("another", Cancellation);
        static string New(TestOrg where, MemberId by) => $"insert into callintel_private.contacts (org_id, id, created_by) values ('{where.Id}', gen_random_uuid(), '{by}')";

        OrgIdentity member = org.As(OrgRole.Member);
        Assert.Equal("1", await WriteAsync(member, New(org, member.Member)));
        Assert.Equal("42501", await WriteAsync(member, New(org, org.Members[OrgRole.Admin])));
        Assert.Equal("42501", await WriteAsync(member, New(foreign, member.Member)));
        Assert.Equal("42501", await WriteAsync(org.As(OrgRole.Analyst), New(org, org.Members[OrgRole.Analyst])));
    }

    [Fact]
    public async Task Admins_write_the_rules_of_their_org_and_those_of_hidden_contacts_with_a_purpose()
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("rules", Cancellation), foreign = await fixture.Database.CreateOrgAsync("another", Cancellation);
        await SampleRows.SeedAsync(fixture.Database, org);
        await SampleRows.SeedAsync(fixture.Database, foreign);
        await AdminAsync($"delete from callintel_private.privacy_rules where contact_id in ({Contact(org, 0)}, {Contact(foreign, 0)})");
        OrgIdentity admin = org.As(OrgRole.Admin), withPurpose = admin with { Purpose = AccessPurpose.Support }, analyst = org.As(OrgRole.Analyst);
        static string Rule(TestOrg where) => $"insert into callintel_private.privacy_rules (org_id, contact_id, level, set_by) values ('{where.Id}', {Contact(where, 0)}, 1, '{where.Members[OrgRole.Admin]}')";
        static string Listing(TestOrg where) => $"insert into callintel_private.privacy_rule_members (org_id, contact_id, member_id) values ('{where.Id}', {Contact(where, 1)}, '{where.Members[OrgRole.Viewer]}')";

        foreach (string table in new[] { "privacy_rules", "privacy_rule_members" })
            Assert.Equal("42501", await WriteAsync(withPurpose, $"update callintel.{table} set org_id = '{foreign.Id}'"));
        Assert.Equal("2", await WriteAsync(admin, "update callintel_private.privacy_rules set no_search = true"));
        Assert.Equal("3", await WriteAsync(withPurpose, "update callintel_private.privacy_rules set no_search = true"));
        Assert.Equal("1", await WriteAsync(admin, "delete from callintel_private.privacy_rule_members"));
        await AdminAsync("delete from callintel_private.privacy_rule_members");
        Assert.Equal("2", await WriteAsync(admin, "delete from callintel_private.privacy_rules"));
        Assert.Equal("3", await WriteAsync(withPurpose, "delete from callintel_private.privacy_rules"));
        Assert.Equal("1", await WriteAsync(admin, Rule(org)));
        Assert.Equal("1", await WriteAsync(admin, Listing(org)));
        foreach (string sql in new[] { Rule(foreign), Listing(foreign) })
            Assert.Equal("42501", await WriteAsync(admin, sql));
        foreach (string sql in new[] { Rule(org), Listing(org) })
            Assert.Equal("42501", await WriteAsync(analyst, sql));
        foreach (string table in new[] { "privacy_rules", "privacy_rule_members" })
            Assert.Equal("0", await WriteAsync(analyst, $"delete from callintel.{table}"));
    }

    [Fact]
    public async Task Admins_rename_their_org_and_no_other()
    {
        Assert.Equal("1", await WriteAsync(fixture.Own.As(OrgRole.Admin), "update callintel_private.orgs set name = 'renamed'"));
        Assert.Equal("0", await WriteAsync(fixture.Own.As(OrgRole.Analyst), "update callintel_private.orgs set name = 'renamed'"));
    }

    /// <summary>A contact of <see cref="SampleRows"/>; its privacy level is its number.</summary>
    static string Contact(TestOrg org, int n) => $"md5('{org.Id}contact{n}')::uuid";

    /// <returns>How many rows, or the SQLSTATE that refuses it. Nothing of it stays.</returns>
    async Task<string> WriteAsync(OrgIdentity who, string sql)
    {
        await using SessionTransaction transaction = await SessionTransaction.BeginAsync(fixture.Database, who);
        return await transaction.WriteAsync(sql);
    }

    async Task AdminAsync(string sql)
    {
        await using NpgsqlCommand command = fixture.Database.Admin.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Cancellation);
    }
}
