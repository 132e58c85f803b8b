using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using Npgsql;

namespace CallIntel.Sdk.IntegrationTests.Access;

/// <summary>
/// Tests what protects writes: views are read-only, and functions write. Also tests the write policies by themselves,
/// with statements that have neither WHERE nor RETURNING, because the policies for SELECT do not apply to these.
/// </summary>
public sealed class WritePolicyTests(DatabaseFixture fixture) : IClassFixture<DatabaseFixture>
{
    const string Envelope = "decode('c10100' || repeat('00', 60), 'hex')";

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task No_role_can_write_to_a_view_or_its_table_by_a_statement()
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("views", Cancellation);
        await SampleRows.SeedAsync(fixture.Database, org);
        OrgIdentity owner = org.As(OrgRole.Owner) with { Purpose = AccessPurpose.Support };
        foreach (string table in await AccessMatrix.TablesAsync(fixture.Database, Cancellation))
        {
            string? before = await StateAsync(org, table);
            foreach (
                string verb in new[]
                {
                    "insert into {0} default values",
                    "update {0} set org_id = org_id",
                    "delete from {0}",
                    "truncate {0}",
                    "merge into {0} t using (select 1) x on true when matched then delete",
                }
            )
            {
                // an object of the wrong kind, a view that cannot be changed, no privilege
                string view = string.Format(
                    System.Globalization.CultureInfo.InvariantCulture,
                    verb,
                    $"callintel.{table}"
                );
                Assert.Contains(await WriteAsync(owner, view), (string[])["55000", "42501", "42809", "0A000"]);
                Assert.Equal(
                    (view, "42501"),
                    (
                        view,
                        await WriteAsync(
                            owner,
                            view.Replace("callintel.", "callintel_private.", StringComparison.Ordinal)
                        )
                    )
                );
            }
            Assert.Equal((table, before), (table, await StateAsync(org, table)));
        }
    }

    [Fact]
    public async Task Code_that_writes_names_only_changes_contacts_visible_to_the_session()
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("blind", Cancellation),
            foreign = await fixture.Database.CreateOrgAsync("another", Cancellation);
        await SampleRows.SeedAsync(fixture.Database, org);
        await SampleRows.SeedAsync(fixture.Database, foreign);
        string hidden = Contact(org, 3),
            theirs = Contact(foreign, 0);
        // no key of the table may be what refuses a row that is moved to them
        await AdminAsync($"delete from callintel_private.contact_profiles where contact_id in ({hidden}, {theirs})");
        string own = $"'{org.Id}'",
            other = $"'{foreign.Id}'";
        static string New(string orgId, string contact) =>
            $"""
                insert into callintel_private.contact_profiles (org_id, contact_id, display_name)
                values ({orgId}, {contact}, {Envelope})
                """;

        // of four contacts one is restricted and one is hidden
        OrgIdentity member = org.As(OrgRole.Member),
            analyst = org.As(OrgRole.Analyst);
        Assert.Equal(
            "2",
            await AsCodeAsync(member, $"update callintel_private.contact_profiles set display_name = {Envelope}")
        );
        Assert.Equal("2", await AsCodeAsync(member, "delete from callintel_private.contact_profiles"));
        Assert.Equal(
            "42501",
            await AsCodeAsync(member, $"update callintel_private.contact_profiles set contact_id = {hidden}")
        );
        Assert.Equal(
            "42501",
            await AsCodeAsync(member, $"update callintel_private.contact_profiles set org_id = {other}")
        );
        Assert.Equal("42501", await AsCodeAsync(member, New(own, hidden)));
        Assert.Equal("42501", await AsCodeAsync(member, New(other, theirs)));
        Assert.Equal(
            "0",
            await AsCodeAsync(analyst, $"update callintel_private.contact_profiles set display_name = {Envelope}")
        );
        Assert.Equal("0", await AsCodeAsync(analyst, "delete from callintel_private.contact_profiles"));
        Assert.Equal("42501", await AsCodeAsync(analyst, New(own, Contact(org, 0))));
        // names are all that this code writes
        Assert.Equal("42501", await AsCodeAsync(member, "update callintel_private.contact_numbers set kind = 2"));
    }

    [Fact]
    public async Task Members_who_can_write_contacts_set_and_remove_names_of_visible_contacts_only()
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("names", Cancellation),
            foreign = await fixture.Database.CreateOrgAsync("another", Cancellation);
        await SampleRows.SeedAsync(fixture.Database, org);
        await SampleRows.SeedAsync(fixture.Database, foreign);
        await SampleKeys.AddAsync(fixture.Database.Admin, org.Id);
        OrgIdentity member = org.As(OrgRole.Member);
        static string Set(string contact, string name) => $"select callintel.set_contact_name({contact}, {name})";

        Assert.Equal("True", await AskAsync(member, Set(Contact(org, 0), Envelope)));
        Assert.Equal("True", await AskAsync(member, Set(Contact(org, 1), "null")));
        // restricted, hidden, another org's, nobody's
        foreach (string contact in new[] { Contact(org, 2), Contact(org, 3), Contact(foreign, 0), "gen_random_uuid()" })
        foreach (string name in new[] { Envelope, "null" })
            Assert.Equal("CI152", await AskAsync(member, Set(contact, name)));
        Assert.Equal("True", await AskAsync(org.As(OrgRole.Admin), Set(Contact(org, 2), Envelope)));
        Assert.Equal("CI152", await AskAsync(org.As(OrgRole.Admin), Set(Contact(org, 3), Envelope)));
        Assert.Equal(
            "True",
            await AskAsync(
                org.As(OrgRole.Admin) with
                {
                    Purpose = AccessPurpose.Support,
                },
                Set(Contact(org, 3), Envelope)
            )
        );
        foreach (OrgRole role in new[] { OrgRole.Ingester, OrgRole.Viewer, OrgRole.Analyst })
            Assert.Equal("CI005", await AskAsync(org.As(role), Set(Contact(org, 0), Envelope)));
        Assert.Equal("23514", await AskAsync(member, Set(Contact(org, 0), "'plain'::bytea")));
    }

    [Fact]
    public async Task Contacts_are_created_only_in_the_own_org_and_in_the_name_of_the_current_member()
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("adding", Cancellation);
        await SampleKeys.AddAsync(fixture.Database.Admin, org.Id);
        await AdminAsync(
            "insert into callintel_private.org_keys (org_id, kind, version, root_key_id, wrapped) values "
                + $"('{org.Id}', 2, 1, 'test', '\\x00')"
        );
        const string New = $$"""
            select contact_id::text from callintel.resolve_contacts(array[gen_random_uuid()], array[gen_random_uuid()],
                   '{1}', array[{{Envelope}}], 1)
            """;
        foreach (OrgRole role in new[] { OrgRole.Member, OrgRole.Ingester, OrgRole.Admin })
        {
            await using SessionTransaction session = await SessionTransaction.BeginAsync(
                fixture.Database,
                org.As(role)
            );
            string contact = (string)(await session.RunAsync(New))!;
            await session.CommitAsync();
            Assert.Equal(
                $"{org.Id} {org.Members[role]}",
                await AdminAsync(
                    $"select org_id || ' ' || created_by from callintel_private.contacts where id = '{contact}'"
                )
            );
        }
        Assert.Equal("CI005", await AskAsync(org.As(OrgRole.Analyst), New));
    }

    [Fact]
    public async Task Admins_write_privacy_rules_of_their_org_and_need_a_purpose_for_hidden_contacts()
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("rules", Cancellation),
            foreign = await fixture.Database.CreateOrgAsync("another", Cancellation);
        await SampleRows.SeedAsync(fixture.Database, org);
        await SampleRows.SeedAsync(fixture.Database, foreign);
        OrgIdentity admin = org.As(OrgRole.Admin),
            withPurpose = admin with { Purpose = AccessPurpose.Support };
        static string Set(string contact, int level, string members = "") =>
            $"select callintel.set_privacy_rule({contact}, {level}::smallint, '{{{members}}}', true, false, null)";
        static string Remove(string contact) => $"select callintel.remove_privacy_rule({contact})";

        for (int n = 0; n < 3; n++)
        {
            Assert.Equal("", await AskAsync(admin, Set(Contact(org, n), 1)));
            Assert.Equal("True", await AskAsync(admin, Remove(Contact(org, n))));
        }
        foreach (string sql in new[] { Set(Contact(org, 3), 0), Set(Contact(org, 3), 3), Remove(Contact(org, 3)) })
        {
            Assert.Equal("CI198", await AskAsync(admin, sql));
            Assert.Contains(await AskAsync(withPurpose, sql), (string[])["", "True"]);
        }
        Assert.Equal("", await AskAsync(admin, Set(Contact(org, 0), 2, $"{org.Members[OrgRole.Viewer]}")));
        Assert.Equal("CI197", await AskAsync(admin, Set(Contact(org, 0), 2, $"{foreign.Members[OrgRole.Viewer]}")));
        Assert.Equal("CI152", await AskAsync(withPurpose, Set(Contact(foreign, 0), 1)));
        Assert.Equal("False", await AskAsync(withPurpose, Remove(Contact(foreign, 0))));
        foreach (OrgRole role in new[] { OrgRole.Ingester, OrgRole.Viewer, OrgRole.Member, OrgRole.Analyst })
        foreach (string sql in new[] { Set(Contact(org, 0), 1), Remove(Contact(org, 0)) })
            Assert.Equal("CI005", await AskAsync(org.As(role), sql));
        Assert.Equal(
            "0 1 2 3",
            await AdminAsync(
                $"""
                select string_agg(level::text, ' ' order by level) from callintel_private.privacy_rules
                 where org_id = '{foreign.Id}'
                """
            )
        );
    }

    [Fact]
    public async Task Admins_rename_only_their_own_org()
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("to be renamed", Cancellation);
        string others = await OthersAsync();
        await using (
            SessionTransaction admin = await SessionTransaction.BeginAsync(fixture.Database, org.As(OrgRole.Admin))
        )
        {
            await admin.RunAsync("select callintel.rename_org('renamed')");
            await admin.CommitAsync();
        }
        Assert.Equal("renamed", await AdminAsync($"select name from callintel_private.orgs where org_id = '{org.Id}'"));
        Assert.Equal(others, await OthersAsync());
        foreach (OrgRole role in new[] { OrgRole.Ingester, OrgRole.Viewer, OrgRole.Member, OrgRole.Analyst })
            Assert.Equal("CI005", await AskAsync(org.As(role), "select callintel.rename_org('renamed')"));
        // without a filter, by code that forgot to ask
        Assert.Equal(
            "1",
            await AsCodeAsync(org.As(OrgRole.Admin), "update callintel_private.orgs set name = 'renamed'")
        );
        Assert.Equal(
            "0",
            await AsCodeAsync(org.As(OrgRole.Analyst), "update callintel_private.orgs set name = 'renamed'")
        );
        Assert.Equal(
            "42501",
            await AsCodeAsync(org.As(OrgRole.Admin), "update callintel_private.orgs set lock_number = 100000000")
        );

        async Task<string> OthersAsync() =>
            (
                await AdminAsync(
                    $"""
                    select string_agg(org_id || name, ',' order by org_id) from callintel_private.orgs
                     where org_id <> '{org.Id}'
                    """
                )
            )!;
    }

    /// <summary>A contact of <see cref="SampleRows"/>; its privacy level is its number.</summary>
    static string Contact(TestOrg org, int n) => $"md5('{org.Id}contact{n}')::uuid";

    /// <returns>How many rows, or the SQLSTATE that refuses it. Nothing of it stays.</returns>
    Task<string> WriteAsync(OrgIdentity who, string sql) => WriteAsync(who, sql, null);

    /// <summary>As a function of callintel_member would do it that asks nothing itself.</summary>
    Task<string> AsCodeAsync(OrgIdentity who, string sql) => WriteAsync(who, sql, "callintel_member");

    async Task<string> WriteAsync(OrgIdentity who, string sql, string? role)
    {
        await using SessionTransaction transaction = await SessionTransaction.BeginAsync(
            fixture.Database,
            who,
            role: role
        );
        return await transaction.WriteAsync(sql);
    }

    /// <returns>What a function returns, or the SQLSTATE that refuses it. Nothing of it stays.</returns>
    async Task<string> AskAsync(OrgIdentity who, string sql)
    {
        await using SessionTransaction transaction = await SessionTransaction.BeginAsync(fixture.Database, who);
        try
        {
            return $"{await transaction.RunAsync(sql)}";
        }
        catch (PostgresException e)
        {
            return e.SqlState;
        }
    }

    Task<string?> StateAsync(TestOrg org, string table) =>
        AdminAsync(
            $"""
            select count(*) || ' ' || coalesce(md5(string_agg(t::text, '|' order by t::text)), '')
              from callintel_private.{table} t where org_id = '{org.Id}'
            """
        );

    async Task<string?> AdminAsync(string sql)
    {
        await using NpgsqlCommand command = fixture.Database.Admin.CreateCommand(sql);
        return (string?)await command.ExecuteScalarAsync(Cancellation);
    }
}
