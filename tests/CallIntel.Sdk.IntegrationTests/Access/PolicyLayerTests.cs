using System.Globalization;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using Npgsql;

namespace CallIntel.Sdk.IntegrationTests.Access;

/// <summary>
/// A row has to pass a guard and a policy that lets rows through. Each layer is tried without the other.
/// </summary>
public sealed class PolicyLayerTests(DatabaseFixture fixture) : IClassFixture<DatabaseFixture>
{
    const string Member = "callintel_member",
        Fence = "callintel_fence";

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Member)]
    [InlineData(Fence)]
    public async Task The_guard_alone_admits_no_other_org_and_no_session_without_the_permission(string role)
    {
        (TestOrg own, TestOrg foreign) = await SeededAsync();
        await using Layer layer = await Layer.OpenAsync(fixture.Database, role, "p.polpermissive", Cancellation);
        OrgIdentity admin = own.As(OrgRole.Admin) with { Purpose = AccessPurpose.Support };
        foreach ((string table, long bits) in await PermissionBitTests.GuardsAsync(fixture.Database))
        {
            string ours = $"select count(*) from callintel_private.{table} where org_id = '{own.Id}'";
            string theirs = $"select count(*) from callintel_private.{table} where org_id = '{foreign.Id}'";
            Assert.NotEqual((table, "0"), (table, await layer.RunAsync(admin, Permission.All, ours)));
            Assert.Equal((table, "0"), (table, await layer.RunAsync(admin, Permission.All, theirs)));
            if (bits != 0)
                Assert.Equal(
                    (table, "0"),
                    (table, await layer.RunAsync(admin, Permission.All & ~(Permission)bits, ours))
                );
        }
    }

    [Fact]
    public async Task The_policies_of_views_alone_admit_no_other_org_and_no_session_without_the_permission()
    {
        (TestOrg own, TestOrg foreign) = await SeededAsync();
        await using Layer layer = await Layer.OpenAsync(fixture.Database, Fence, "not p.polpermissive", Cancellation);
        // where nothing but the guard has a condition, there is one layer
        string[] layered = (
            await layer.RunAsync(
                own.As(OrgRole.Owner),
                Permission.All,
                $"""
                select string_agg(c.relname, ' ') from pg_policy p join pg_class c on c.oid = p.polrelid
                 where '{Fence}'::regrole = any (p.polroles) and p.polpermissive
                   and pg_get_expr(p.polqual, p.polrelid) !~ '^\(\w+ IS NOT NULL\)$'
                """
            )
        ).Split(' ');
        Assert.Contains("events", layered);
        OrgIdentity admin = own.As(OrgRole.Admin) with { Purpose = AccessPurpose.Support };
        foreach ((string table, long bits) in await PermissionBitTests.GuardsAsync(fixture.Database))
        {
            if (!layered.Contains(table))
                continue;
            string ours = $"select count(*) from callintel_private.{table} where org_id = '{own.Id}'";
            string theirs = $"select count(*) from callintel_private.{table} where org_id = '{foreign.Id}'";
            Assert.NotEqual((table, "0"), (table, await layer.RunAsync(admin, Permission.All, ours)));
            Assert.Equal((table, "0"), (table, await layer.RunAsync(admin, Permission.All, theirs)));
            if (bits != 0)
                Assert.Equal(
                    (table, "0"),
                    (table, await layer.RunAsync(admin, Permission.All & ~(Permission)bits, ours))
                );
        }
    }

    [Fact]
    public async Task Policies_for_writing_names_admit_no_other_org_no_hidden_contact_and_no_missing_permission()
    {
        (TestOrg own, TestOrg foreign) = await SeededAsync();
        OrgIdentity admin = own.As(OrgRole.Admin);
        string Change(TestOrg org, int contact) =>
            $"""
                with x as (update callintel_private.contact_profiles set updated_at = now()
                            where {Name(org, contact)} returning 1)
                select count(*) from x
                """;
        string Remove(TestOrg org, int contact) =>
            $"""
                with x as (delete from callintel_private.contact_profiles where {Name(org, contact)} returning 1)
                select count(*) from x
                """;
        string Add(TestOrg org, int contact) =>
            $"""
                insert into callintel_private.contact_profiles (org_id, contact_id, display_name)
                select '{org.Id}', md5('{org.Id}contact{contact}')::uuid, decode('c10100' || repeat('00', 60), 'hex')
                """;

        const string opened = "(not p.polpermissive or p.polcmd = 'r')";
        await using (
            Layer layer = await Layer.OpenAsync(
                fixture.Database,
                Member,
                $"p.polrelid = 'callintel_private.contact_profiles'::regclass and {opened}",
                Cancellation
            )
        )
        {
            foreach (Func<TestOrg, int, string> write in new[] { Change, Remove })
            {
                Assert.Equal("1", await layer.RunAsync(admin, Permission.All, write(own, 0)));
                Assert.Equal("0", await layer.RunAsync(admin, Permission.All, write(own, 3)));
                Assert.Equal("0", await layer.RunAsync(admin, Permission.All, write(foreign, 0)));
                Assert.Equal(
                    "0",
                    await layer.RunAsync(admin, Permission.All & ~Permission.WriteContacts, write(own, 0))
                );
            }
            // the key is looked at after the policies, and there is such a row
            Assert.Equal("23505", await layer.RunAsync(admin, Permission.All, Add(own, 0)));
            Assert.Equal("42501", await layer.RunAsync(admin, Permission.All, Add(own, 3)));
            Assert.Equal("42501", await layer.RunAsync(admin, Permission.All, Add(foreign, 0)));
            Assert.Equal("42501", await layer.RunAsync(admin, Permission.All & ~Permission.WriteContacts, Add(own, 0)));
        }

        // and where contacts of other orgs are visible too
        await using (
            Layer layer = await Layer.OpenAsync(
                fixture.Database,
                Member,
                $"p.polrelid::regclass::text ~ '^callintel_private.contact(_profile)?s$' and {opened}",
                Cancellation
            )
        )
        {
            Assert.Equal("1", await layer.RunAsync(admin, Permission.All, Change(own, 0)));
            Assert.Equal("0", await layer.RunAsync(admin, Permission.All, Change(foreign, 0)));
            Assert.Equal("0", await layer.RunAsync(admin, Permission.All, Remove(foreign, 0)));
            Assert.Equal("42501", await layer.RunAsync(admin, Permission.All, Add(foreign, 0)));
        }

        await using Layer installed = await Layer.OpenAsync(fixture.Database, Member, "false", Cancellation);
        string rename = $"""
            with x as (update callintel_private.orgs set name = name where org_id = '{own.Id}' returning 1)
            select count(*) from x
            """;
        Assert.Equal("1", await installed.RunAsync(admin, Permission.All, rename));
        Assert.Equal("0", await installed.RunAsync(admin, Permission.All & ~Permission.ManageMembers, rename));

        static string Name(TestOrg org, int contact) =>
            $"org_id = '{org.Id}' and contact_id = md5('{org.Id}contact{contact}')::uuid";
    }

    /// <summary>A rule that changed may have left a member in its list.</summary>
    [Theory]
    [InlineData(Member)]
    [InlineData(Fence)]
    public async Task The_list_of_a_rule_counts_for_restricted_contacts_only(string role)
    {
        (TestOrg own, _) = await SeededAsync();
        await using (
            NpgsqlCommand list = fixture.Database.Admin.CreateCommand(
                $"""
                insert into callintel_private.privacy_rule_members (org_id, contact_id, member_id)
                select '{own.Id}', md5('{own.Id}contact' || n)::uuid, '{own.Members[
                    OrgRole.Analyst
                ]}' from generate_series(0, 3) n
                """
            )
        )
            await list.ExecuteNonQueryAsync(Cancellation);
        await using Layer installed = await Layer.OpenAsync(fixture.Database, role, "false", Cancellation);
        foreach (
            (string table, string of, string levels) in new[]
            {
                ("events", "contact_id", "0 1 2"),
                ("event_details", "contact_id", "0 1 2"),
                ("event_contents", "contact_id", "0 2"),
                ("event_parts", "contact_id", "0 2"),
                ("event_embeddings", "contact_id", "0 2"),
                ("contacts", "id", "0 1 2"),
                ("contact_numbers", "contact_id", "0 1 2"),
                ("contact_profiles", "contact_id", "0 1 2"),
                // fenced views leave the list aside where two contacts count
                ("event_participants", "contact_id", role is Member ? "0 1 2" : "0 1"),
            }
        )
            Assert.Equal(
                (table, levels),
                (
                    table,
                    await installed.RunAsync(
                        own.As(OrgRole.Analyst),
                        Permission.All,
                        $"""
                        select coalesce(string_agg(distinct n::text, ' ' order by n::text), '')
                          from generate_series(0, 3) n
                         where md5('{own.Id}contact' || n)::uuid in (select t.{of} from callintel_private.{table} t)
                        """
                    )
                )
            );
    }

    /// <summary>The event of a participant may have another contact than the further party.</summary>
    [Theory]
    [InlineData(Member)]
    [InlineData(Fence)]
    public async Task Participants_are_read_by_the_level_of_the_event_and_by_that_of_the_party(string role)
    {
        (TestOrg own, _) = await SeededAsync();
        await using (
            NpgsqlCommand seed = fixture.Database.Admin.CreateCommand(
                $"""
                insert into callintel_private.privacy_rule_members (org_id, contact_id, member_id)
                select '{own.Id}', md5('{own.Id}contact' || n)::uuid, '{own.Members[
                    OrgRole.Analyst
                ]}' from generate_series(0, 3) n;
                insert into callintel_private.event_participants (org_id, event_id, contact_id, member_id, level,
                    party_id, party_level, ordinal, role, outcome)
                select e.org_id, e.id, e.contact_id, e.member_id, e.level, md5('{own.Id}contact' || n)::uuid, n, n + 1,
                       2, 0
                  from callintel_private.events e, generate_series(0, 3) n where e.org_id = '{own.Id}'
                """
            )
        )
            await seed.ExecuteNonQueryAsync(Cancellation);
        const string unlisted = "0-0 0-1 1-0 1-1",
            listed = "0-0 0-1 0-2 1-0 1-1 1-2 2-0 2-1 2-2";
        await using Layer installed = await Layer.OpenAsync(fixture.Database, role, "false", Cancellation);
        foreach (
            (OrgRole reader, string levels) in new[]
            {
                (OrgRole.Viewer, unlisted),
                // fenced views leave the list aside where two contacts count
                (OrgRole.Analyst, role is Member ? listed : unlisted),
            }
        )
            Assert.Equal(
                (reader, levels),
                (
                    reader,
                    await installed.RunAsync(
                        own.As(reader),
                        Permission.All,
                        """
                        select string_agg(distinct p.level || '-' || p.party_level, ' '
                                          order by p.level || '-' || p.party_level)
                          from callintel_private.event_participants p where p.ordinal > 0
                        """
                    )
                )
            );
    }

    [Theory]
    [InlineData(Member)]
    [InlineData(Fence)]
    public async Task Members_see_the_contacts_that_they_added_and_those_of_their_own_events(string role)
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("own contacts", Cancellation);
        string member = $"{org.Members[OrgRole.Member]}",
            admin = $"{org.Members[OrgRole.Admin]}";
        await using (
            NpgsqlCommand seed = fixture.Database.Admin.CreateCommand(
                $"""
                insert into callintel_private.contacts (org_id, id, created_by)
                values ('{org.Id}', md5('added')::uuid, '{member}'), ('{org.Id}', md5('of member')::uuid, '{admin}'),
                       ('{org.Id}', md5('of admin')::uuid, '{admin}'), ('{org.Id}', md5('of nobody')::uuid, '{admin}');
                insert into callintel_private.events (org_id, id, occurred_at, source_id, contact_id, member_id,
                                                      channel, direction, outcome)
                select '{org.Id}', callintel.first_id(t), t, gen_random_uuid(), contact, member::uuid, 2, 1, 1
                  from (values (timestamptz '2026-01-10 10:00Z', md5('of member')::uuid, '{member}'),
                               (timestamptz '2026-01-10 10:01Z', md5('of admin')::uuid, '{admin}'))
                       as e (t, contact, member)
                """
            )
        )
            await seed.ExecuteNonQueryAsync(Cancellation);
        const string seen = """
            select string_agg(n, ', ' order by n) from unnest(array['added', 'of member', 'of admin', 'of nobody']) n
             where md5(n)::uuid in (select c.id from callintel_private.contacts c)
            """;
        // also if the policies of events admitted events of colleagues
        foreach (string opened in new[] { "false", "p.polrelid = 'callintel_private.events'::regclass" })
        {
            await using Layer layer = await Layer.OpenAsync(fixture.Database, role, opened, Cancellation);
            Assert.Equal("added, of member", await layer.RunAsync(org.As(OrgRole.Member), Permission.All, seen));
            Assert.Equal(
                "added, of admin, of member, of nobody",
                await layer.RunAsync(org.As(OrgRole.Analyst), Permission.All, seen)
            );
        }
    }

    async Task<(TestOrg Own, TestOrg Foreign)> SeededAsync()
    {
        TestOrg own = await fixture.Database.CreateOrgAsync("own layers", Cancellation),
            foreign = await fixture.Database.CreateOrgAsync("foreign layers", Cancellation);
        await SampleRows.SeedAsync(fixture.Database, own);
        await SampleRows.SeedAsync(fixture.Database, foreign);
        return (own, foreign);
    }

    /// <summary>A transaction in which some policies of a role admit everything. Nothing of it stays.</summary>
    sealed class Layer(
        TestDatabase database,
        NpgsqlConnection connection,
        NpgsqlTransaction transaction,
        string role,
        CancellationToken cancellation
    ) : IAsyncDisposable
    {
        /// <param name="database">The database.</param>
        /// <param name="role">Whose policies.</param>
        /// <param name="opened">Which of them admit everything: a condition on <c>pg_policy p</c>.</param>
        /// <param name="cancellation">Cancels.</param>
        internal static async Task<Layer> OpenAsync(
            TestDatabase database,
            string role,
            string opened,
            CancellationToken cancellation
        )
        {
            NpgsqlConnection connection = await database.Admin.OpenConnectionAsync(cancellation);
            NpgsqlTransaction transaction = await connection.BeginTransactionAsync(cancellation);
            await using NpgsqlCommand open = new(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"""
                    do $$
                    declare policy record;
                    begin
                        for policy in select p.polname, p.polrelid::regclass as relation, p.polcmd from pg_policy p
                                  where '{role}'::regrole = any (p.polroles) and ({opened}) loop
                            execute format('alter policy %I on %s %s %s', policy.polname, policy.relation,
                                           case when policy.polcmd <> 'a' then 'using (true)' end,
                                           case when policy.polcmd in ('*', 'a', 'w') then 'with check (true)' end);
                        end loop;
                    end $$
                    """
                ),
                connection,
                transaction
            );
            await open.ExecuteNonQueryAsync(cancellation);
            return new Layer(database, connection, transaction, role, cancellation);
        }

        /// <returns>What the statement returns, or the SQLSTATE that refuses it. It is rolled back.</returns>
        internal async Task<string> RunAsync(OrgIdentity who, Permission capabilities, string sql)
        {
            await transaction.SaveAsync("before", cancellation);
            try
            {
                await using (
                    NpgsqlBatch context = new(connection, transaction)
                    {
                        BatchCommands =
                        {
                            database.DataSource.Database.BeginCommand(who, (long)capabilities),
                            new($"set local role {role}"),
                        },
                    }
                )
                    await context.ExecuteNonQueryAsync(cancellation);
                await using NpgsqlCommand command = new(sql, connection, transaction);
                return $"{await command.ExecuteScalarAsync(cancellation)}";
            }
            catch (PostgresException e)
            {
                return e.SqlState;
            }
            finally
            {
                await transaction.RollbackAsync("before", cancellation);
            }
        }

        public async ValueTask DisposeAsync()
        {
            await transaction.DisposeAsync();
            await connection.DisposeAsync();
        }
    }
}
