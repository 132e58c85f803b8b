using CallIntel.Sdk;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using Npgsql;

namespace CallIntel.Benchmarks.Isolation;

/// <summary>A database with one org with many events, five per contact, and 19 orgs with few.</summary>
sealed class IsolationData : IAsyncDisposable
{
    readonly MigratedTemplate _template;
    readonly Guid[] _ids,
        _contacts;

    IsolationData(
        MigratedTemplate template,
        TestDatabase database,
        TestOrg org,
        int contacts,
        Guid[] ids,
        Guid[] someContacts
    )
    {
        Contacts = contacts;
        _template = template;
        Database = database;
        Org = org;
        _ids = ids;
        _contacts = someContacts;
    }

    internal TestDatabase Database { get; }

    /// <summary>Gets the large org.</summary>
    internal TestOrg Org { get; }

    /// <summary>Gets the number of contacts of the large org.</summary>
    internal int Contacts { get; }

    /// <summary>Returns an event of the large org for a call: one of a thousand, spread over all months.</summary>
    internal Guid GetEvent(int call) => _ids[call * 7919 % _ids.Length];

    internal static async Task<IsolationData> CreateAsync(PostgresServer server, int rows)
    {
        MigratedTemplate template = await MigratedTemplate.CreateAsync(server, async admin =>
            await new CallIntelOperations(admin).EnsurePartitionsAsync(
                new DateOnly(2026, 1, 1),
                new DateOnly(2026, 3, 1)
            )
        );
        TestDatabase database = await template.CloneAsync();
        TestOrg org = await database.CreateOrgAsync("large");
        await FillAsync(database, org.Id, org.Members[OrgRole.Member], rows, rows / 5);
        for (int i = 1; i < 20; i++)
        {
            TestOrg other = await database.CreateOrgAsync($"org {i}");
            await FillAsync(database, other.Id, other.Members[OrgRole.Member], rows / 50, rows / 250);
        }
        await ExecuteAsync(database, "vacuum analyze");

        List<Guid> ids = [];
        await using NpgsqlCommand command = database.Admin.CreateCommand(
            """
            select id from (select e.id, row_number() over (order by e.id) as n
                              from callintel_private.events e where e.org_id = $1) e
             where n % $2 = 0
            """
        );
        command.Parameters.Add(new NpgsqlParameter { Value = org.Id.Value });
        command.Parameters.Add(new NpgsqlParameter { Value = (long)rows / 1_000 });
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
            ids.Add(reader.GetGuid(0));
        List<Guid> contacts = [];
        await using NpgsqlCommand some = database.Admin.CreateCommand(
            "select c.id from callintel_private.contacts c where c.org_id = $1 order by c.id limit 500"
        );
        some.Parameters.Add(new NpgsqlParameter { Value = org.Id.Value });
        await using NpgsqlDataReader found = await some.ExecuteReaderAsync();
        while (await found.ReadAsync())
            contacts.Add(found.GetGuid(0));
        return new IsolationData(template, database, org, rows / 5, [.. ids], [.. contacts]);
    }

    /// <summary>Returns a contact of the large org for a call.</summary>
    internal Guid GetContact(int call) => _contacts[call * 7919 % _contacts.Length];

    /// <summary>Restricts a number of contacts of an org to admins.</summary>
    internal async Task RestrictAsync(TestOrg org, int contacts)
    {
        await ExecuteAsync(Database, $"delete from callintel_private.privacy_rules where org_id = '{org.Id.Value}'");
        await ExecuteAsync(
            Database,
            $"""
            insert into callintel_private.privacy_rules (org_id, contact_id, level, set_by)
            select c.org_id, c.id, 2, c.created_by
              from callintel_private.contacts c where c.org_id = '{org.Id.Value}' order by c.id limit {contacts}
            """
        );
        await ExecuteAsync(Database, "vacuum analyze callintel_private.events");
        await ExecuteAsync(Database, "vacuum analyze callintel_private.privacy_rules");
    }

    /// <summary>Creates two orgs with the same events. One of them has restricted contacts.</summary>
    /// <returns>The org without restricted contacts, the org with them, and their number.</returns>
    internal async Task<(TestOrg Without, TestOrg With, int Restricted)> CreateTwinsAsync(int rows, int restricted)
    {
        TestOrg without = await Database.CreateOrgAsync("open"),
            with = await Database.CreateOrgAsync("restricted");
        foreach (TestOrg org in new[] { without, with })
            await FillAsync(Database, org.Id, org.Members[OrgRole.Member], rows, rows / 5);
        restricted = Math.Min(restricted, rows / 20);
        await RestrictAsync(with, restricted);
        return (without, with, restricted);
    }

    /// <summary>
    /// Creates a table with the same events and a common policy, which reads the org from a setting that every
    /// statement can change.
    /// </summary>
    internal Task CreateBaselinePolicyAsync() =>
        ExecuteAsync(
            Database,
            """
            create schema baseline;
            grant usage on schema baseline to callintel_app;
            create table baseline.events (like callintel_private.events including all);
            insert into baseline.events
            select e.* from callintel_private.events e
             where e.org_id in (select o.org_id from callintel_private.orgs o order by o.created_at limit 2);
            grant select on baseline.events to callintel_app;
            alter table baseline.events enable row level security;
            create policy by_setting on baseline.events for select to callintel_app
                using (org_id = (select current_setting('app.org')::uuid));
            analyze baseline.events;
            """
        );

    /// <summary>Counts the privileges of the role of the application on tables and columns.</summary>
    internal async Task<long> CountAppPrivilegesAsync()
    {
        await using NpgsqlCommand command = Database.Admin.CreateCommand(
            """
            select count(*)
              from pg_class c,
                   unnest(array['select', 'insert', 'update', 'delete', 'truncate', 'references', 'trigger']) verb
             where c.relnamespace in ('callintel'::regnamespace, 'callintel_private'::regnamespace)
               and c.relkind in ('r', 'p')
               and (has_table_privilege('callintel_app', c.oid, verb)
                    or verb in ('select', 'insert', 'update', 'references')
                       and has_any_column_privilege('callintel_app', c.oid, verb))
               and not (c.relname ~ '^staging_\d$' and verb = 'insert')
            """
        );
        return (long)(await command.ExecuteScalarAsync())!;
    }

    public async ValueTask DisposeAsync()
    {
        await Database.DisposeAsync();
        await _template.DisposeAsync();
    }

    static Task FillAsync(TestDatabase database, OrgId org, MemberId member, int rows, int contacts) =>
        ExecuteAsync(
            database,
            $"""
            insert into callintel_private.contacts (org_id, id, created_by)
            select '{org.Value}', md5('{org.Value}' || i)::uuid, '{member.Value}'
              from generate_series(0, {contacts} - 1) i;
            insert into callintel_private.events
                   (org_id, id, occurred_at, source_id, contact_id, member_id, duration_s, channel, direction, outcome)
            select '{org.Value}',
                   encode(substr(uuid_send(callintel.first_id(t.occurred_at)), 1, 6)
                          || '\x8000'::bytea || substr(sha256(int4send(i)), 1, 8), 'hex')::uuid,
                   t.occurred_at, '{member.Value}', md5('{org.Value}' || i % {contacts})::uuid, '{member.Value}',
                   i % 600, 1 + i % 2, 1 + i % 2, 1
              from generate_series(0, {rows - 1}) i,
                   lateral (select timestamptz '2026-01-01 00:00Z' + i * (interval '89 days' / {rows}) as occurred_at) t
            """
        );

    static async Task ExecuteAsync(TestDatabase database, string sql)
    {
        await using NpgsqlCommand command = database.Admin.CreateCommand(sql);
        command.CommandTimeout = 0;
        await command.ExecuteNonQueryAsync();
    }
}
