using System.Globalization;
using System.Text.RegularExpressions;
using CallIntel.Sdk.Access;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using Npgsql;

namespace CallIntel.Sdk.IntegrationTests.Access;

/// <summary>What each role holds and what each bit opens, asked of the database. A token may carry less than its member's role: so one bit at a time can be missing.</summary>
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
    public async Task A_role_holds_these_bits_and_no_others(OrgRole role, long permissions, long withPurpose)
    {
        OrgIdentity who = fixture.Own.As(role);
        Assert.Equal(permissions, await HeldAsync(who));
        Assert.Equal(withPurpose, await HeldAsync(who with { Purpose = AccessPurpose.Support }));
    }

    [Fact]
    public async Task The_guard_of_a_table_asks_for_the_bit_that_the_page_says()
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("guarded", Cancellation);
        await SampleRows.SeedAsync(fixture.Database, org);
        string[] page = await File.ReadAllLinesAsync(Path.Combine(Repository.Root, "docs/rls.md"), Cancellation);
        (string Table, long Bit)[] guards = [.. page.SkipWhile(l => l != "## The guard").TakeWhile(l => l != "## Every policy").Select(l => GuardRow().Match(l)).Where(m => m.Success)
            .SelectMany(m => m.Groups[1].Value.Split(", "), (m, table) => (table, long.Parse(m.Groups[2].Value, CultureInfo.InvariantCulture)))];
        Assert.Equal((await AccessMatrix.TablesAsync(fixture.Database, Cancellation)).Order(StringComparer.Ordinal), guards.Select(g => g.Table).Order(StringComparer.Ordinal));

        OrgIdentity admin = org.As(OrgRole.Admin) with { Purpose = AccessPurpose.Support };
        foreach ((string table, long bit) in guards.Append(("sync_health", (long)Permission.ReadDashboards)))  // a view of guarded tables
        {
            string column = table == "invitations" ? "org_id" : "*";
            string sql = $"select count({column}) from callintel.{table}";
            Assert.NotEqual((table, 0L), (table, await CountAsync(admin, sql, bit == 0 ? Permission.None : Permission.All)));
            if (bit != 0)
                Assert.Equal((table, 0L), (table, await CountAsync(admin, sql, Permission.All & ~(Permission)bit)));
        }
    }

    // the function, and the bits of which it asks for one
    static readonly (string Call, long Bits)[] Functions =
    [
        ("start_run('s', 't', 'd')", 32), ("find_contacts('{}')", 32), ("find_duplicates('{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}')", 32),
        ("resolve_contacts('{}', '{}', '{}', '{}', 1)", 32), ("open_slot()", 32), ("merge_batch(0, null, false)", 32), ("merge_new(0, null)", 32),
        ("record_batch(null, null, 0, 0, 0, 0, null, '{}', '{}', '{}', '{}', null, null)", 32), ("finish_run(null, null)", 32),
        ("merge_details('{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}')", 32), ("merge_parts('{}', '{}', '{}', '{}', '{}', '{}')", 32),
        ("merge_participants('{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}')", 32),
        ("write_events(null, true, '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}')", 32),
        ("write_event(null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null)", 32),
        ("beat_run(null)", 32), ("expect_source('s', null, null)", 512),
        ("set_member_role(gen_random_uuid(), 'viewer')", 128), ("invite_member('viewer', sha256(''), '1 day')", 128), ("revoke_invitation(gen_random_uuid())", 128),
        ("transfer_ownership(gen_random_uuid())", 16384),
        ("set_privacy_rule(gen_random_uuid(), 0::smallint, '{}', false, false, null)", 256), ("remove_privacy_rule(gen_random_uuid())", 256),
        ("shred_data_keys('person', gen_random_uuid())", 256),
        ("read_outdated_numbers(1, null, 1)", 8192), ("count_outdated_numbers(1)", 8192), ("replace_numbers(1, '{}', '{}', '{}', '{}')", 8192), ("drop_shredded_numbers('{}', 1)", 8192),
        ("read_outdated_data_keys(1, null, 1)", 8192), ("count_outdated_data_keys(1)", 8192), ("replace_data_keys('{}', '{}', '{}', '{}')", 8192),
        ("move_org_key(1::smallint, 1, 1::smallint, 2::smallint)", 8192), ("add_org_key(3::smallint, 2, 'r', '\\x00')", 8192), ("add_org_key(3::smallint, 1, 'r', '\\x00')", 32 + 64 + 8192),
        ("get_or_create_data_keys('{}', '{}', '{}', '{}', '{}', '{}', '{}')", 32 + 64), ("reserve_key_uses('\\x00', 1, 1)", 32 + 64),
        ("fetch_data_keys('{}')", 4 + 8 + 32 + 64 + 512), ("fetch_org_keys(1::smallint)", 4 + 8 + 32 + 64 + 512 + 8192), ("blind_index_version()", 4 + 8 + 32 + 64 + 512 + 8192),
    ];

    [Fact]
    public async Task A_function_asks_for_its_bit()
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("asked", Cancellation);
        await using (NpgsqlCommand keys = fixture.Database.Admin.CreateCommand(
            $"insert into callintel_private.org_keys (org_id, kind, version, root_key_id, wrapped) values ('{org.Id}', 3, 1, 'test', '\\x00')"))
            await keys.ExecuteNonQueryAsync(Cancellation);
        foreach ((string call, long bits) in Functions)
        {
            Assert.NotEqual((call, "CI005"), (call, await CallAsync(org.As(OrgRole.Owner), call, Permission.All)));
            Assert.Equal((call, "CI005"), (call, await CallAsync(org.As(OrgRole.Owner), call, Permission.All & ~(Permission)bits)));
        }
    }

    async Task<string> CallAsync(OrgIdentity who, string call, Permission capabilities)
    {
        await using SessionTransaction session = await SessionTransaction.BeginAsync(fixture.Database, who, capabilities: capabilities);
        return await session.WriteAsync($"select callintel.{call}");
    }

    async Task<long> CountAsync(OrgIdentity who, string sql, Permission capabilities)
    {
        await using SessionTransaction session = await SessionTransaction.BeginAsync(fixture.Database, who, capabilities: capabilities);
        return (long)(await session.RunAsync(sql))!;
    }

    Task<long> HeldAsync(OrgIdentity who) => CountAsync(who, "select callintel.current_permissions()", Permission.All);

    [GeneratedRegex(@"^\| ([a-z_, ]+) \| (\d+)\b")]
    private static partial Regex GuardRow();
}
