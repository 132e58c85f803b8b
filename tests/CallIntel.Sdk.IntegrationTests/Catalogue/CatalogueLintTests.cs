using CallIntel.Sdk.Access;
using Npgsql;

namespace CallIntel.Sdk.IntegrationTests.Catalogue;

/// <summary>Rules that every object of the SQL package keeps. A rule is a query that finds what breaks it.</summary>
public sealed class CatalogueLintTests(DatabaseFixture fixture) : IClassFixture<DatabaseFixture>
{
    const string Ours = "('callintel'::regnamespace, 'callintel_private'::regnamespace)";

    static readonly Dictionary<string, string> Rules = new(CitusRules.Rules)
    {
        ["Row-level security is on and forced on every table but the staging slots"] = $"""
            select c.oid::regclass::text from pg_catalog.pg_class c
             where c.relnamespace in {Ours} and c.relkind in ('r', 'p') and not (c.relrowsecurity and c.relforcerowsecurity)
               and c.relname !~ '^staging_[0-7]$'
            """,
        ["The application role may insert into staging slots and nothing else"] = """
            select c.relname from pg_catalog.pg_class c, unnest(array['select', 'update', 'delete', 'truncate', 'references', 'trigger']) p
             where c.relname ~ '^staging_' and has_table_privilege('callintel_app', c.oid, p)
            """,
        ["Staging slots name no org"] = """
            select c.relname from pg_catalog.pg_class c join pg_catalog.pg_attribute a on a.attrelid = c.oid
             where c.relname ~ '^staging_' and a.attname ~ 'org'
            """,
        ["Every table of the application has a restrictive guard on org_id for every verb"] = $"""
            select c.oid::regclass::text from pg_catalog.pg_class c
             where c.relnamespace = 'callintel'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition and c.relname !~ '^staging_'
               and not exists (select from pg_catalog.pg_policy p where p.polrelid = c.oid and not p.polpermissive and p.polcmd = '*'
                                and p.polroles = array['callintel_app'::regrole::oid] and pg_get_expr(p.polqual, p.polrelid) ~
                                    '^\(org_id = \( SELECT\s+(c\.org_id|CASE\s+WHEN \(\(c\.permissions & \(?\d+\)?(::bigint)?\) = \d+\) THEN c\.org_id\s+ELSE NULL::uuid\s+END AS "case")\s+FROM callintel_private\.session_context c\)\)$')
            """,
        ["Policies ask the session context for values, never by a condition, which could be tested before its seal"] = $"""
            select p.polrelid::regclass::text || ': ' || p.polname from pg_catalog.pg_policy p join pg_catalog.pg_class c on c.oid = p.polrelid
             where c.relnamespace in {Ours}
               and coalesce(pg_get_expr(p.polqual, p.polrelid), '') || coalesce(pg_get_expr(p.polwithcheck, p.polrelid), '') ~ 'session_context \w+\s+(WHERE|JOIN|,)'
            """,
        ["Only policies of callintel_writer trust the text of the context without its seal"] = $"""
            select p.polrelid::regclass::text || ': ' || p.polname from pg_catalog.pg_policy p join pg_catalog.pg_class c on c.oid = p.polrelid
             where c.relnamespace in {Ours} and p.polroles <> array['callintel_writer'::regrole::oid]
               and coalesce(pg_get_expr(p.polqual, p.polrelid), '') || coalesce(pg_get_expr(p.polwithcheck, p.polrelid), '') ~ 'current_setting'
            """,
        ["Nobody inherits the policies of callintel_writer, but callintel_ops where membership cannot be without"] = """
            select r.rolname::text from pg_catalog.pg_roles r
             where r.rolname ~ '^callintel_' and r.rolname <> 'callintel_writer' and not r.rolsuper and pg_has_role(r.oid, 'callintel_writer', 'usage')
               and not (r.rolname = 'callintel_ops' and current_setting('server_version_num')::integer < 160000)
            """,
        ["Code of callintel_writer verifies the context before it does anything else"] = """
            select f.oid::regprocedure::text from pg_catalog.pg_proc f
             where f.proowner = 'callintel_writer'::regrole
               and f.prosrc !~ '^\s*declare[a-z_;\s]+begin\s+if token is null then\s+perform from callintel_private\.session_context;\s+else\s+perform callintel\.begin_session\(token\);\s+end if;'
            """,
        ["Policies call functions inside a sub-select, once a statement"] = $"""
            select p.polrelid::regclass::text || ': ' || p.polname from pg_catalog.pg_policy p join pg_catalog.pg_class c on c.oid = p.polrelid,
                   lateral (select coalesce(pg_get_expr(p.polqual, p.polrelid), '') || ' ' || coalesce(pg_get_expr(p.polwithcheck, p.polrelid), '') as text) e
             where c.relnamespace in {Ours}
               and regexp_count(e.text, 'callintel\.\w+\(') <> regexp_count(e.text, 'SELECT \(?\(?callintel\.\w+\(')
            """,
        ["No policy of the application role is for everybody else too"] = $"""
            select p.polrelid::regclass::text || ': ' || p.polname from pg_catalog.pg_policy p join pg_catalog.pg_class c on c.oid = p.polrelid
             where c.relnamespace in {Ours} and 0 = any (p.polroles)
            """,
        ["Security definer code has a pinned search_path and is not for public"] = $"""
            select f.oid::regprocedure::text from pg_catalog.pg_proc f
             where f.pronamespace in {Ours} and f.prosecdef
               and ('search_path=pg_catalog, pg_temp' = any (f.proconfig) is not true or has_function_privilege('public', f.oid, 'execute'))
            """,
        ["Security definer code belongs to roles that row-level security binds"] = $"""
            select f.oid::regprocedure::text from pg_catalog.pg_proc f join pg_catalog.pg_roles r on r.oid = f.proowner
             where f.pronamespace in {Ours} and f.prosecdef and (r.rolsuper or r.rolbypassrls)
            """,
        ["Nothing is executable by public"] = $"""
            select f.oid::regprocedure::text from pg_catalog.pg_proc f where f.pronamespace in {Ours} and has_function_privilege('public', f.oid, 'execute')
            """,
        ["Functions that policies call are stable and parallel safe"] = $"""
            select f.oid::regprocedure::text from pg_catalog.pg_proc f
             where f.pronamespace in {Ours} and (f.provolatile = 'v' or f.proparallel <> 's')
               and (f.oid = 'callintel_private.contacts_kept_from(integer)'::regprocedure
                    or exists (select from pg_catalog.pg_policies p where coalesce(p.qual, '') || coalesce(p.with_check, '') ~ ('\m' || f.proname || '\(')))
            """,
        ["Views run as their caller, but for the one that opens the session context, in a schema the application cannot name"] = $"""
            select c.oid::regclass::text from pg_catalog.pg_class c
             where c.relnamespace in {Ours} and c.relkind = 'v' and not coalesce('security_invoker=on' = any (c.reloptions), false)
               and (c.oid <> 'callintel_private.session_context'::regclass or has_schema_privilege('callintel_app', 'callintel_private', 'usage'))
            """,
        ["The org leads every key and every index"] = """
            select i.indexrelid::regclass::text from pg_catalog.pg_index i join pg_catalog.pg_class c on c.oid = i.indrelid
              join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum = i.indkey[0]
             where c.relnamespace = 'callintel'::regnamespace and a.attname <> 'org_id'
            """,
        ["Every foreign key of a tenant's table carries the org, but those to the roles"] = """
            select k.conrelid::regclass::text || ': ' || k.conname from pg_catalog.pg_constraint k join pg_catalog.pg_attribute a on a.attrelid = k.conrelid and a.attnum = k.conkey[1]
             where k.contype = 'f' and k.connamespace = 'callintel'::regnamespace and a.attname <> 'org_id' and k.conname not in ('org_roles_role_fk', 'invitations_role_fk')
            """,
        ["Indexed columns compare by leakproof operators, or row-level security could not use the index"] = """
            select i.indexrelid::regclass::text from pg_catalog.pg_index i join pg_catalog.pg_class c on c.oid = i.indrelid,
                   unnest(i.indclass::oid[]) as o (opclass)
              join pg_catalog.pg_opclass oc on oc.oid = o.opclass
              join pg_catalog.pg_amop ao on ao.amopfamily = oc.opcfamily and ao.amoplefttype = oc.opcintype and ao.amoprighttype = oc.opcintype and ao.amopstrategy = 3
              join pg_catalog.pg_operator op on op.oid = ao.amopopr
              join pg_catalog.pg_proc f on f.oid = op.oprcode
             where c.relnamespace = 'callintel'::regnamespace and not f.proleakproof
            """,
        ["Partitions grant nothing to the application role"] = """
            select c.relname from pg_catalog.pg_class c
             where c.relnamespace = 'callintel'::regnamespace and c.relispartition and c.relkind = 'r' and has_table_privilege('callintel_app', c.oid, 'select,insert,update,delete')
            """,
        ["Every table, policy, view and callable function is explained"] = $"""
            select 'table ' || c.oid::regclass from pg_catalog.pg_class c
             where c.relnamespace in {Ours} and c.relkind in ('r', 'p', 'v') and obj_description(c.oid, 'pg_class') is null
            union all
            select 'policy ' || p.polname from pg_catalog.pg_policy p join pg_catalog.pg_class c on c.oid = p.polrelid
             where c.relnamespace = 'callintel'::regnamespace and obj_description(p.oid, 'pg_policy') is null
            union all
            select 'function ' || f.oid::regprocedure from pg_catalog.pg_proc f
             where f.pronamespace = 'callintel'::regnamespace and obj_description(f.oid, 'pg_proc') is null
            """,
        ["No statistics are kept of text, ciphertext and vectors: their bounds would be values of every org"] = """
            select c.oid::regclass || '.' || a.attname from pg_catalog.pg_class c join pg_catalog.pg_attribute a on a.attrelid = c.oid
             where c.relnamespace = 'callintel'::regnamespace and c.relkind in ('r', 'p') and c.relname !~ '^staging_' and a.attnum > 0 and not a.attisdropped
               and a.attstattarget is distinct from 0
               and a.atttypid not in ('uuid'::regtype, 'smallint'::regtype, 'integer'::regtype, 'bigint'::regtype, 'boolean'::regtype,
                                      'timestamptz'::regtype, 'date'::regtype, 'interval'::regtype, 'xid8'::regtype)
            """,
        ["Every bytea column takes envelopes only and says that it is protected"] = """
            select c.oid::regclass || '.' || a.attname from pg_catalog.pg_class c join pg_catalog.pg_attribute a on a.attrelid = c.oid
             where c.relnamespace = 'callintel'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
               and c.relname !~ '^staging_' and a.attname not in ('content_hash', 'token_digest')
               and (a.atttypid = 'bytea'::regtype
                    or a.atttypid = 'callintel.envelope'::regtype and coalesce(col_description(c.oid, a.attnum), '') !~ 'protected')
            """,
    };

    public static TheoryData<string> Names { get; } = [.. Rules.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Rule(string name)
    {
        await using NpgsqlConnection connection = await fixture.Database.Admin.OpenConnectionAsync(TestContext.Current.CancellationToken);
        Assert.Empty(await BrokenAsync(connection, name));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Rule_finds_what_breaks_it(string name)
    {
        await using NpgsqlConnection connection = await fixture.Database.Admin.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await using NpgsqlTransaction takenBack = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken);
        await using NpgsqlCommand plant = new(PlantedViolations.OfRule[name], connection);
        await plant.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        Assert.NotEmpty(await BrokenAsync(connection, name));
    }

    static async Task<List<string>> BrokenAsync(NpgsqlConnection connection, string name)
    {
        List<string> broken = [];
        await using NpgsqlCommand command = new(Rules[name], connection);
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        while (await reader.ReadAsync(TestContext.Current.CancellationToken))
            broken.Add(reader.GetString(0));
        return broken;
    }

    [Fact]
    public async Task The_matrix_in_SQL_is_the_one_of_the_enumeration()
    {
        await using NpgsqlCommand command = fixture.Database.Admin.CreateCommand("select role, name, permissions from callintel_private.role_permissions");
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        Dictionary<OrgRole, Permission> matrix = [];
        while (await reader.ReadAsync(TestContext.Current.CancellationToken))
        {
            OrgRole role = (OrgRole)reader.GetInt16(0);
            Assert.Equal(role.ToString(), reader.GetString(1), ignoreCase: true);
            matrix.Add(role, (Permission)reader.GetInt64(2));
        }
        const Permission Facts = Permission.ReadEvents | Permission.ReadAllEvents | Permission.ReadDashboards;
        const Permission People = Permission.ReadContent | Permission.ReadContacts;
        Assert.Equal(new()
        {
            [OrgRole.Viewer] = Facts,
            [OrgRole.Member] = (Facts & ~Permission.ReadAllEvents) | People | Permission.Ingest | Permission.WriteContacts,
            [OrgRole.Analyst] = Facts | People,
            [OrgRole.Admin] = Permission.All & ~(Permission.ManageKeys | Permission.TransferOwnership),
            [OrgRole.Owner] = Permission.All,
        }, matrix);
    }
}
