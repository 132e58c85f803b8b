using System.Globalization;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using Npgsql;

namespace CallIntel.Sdk.IntegrationTests.Privacy;

/// <summary>Tests rows that are hidden from a member for exactly one reason.</summary>
public sealed class HiddenRowTests(DatabaseFixture fixture) : IClassFixture<DatabaseFixture>
{
    static readonly string[] Levelled =
    [
        "contacts",
        "events",
        "event_contents",
        "event_details",
        "event_parts",
        "event_participants",
        "event_embeddings",
    ];

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Participants_with_a_stricter_rule_are_hidden_in_a_visible_event()
    {
        TestOrg org = await SeededAsync("parties");
        // at an event of a contact whom everybody sees, a restricted and a hidden one
        await AdminAsync(
            $"""
            insert into callintel_private.event_participants (org_id, event_id, contact_id, member_id, party_id,
                ordinal, role, outcome)
            select e.org_id, e.id, e.contact_id, e.member_id, {Contact(org, "n")}, n, 2, 0
              from callintel_private.events e, generate_series(2, 3) n
             where e.org_id = '{org.Id}' and e.contact_id = {Contact(org, "0")};
            select callintel_private.set_levels('{org.Id}', array[{Contact(org, "2")}, {Contact(org, "3")}]);
            """
        );
        string sql = $"select count(*) from callintel.event_participants where contact_id = {Contact(org, "0")}";
        Assert.Equal(2L, await AskAsync(org, OrgRole.Analyst, sql));
        Assert.Equal(4L, await AskAsync(org, OrgRole.Admin, sql));
        Assert.Equal(1L, await AskAsync(org, OrgRole.Member, sql));

        // and whom everybody sees, at an event of a restricted one
        await AdminAsync(
            $"""
            update callintel_private.event_participants set party_id = {Contact(org, "0")}, party_level = 0
             where org_id = '{org.Id}' and contact_id = {Contact(org, "2")}
            """
        );
        sql = $"select count(*) from callintel.event_participants where contact_id = {Contact(org, "2")}";
        Assert.Equal(0L, await AskAsync(org, OrgRole.Analyst, sql));
        Assert.Equal(2L, await AskAsync(org, OrgRole.Admin, sql));
    }

    [Fact]
    public async Task Being_listed_for_one_contact_gives_access_to_no_other_contact()
    {
        TestOrg org = await SeededAsync("listed");
        await AdminAsync(
            $"""
            update callintel_private.privacy_rules set level = 2 where org_id = '{org.Id}' and level = 1;
            insert into callintel_private.privacy_rule_members (org_id, contact_id, member_id)
            values ('{org.Id}', {Contact(org, "1")}, '{org.Members[OrgRole.Analyst]}');
            """
        );
        const string Sql = "select string_agg(id::text, ' ' order by id) from callintel.contacts";
        Assert.Equal(await IdsAsync(org, "0, 1"), await AskAsync(org, OrgRole.Analyst, Sql));
        Assert.Equal(await IdsAsync(org, "0"), await AskAsync(org, OrgRole.Viewer, Sql));
        Assert.Equal(await IdsAsync(org, "0, 1, 2"), await AskAsync(org, OrgRole.Admin, Sql));
    }

    [Fact]
    public async Task Changing_a_privacy_rule_immediately_updates_the_level_of_every_row_of_the_contact()
    {
        TestOrg org = await SeededAsync("levels"),
            other = await SeededAsync("levels of others");
        // contact 0 is a further party of the events of contact 1, and its key protects the content of one of them
        await AdminAsync(
            $"""
            insert into callintel_private.event_participants (org_id, event_id, contact_id, member_id, party_id,
                ordinal, role, outcome, level)
            select org_id, id, contact_id, member_id, {Contact(org, "0")}, 1, 2, 0, level from callintel_private.events
             where org_id = '{org.Id}' and contact_id = {Contact(org, "1")};
            update callintel_private.event_contents set sealed_for = {Contact(org, "0")}
             where org_id = '{org.Id}' and contact_id = {Contact(org, "1")};
            update callintel_private.event_parts set sealed_for = {Contact(org, "0")}
             where org_id = '{org.Id}' and contact_id = {Contact(org, "1")};
            """
        );
        string others = await LevelsAsync(other, "t.contact_id is not null");
        OrgIdentity admin = org.As(OrgRole.Admin) with { Purpose = AccessPurpose.Support };
        async Task SetAsync(int contact, int level)
        {
            await using SessionTransaction session = await SessionTransaction.BeginAsync(fixture.Database, admin);
            await session.RunAsync(
                $$"""
                select callintel.set_privacy_rule({{Contact(org, $"{contact}")}}, {{level}}::smallint, '{}', false,
                       false, null)
                """
            );
            await session.CommitAsync();
        }

        int own = 2;
        await SetAsync(1, own);
        // content of level 1, which was that of contact 1, has no embeddings
        await AdminAsync(
            $"""
            insert into callintel_private.event_embeddings (org_id, event_id, model, chunk, contact_id, member_id,
                level, content_hash, embedding)
            select org_id, event_id, 1, 0, contact_id, member_id, level, '\x00', '[1,2,3]'
              from callintel_private.event_contents
             where org_id = '{org.Id}' and contact_id = {Contact(org, "1")}
            """
        );
        foreach (int level in new[] { 2, 0, 3, 1 })
        {
            await SetAsync(0, level);
            string Embedded(int expected) => level is 1 ? "" : $"event_embeddings {expected}, ";
            Assert.Equal(
                $"contacts {level}, event_contents {level}, event_details {level}, {Embedded(level)}"
                    + $"event_participants {level}, event_parts {level}, events {level}",
                await LevelsAsync(org, $"t.contact_id = {Contact(org, "0")}")
            );
            // the stricter of the two holds for what is under the other's key: nobody reads the content of level 1
            // and if both are restricted, it has the level of hidden contacts
            int sealedLevel =
                level is 1 ? 1
                : level == own ? 3
                : Math.Max(own, level);
            Assert.Equal(
                $"contacts {own}, event_contents {sealedLevel}, event_details {own}, {Embedded(sealedLevel)}"
                    + $"event_participants {own}, event_parts {sealedLevel}, events {own}",
                await LevelsAsync(org, $"t.contact_id = {Contact(org, "1")}")
            );
            Assert.Equal(
                $"{level}",
                await ScalarAsync(
                    $"""
                    select string_agg(distinct party_level::text, ' ') from callintel_private.event_participants
                     where org_id = '{org.Id}' and party_id = {Contact(org, "0")}
                    """
                )
            );
        }
        await using (SessionTransaction session = await SessionTransaction.BeginAsync(fixture.Database, admin))
        {
            await session.RunAsync($"select callintel.remove_privacy_rule({Contact(org, "0")})");
            await session.CommitAsync();
        }
        Assert.Equal(
            "contacts 0, event_contents 0, event_details 0, event_participants 0, event_parts 0, events 0",
            await LevelsAsync(org, $"t.contact_id = {Contact(org, "0")}")
        );
        // a superuser who repairs sets levels too
        await AdminAsync(
            $"""
            insert into callintel_private.privacy_rules (org_id, contact_id, level, set_by)
            values ('{org.Id}', {Contact(org, "0")}, 3, '{org.Members[OrgRole.Admin]}')
            """
        );
        Assert.Equal(
            "contacts 3, event_contents 3, event_details 3, event_participants 3, event_parts 3, events 3",
            await LevelsAsync(org, $"t.contact_id = {Contact(org, "0")}")
        );
        await AdminAsync(
            $"""
            update callintel_private.privacy_rules set level = 2
             where org_id = '{org.Id}' and contact_id = {Contact(org, "0")}
            """
        );
        Assert.StartsWith(
            "contacts 2, event_contents 2",
            await LevelsAsync(org, $"t.contact_id = {Contact(org, "0")}"),
            StringComparison.Ordinal
        );
        await AdminAsync(
            $"""
            delete from callintel_private.privacy_rules where org_id = '{org.Id}' and contact_id = {Contact(org, "0")}
            """
        );
        Assert.StartsWith(
            "contacts 0, event_contents 0",
            await LevelsAsync(org, $"t.contact_id = {Contact(org, "0")}"),
            StringComparison.Ordinal
        );
        Assert.Equal(others, await LevelsAsync(other, "t.contact_id is not null"));
    }

    /// <returns>The levels that rows of each table have, of those that a condition picks.</returns>
    Task<string> LevelsAsync(TestOrg org, string condition) =>
        ScalarAsync(
            "select string_agg(x.name || ' ' || x.levels, ', ' order by x.name) from ("
                + string.Join(
                    " union all ",
                    Levelled.Select(table =>
                        $"select '{table}' as name, string_agg(distinct t.level::text, ' ' order by "
                        + "t.level::text) as levels from "
                        + $"(select org_id, level, {(table == "contacts" ? "id as contact_id" : "contact_id")} "
                        + $"from callintel_private.{table}) t where t.org_id = '{org.Id}' and {condition}"
                    )
                )
                + ") x"
        );

    [Fact]
    public async Task Every_change_of_a_privacy_rule_or_its_members_is_audited()
    {
        TestOrg org = await SeededAsync("on file");
        // the statements of the functions, and any other that code of the package could run
        const string New = "insert into callintel_private.privacy_rules (org_id, contact_id, level, set_by) values";
        const string List = "insert into callintel_private.privacy_rule_members (org_id, contact_id, member_id) values";
        (string Change, string Table, string Action)[] changes =
        [
            (
                $"""
                update callintel_private.privacy_rules set no_search = true
                 where org_id = '{org.Id}' and contact_id = {Contact(org, "1")}
                """,
                "privacy_rules",
                "set"
            ),
            (
                $"""
                delete from callintel_private.privacy_rules
                 where org_id = '{org.Id}' and contact_id = {Contact(org, "1")}
                """,
                "privacy_rules",
                "remove"
            ),
            ($"{New} ('{org.Id}', {Contact(org, "1")}, 1, '{org.Members[OrgRole.Admin]}')", "privacy_rules", "set"),
            (
                $"delete from callintel_private.privacy_rule_members where org_id = '{org.Id}'",
                "privacy_rule_members",
                "remove"
            ),
            (
                $"{List} ('{org.Id}', {Contact(org, "2")}, '{org.Members[OrgRole.Viewer]}')",
                "privacy_rule_members",
                "set"
            ),
        ];
        foreach ((string change, string table, string action) in changes)
        {
            string filed = $"""
                select count(*)::text from callintel_private.audit_log
                 where org_id = '{org.Id}' and object = '{table}' and action = '{action}'
                   and member_id = '{org.Members[OrgRole.Admin]}'
                """;
            int before = int.Parse(await ScalarAsync(filed), CultureInfo.InvariantCulture);
            await using (
                SessionTransaction code = await SessionTransaction.BeginAsync(
                    fixture.Database,
                    org.As(OrgRole.Admin),
                    role: "callintel_definer"
                )
            )
            {
                Assert.Equal((change, "1"), (change, await code.WriteAsync(change)));
                await code.CommitAsync();
            }
            Assert.Equal(
                (change, before + 1),
                (change, int.Parse(await ScalarAsync(filed), CultureInfo.InvariantCulture))
            );
        }
    }

    /// <summary>
    /// Triggers apply a rule whichever role changes it: here one that has no right to, with careless grants.
    /// </summary>
    [Fact]
    public async Task A_change_by_careless_code_sets_levels_and_is_on_file()
    {
        TestOrg org = await SeededAsync("careless");
        string filed = $"""
            select string_agg(object || ' ' || action, ', ' order by id) from callintel_private.audit_log
             where org_id = '{org.Id}' and object ~ '^privacy'
               and member_id <> '00000000-0000-0000-0000-000000000000'
            """;
        await using NpgsqlConnection connection = await fixture.Database.Admin.OpenConnectionAsync(Cancellation);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(Cancellation);
        await using NpgsqlBatch batch = new(connection, transaction)
        {
            BatchCommands =
            {
                new(
                    """
                    grant select, update on callintel_private.privacy_rules, callintel_private.privacy_rule_members
                       to callintel_member
                    """
                ),
                new(
                    """
                    create policy careless on callintel_private.privacy_rules
                       for update to callintel_member using (true)
                    """
                ),
                new(
                    """
                    create policy careless on callintel_private.privacy_rule_members
                       for update to callintel_member using (true)
                    """
                ),
                fixture.Database.DataSource.Database.BeginCommand(org.As(OrgRole.Admin)),
                new("set local role callintel_member"),
                new(
                    $"""
                    update callintel_private.privacy_rules set level = 2
                     where org_id = '{org.Id}' and contact_id = {Contact(org, "0")}
                    """
                ),
                new(
                    $"""
                    update callintel_private.privacy_rule_members set member_id = '{org.Members[OrgRole.Viewer]}'
                     where org_id = '{org.Id}'
                    """
                ),
                new("reset role"),
            },
        };
        await batch.ExecuteNonQueryAsync(Cancellation);
        await using NpgsqlCommand levels = new(
            $"""
            select string_agg(distinct level::text, ' ') from callintel_private.events
             where org_id = '{org.Id}' and contact_id = {Contact(org, "0")}
            """,
            connection,
            transaction
        );
        Assert.Equal("2", await levels.ExecuteScalarAsync(Cancellation));
        await using NpgsqlCommand changes = new(filed, connection, transaction);
        Assert.Equal("privacy_rules set, privacy_rule_members set", await changes.ExecuteScalarAsync(Cancellation));
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
        await using NpgsqlCommand command = fixture.Database.Admin.CreateCommand(
            $"""
            select string_agg(id::text, ' ' order by id)
              from unnest(array[{numbers}]) n, lateral (select {Contact(org, "n")} as id) x
            """
        );
        return await command.ExecuteScalarAsync(Cancellation);
    }

    async Task<string> ScalarAsync(string sql)
    {
        await using NpgsqlCommand command = fixture.Database.Admin.CreateCommand(sql);
        return (string)(await command.ExecuteScalarAsync(Cancellation))!;
    }

    async Task AdminAsync(string sql)
    {
        await using NpgsqlCommand command = fixture.Database.Admin.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Cancellation);
    }
}
