using System.Text;
using Npgsql;

namespace CallIntel.Sdk.IntegrationTests.Migrations;

/// <summary>
/// Compares the schema with a checked-in snapshot that has one line for each object, so that a review shows every
/// change.
/// </summary>
public sealed class SchemaSnapshotTests(DatabaseFixture fixture) : IClassFixture<DatabaseFixture>
{
    internal const string Snapshot = "tests/CallIntel.Sdk.IntegrationTests/Migrations/schema.snapshot.txt";

    // Partitions are left out: which months there are is not the schema's business.
    const string Sql = """
        with scope as (
            select n.nspname || '.' || c.relname as name, c.*
              from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
             where n.nspname in ('callintel', 'callintel_private')
               and not (c.relispartition and c.relname ~ '_\d{4}_\d{2}')
        )
        select line from (
            select 'table ' || name || ' kind=' || relkind::text || ' owner=' || relowner::regrole || ' persistence='
                   || relpersistence::text
                   || ' rls=' || relrowsecurity || ' forced=' || relforcerowsecurity
                       || coalesce(' partition by ' || pg_get_partkeydef(oid), '')
                   || coalesce(' options=' || array_to_string(reloptions, ','), '') as line
              from scope where relkind in ('r', 'p', 'v')
            union all
            select 'column ' || s.name || '.' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod)
                   || case when a.attnotnull then ' not null' else '' end
                   || coalesce(' default ' || pg_get_expr(d.adbin, d.adrelid), '') || case when a.attacl is not null
                       then ' acl=' || array_to_string(array(select x::text from unnest(a.attacl) x order by 1), ',')
                       else '' end
              from scope s join pg_catalog.pg_attribute a on a.attrelid = s.oid and a.attnum > 0 and not a.attisdropped
              left join pg_catalog.pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
             where s.relkind in ('r', 'p', 'v')
            union all
            select 'grant ' || s.name || ' to ' || x.grantee::regrole || ': ' || string_agg(x.privilege_type, ', '
                order by x.privilege_type)
              from scope s, aclexplode(s.relacl) x where s.relkind in ('r', 'p', 'v') and x.grantee <> s.relowner
             group by s.name, x.grantee
            union all
            select 'constraint ' || s.name || ' ' || c.conname || ' ' || pg_get_constraintdef(c.oid)
              from scope s join pg_catalog.pg_constraint c on c.conrelid = s.oid where c.contype <> 'n'
            union all
            select 'domain ' || t.oid::regtype || ' ' || format_type(t.typbasetype, t.typtypmod) || ' owner='
                   || t.typowner::regrole || coalesce(' ' || c.conname || ' ' || pg_get_constraintdef(c.oid), '')
              from pg_catalog.pg_type t left join pg_catalog.pg_constraint c on c.contypid = t.oid and c.contype <> 'n'
             where t.typtype = 'd' and t.typnamespace in ('callintel'::regnamespace, 'callintel_private'::regnamespace)
            union all
            select 'index ' || pg_get_indexdef(i.indexrelid) from scope s
              join pg_catalog.pg_index i on i.indrelid = s.oid
            union all
            select 'policy ' || s.name || ' "' || p.polname || '" ' || case when p.polpermissive
                   then 'permissive' else 'restrictive' end || ' ' || p.polcmd::text
                   || ' to ' || array_to_string(array(select x::regrole::text from unnest(p.polroles) x), ',')
                   || coalesce(' using ' || regexp_replace(pg_get_expr(p.polqual, p.polrelid), '\s+', ' ', 'g'), '')
                   || coalesce(' check ' || regexp_replace(pg_get_expr(p.polwithcheck, p.polrelid), '\s+', ' ', 'g'),
                       '')
              from scope s join pg_catalog.pg_policy p on p.polrelid = s.oid
            union all
            select 'function ' || f.oid::regprocedure || ' returns '
                   || coalesce(pg_get_function_result(f.oid), 'nothing') || ' owner=' || f.proowner::regrole
                   || ' definer=' || f.prosecdef || ' volatile=' || f.provolatile::text || ' parallel='
                       || f.proparallel::text || coalesce(' set=' || array_to_string(f.proconfig, ','), '')
                   || ' acl=' || coalesce(array_to_string(array(select x::text from unnest(f.proacl) x
                       order by 1), ','), 'default')
              from pg_catalog.pg_proc f where f.pronamespace in ('callintel'::regnamespace,
                   'callintel_private'::regnamespace)
            union all
            select 'schema ' || nspname || ' acl=' || array_to_string(array(select x::text from unnest(nspacl) x
                order by 1), ',')
              from pg_catalog.pg_namespace where nspname in ('callintel', 'callintel_private')
            union all
            select 'role ' || rolname || ' login=' || rolcanlogin || ' inherit=' || rolinherit || ' super=' || rolsuper
                   || ' bypassrls=' || rolbypassrls || ' createrole=' || rolcreaterole
                   || ' createdb=' || rolcreatedb || ' member of='
                       || array_to_string(array(select m.roleid::regrole::text from pg_catalog.pg_auth_members m
                       where m.member = r.oid order by 1), ',')
              from pg_catalog.pg_roles r where rolname like 'callintel\_%'
        ) lines
        """;

    [Fact]
    public async Task The_schema_matches_the_checked_in_snapshot() =>
        Repository.AssertSnapshot(Snapshot, await DumpAsync(fixture.Database.Admin));

    internal static async Task<string> DumpAsync(NpgsqlDataSource source)
    {
        List<string> lines = [];
        await using NpgsqlCommand command = source.CreateCommand(Sql);
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        while (await reader.ReadAsync(TestContext.Current.CancellationToken))
            lines.Add(reader.GetString(0));
        StringBuilder text = new();
        foreach (string line in lines.Order(StringComparer.Ordinal))
            text.Append(line.Replace("postgres=", "admin=", StringComparison.Ordinal)).Append('\n');
        return text.ToString();
    }
}
