using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using Npgsql;

namespace CallIntel.Sdk.IntegrationTests.Access;

// roles that only read: functions, views, and backups
public sealed partial class RowSecurityTests
{
    /// <summary>
    /// Also tables without a view, such as the change feed, whose functions filter by the org themselves.
    /// </summary>
    [Theory]
    [InlineData("callintel_member")]
    [InlineData("callintel_fence")]
    public async Task No_table_that_a_reading_role_may_read_shows_rows_of_another_org(string role)
    {
        TestOrg own = await fixture.Database.CreateOrgAsync("own tables", Cancellation),
            foreign = await fixture.Database.CreateOrgAsync("foreign tables", Cancellation);
        await SampleRows.SeedAsync(fixture.Database, own);
        await SampleRows.SeedAsync(fixture.Database, foreign);
        await using NpgsqlConnection connection = await fixture.Database.Admin.OpenConnectionAsync(Cancellation);
        List<string> tables = [];
        await using (
            NpgsqlCommand list = new(
                $"""
                select c.relname from pg_class c
                  join pg_attribute a on a.attrelid = c.oid and a.attname = 'org_id'
                 where c.relnamespace = 'callintel_private'::regnamespace and c.relkind in ('r', 'p')
                   and not c.relispartition and has_table_privilege('{role}', c.oid, 'select')
                 order by 1
                """,
                connection
            )
        )
        await using (NpgsqlDataReader reader = await list.ExecuteReaderAsync(Cancellation))
            while (await reader.ReadAsync(Cancellation))
                tables.Add(reader.GetString(0));
        Assert.NotEmpty(tables);
        foreach (string table in tables)
        {
            string theirs = $"select count(*) from callintel_private.{table} where org_id = '{foreign.Id}'";
            Assert.NotEqual((table, 0L), (table, await CountAsync(theirs)));
            Assert.Equal(
                (table, "0"),
                (
                    table,
                    await AsAsync(
                        role,
                        own.As(OrgRole.Owner) with
                        {
                            Purpose = AccessPurpose.Support,
                        },
                        connection,
                        theirs
                    )
                )
            );
        }

        async Task<long> CountAsync(string sql)
        {
            await using NpgsqlCommand count = fixture.Database.Admin.CreateCommand(sql);
            return (long)(await count.ExecuteScalarAsync(Cancellation))!;
        }
    }

    [Theory]
    [InlineData("callintel_member")]
    [InlineData("callintel_fence")]
    public async Task Reader_functions_without_a_filter_stay_in_the_verified_org_and_obey_privacy_rules(string role)
    {
        TestOrg own = await fixture.Database.CreateOrgAsync("own reads", Cancellation),
            foreign = await fixture.Database.CreateOrgAsync("foreign reads", Cancellation);
        await SampleRows.SeedAsync(fixture.Database, own);
        await SampleRows.SeedAsync(fixture.Database, foreign);
        await using NpgsqlConnection connection = await fixture.Database.Admin.OpenConnectionAsync(Cancellation);
        Task<string> CountAsync(OrgRole who, string what) => CountAsAsync(own.As(who), what);
        Task<string> CountAsAsync(OrgIdentity who, string what) =>
            AsAsync(role, who, connection, $"select count(*) from callintel_private.{what}");

        IReadOnlyList<string> tables = await AccessMatrix.TablesAsync(fixture.Database, Cancellation);
        foreach (string table in tables)
        {
            Assert.Equal(
                (table, "0"),
                (table, await CountAsync(OrgRole.Owner, $"{table} where org_id = '{foreign.Id}'"))
            );
            Assert.NotEqual(
                (table, "0"),
                (table, await CountAsAsync(own.As(OrgRole.Owner) with { Purpose = AccessPurpose.Support }, table))
            );
            // keys of hidden events stand among them
            if (role is "callintel_fence" && (table is "event_keys" or "event_tombstones"))
                Assert.Equal((table, "0"), (table, await CountAsync(OrgRole.Owner, table)));
            // functions write names of contacts, and nothing else writes
            if (role is not "callintel_member" || table is not "contact_profiles")
                Assert.Equal(
                    (table, "42501"),
                    (
                        table,
                        await AsAsync(
                            role,
                            own.As(OrgRole.Owner),
                            connection,
                            $"update callintel_private.{table} set org_id = org_id"
                        )
                    )
                );
        }

        // four contacts, one of each level, and of each an event of the member's and one of the admin's
        foreach (
            (string table, string of, string analyst, string member) in new[]
            {
                ("events", "contact_id", "0 1", "0 1"),
                ("event_details", "contact_id", "0 1", "0 1"),
                ("event_participants", "contact_id", "0 1", "0 1"),
                ("event_participants", "party_id", "0 1", "0 1"),
                ("event_contents", "contact_id", "0", "0"),
                ("event_parts", "contact_id", "0", "0"),
                ("event_embeddings", "contact_id", "0", "0"),
                ("contacts", "id", "0 1", "0 1"),
                ("contact_numbers", "contact_id", "0 1", "0 1"),
                ("contact_profiles", "contact_id", "0 1", "0 1"),
            }
        )
        {
            string levels = $"""
                select coalesce(string_agg(distinct n::text, ' ' order by n::text), '') from generate_series(0, 3) n
                 where md5('{own.Id}contact' || n)::uuid in (select t.{of} from callintel_private.{table} t)
                """;
            Assert.Equal((table, analyst), (table, await AsAsync(role, own.As(OrgRole.Analyst), connection, levels)));
            Assert.Equal((table, member), (table, await AsAsync(role, own.As(OrgRole.Member), connection, levels)));
            if (table.StartsWith("event", StringComparison.Ordinal))
                Assert.Equal(
                    (table, "0"),
                    (
                        table,
                        await CountAsync(OrgRole.Member, $"{table} where member_id <> '{own.Members[OrgRole.Member]}'")
                    )
                );
            Assert.Equal((table, "0"), (table, await CountAsync(OrgRole.Ingester, table)));
        }
    }

    /// <summary>pg_dump reads each partition by itself, and says nothing of rows that a policy hides.</summary>
    [Fact]
    public async Task The_backup_role_reads_every_row_of_every_table_and_partition()
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("backed up", Cancellation);
        await SampleRows.SeedAsync(fixture.Database, org);
        await SeedKeysAsync(org);
        await using NpgsqlConnection connection = await fixture.Database.Admin.OpenConnectionAsync(Cancellation);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(Cancellation);
        // a row in each partition, and in the tables that no session leaves rows in
        await using (
            NpgsqlCommand fill = new(
                """
                do $$
                declare
                    leaf   record;
                    moment timestamptz;
                begin
                    for leaf in select i.inhparent::regclass as parent, c.oid::regclass as name,
                                       substring(pg_get_expr(c.relpartbound, c.oid)
                                        from 'FROM \(''([^'']+)''\)')::uuid as lowest
                                  from pg_class c join pg_inherits i on i.inhrelid = c.oid
                                 where c.relnamespace = 'callintel_private'::regnamespace
                                  and c.relispartition and c.relkind = 'r' loop
                        moment := coalesce(
                            to_timestamp(('x' || lpad(left(replace(leaf.lowest::text, '-', ''), 12), 16, '0'))
                                         ::bit(64)::bigint / 1000.0),
                                           '2019-01-01Z');
                        execute format('insert into %1$s select (jsonb_populate_record(t, $1)).* from %1$s t limit 1',
                         leaf.parent)
                          using jsonb_build_object('id', callintel.first_id(moment),
                           'event_id', callintel.first_id(moment),
                           'occurred_at', moment);
                    end loop;
                end $$;
                insert into callintel_private.misplaced_events (org_id, id, occurred_at, source_id, channel,
                 direction, outcome)
                select org_id, id, occurred_at, source_id, channel, direction, outcome
                 from callintel_private.events limit 1;
                insert into callintel_private.staging_stream (id) values (gen_random_uuid());
                with conversation as (
                    insert into callintel_private.data_keys (org_id, key_id, purpose, subject_id, epoch)
                    select org_id, sha256('conversation'), 'conversation', gen_random_uuid(), 1
                      from callintel_private.data_keys limit 1
                    returning org_id, key_id
                )
                insert into callintel_private.conversation_keys (
                    org_id, key_id, party_id, party_key_id, is_author, wrapped)
                select c.org_id, c.key_id, k.subject_id, k.key_id, false, k.wrapped
                  from conversation c join callintel_private.data_keys k using (org_id) limit 1;
                insert into callintel_private.rollup_states (org_id, day_zone) values (gen_random_uuid(), 'UTC');
                """,
                connection,
                transaction
            )
        )
            await fill.ExecuteNonQueryAsync(Cancellation);
        const string count = """
            select string_agg(c.oid::regclass || ' ' || x.counted, ', ' order by c.oid::regclass::text)
              from pg_class c,
                   lateral (select format('select count(*) as n from %s', c.oid::regclass) as sql) q,
                   lateral (select (xpath('/row/n/text()', query_to_xml(q.sql, false, true, '')))[1]::text as counted) x
             where c.relnamespace = 'callintel_private'::regnamespace and c.relkind in ('r', 'p')
               and has_table_privilege('callintel_backup', c.oid, 'select')
            """;
        await using NpgsqlCommand all = new(count, connection);
        string expected = (string)(await all.ExecuteScalarAsync(Cancellation))!;
        await using (NpgsqlCommand become = new("set local role callintel_backup", connection))
            await become.ExecuteNonQueryAsync(Cancellation);
        Assert.DoesNotContain(expected.Split(", "), table => table.EndsWith(" 0", StringComparison.Ordinal));
        Assert.Equal(expected, (string)(await all.ExecuteScalarAsync(Cancellation))!);
    }
}
