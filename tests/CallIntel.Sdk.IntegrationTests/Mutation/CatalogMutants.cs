using Npgsql;

namespace CallIntel.Sdk.IntegrationTests.Mutation;

/// <summary>
/// Mutants that are derived from the system catalogs: policies, row-level security, grants, triggers and the
/// permissions of roles.
/// </summary>
static class CatalogMutants
{
    const string PackageSchemas = "('callintel'::regnamespace, 'callintel_private'::regnamespace)";

    // one function creates all partitions of a table, so one of them is enough
    const string FirstOfItsPartitions = """
        not exists (select from pg_inherits i, pg_inherits sibling join pg_class s on s.oid = sibling.inhrelid
                     where i.inhrelid = c.oid and sibling.inhparent = i.inhparent and s.relname < c.relname)
        """;

    // the columns of each query: id, group, SQL
    static readonly string[] Queries =
    [
            // policies are dropped, including those whose condition is only "not null", without which a role reads no
            // rows
            $"""
            select format('policy %s "%s": dropped', p.polrelid::regclass, p.polname),
                   'policy ' || p.polrelid::regclass,
                   format('drop policy %I on %s', p.polname, p.polrelid::regclass)
              from pg_policy p join pg_class c on c.oid = p.polrelid where c.relnamespace in {PackageSchemas}
            """,
            // the condition of a policy is replaced by true
            $"""
            select format('policy %s "%s": %s everything', p.polrelid::regclass, p.polname, part),
                   'policy ' || p.polrelid::regclass,
                   format('alter policy %I on %s %s (true)', p.polname, p.polrelid::regclass, part)
              from pg_policy p join pg_class c on c.oid = p.polrelid,
                   (values ('using'), ('with check')) as parts (part),
                   lateral (select case part when 'using' then p.polqual else p.polwithcheck end as expr) e
             where c.relnamespace in {PackageSchemas} and e.expr is not null
               and pg_get_expr(e.expr, p.polrelid) !~ '^\(?\w+( IS NOT NULL| <> ''''::text)?\)?$'
            """,
        $"""
            select format('table %s: %s', c.oid::regclass, what), 'rls',
                   format('alter table %s %s row level security', c.oid::regclass, what)
              from pg_class c, (values ('disable'), ('no force')) as w (what)
             where c.relnamespace in {PackageSchemas} and c.relkind in ('r', 'p') and c.relrowsecurity
               and {FirstOfItsPartitions}
            """,
            // privileges that the application does not have
            $"""
            select format('grant %s on %s', verb, c.oid::regclass), 'grant',
                   format('grant %s on %s to callintel_app', verb, c.oid::regclass)
              from pg_class c, unnest(array['select', 'insert', 'update', 'delete', 'truncate']) verb
             where c.relnamespace in {PackageSchemas} and (c.relkind in ('r', 'p') or c.relkind = 'v')
               and not has_table_privilege('callintel_app', c.oid, verb)
               and (c.relnamespace = 'callintel'::regnamespace and not c.relispartition or verb = 'select')
               and {FirstOfItsPartitions}
            """,
        """
            select format('grant update (%s) on %s', a.attname, a.attrelid::regclass), 'grant',
                   format('grant update (%I) on %s to callintel_app', a.attname, a.attrelid::regclass)
              from pg_attribute a
             where a.attrelid in ('callintel_private.orgs'::regclass, 'callintel_private.org_roles'::regclass)
               and a.attnum > 0 and not a.attisdropped
               and not has_column_privilege('callintel_app', a.attrelid, a.attnum, 'update')
            """,
        $"""
            select format('grant execute on %s', f.oid::regprocedure), 'grant',
                   format('grant execute on function %s to callintel_app', f.oid::regprocedure)
              from pg_proc f
             where f.pronamespace in {PackageSchemas} and not has_function_privilege('callintel_app', f.oid, 'execute')
               and f.prorettype <> 'trigger'::regtype
            """,
        """
            select 'grant usage on schema callintel_private', 'grant',
                   'grant usage on schema callintel_private to callintel_app'
            union all
            select 'grant create on schema callintel', 'grant', 'grant create on schema callintel to callintel_app'
            """,
        // privileges that the application has
        """
            select format('revoke %s on %s', lower(g.privilege_type), c.oid::regclass), 'grant',
                   format('revoke %s on %s from callintel_app', g.privilege_type, c.oid::regclass)
              from pg_class c, aclexplode(c.relacl) g
             where c.relnamespace = 'callintel'::regnamespace and g.grantee = 'callintel_app'::regrole
            union all
            select format('revoke %s (%s) on %s', lower(g.privilege_type), a.attname, a.attrelid::regclass), 'grant',
                   format('revoke %s (%I) on %s from callintel_app', g.privilege_type, a.attname, a.attrelid::regclass)
              from pg_attribute a, aclexplode(a.attacl) g where g.grantee = 'callintel_app'::regrole
            union all
            select format('revoke execute on %s', f.oid::regprocedure), 'grant',
                   format('revoke execute on function %s from callintel_app', f.oid::regprocedure)
              from pg_proc f, aclexplode(f.proacl) g
             where f.pronamespace = 'callintel'::regnamespace and g.grantee = 'callintel_app'::regrole
            union all
            select format('revoke %s on %s', lower(g.privilege_type), c.oid::regclass), 'grant',
                   format('revoke %s on %s from callintel_app', g.privilege_type, c.oid::regclass)
              from pg_class c, aclexplode(c.relacl) g
             where c.relnamespace = 'callintel_private'::regnamespace and g.grantee = 'callintel_app'::regrole
            """,
        $"""
            select format('trigger %s on %s: dropped', t.tgname, t.tgrelid::regclass), 'trigger',
                   format('drop trigger %I on %s', t.tgname, t.tgrelid::regclass)
              from pg_trigger t join pg_class c on c.oid = t.tgrelid
             where c.relnamespace in {PackageSchemas} and not t.tgisinternal
            """,
        $"""
            select format('function %s: security invoker', f.oid::regprocedure), 'function ' || f.proname,
                   format('alter function %s security invoker', f.oid::regprocedure)
              from pg_proc f where f.pronamespace in {PackageSchemas} and f.prosecdef
            """,
        // a view without security_barrier, without "offset 0", or with the privileges of its caller
        """
            select format('view %s: no barrier', c.oid::regclass), 'view',
                   format('alter view %s reset (security_barrier)', c.oid::regclass)
              from pg_class c where c.relnamespace = 'callintel'::regnamespace and c.relkind = 'v'
            """,
        """
            select format('view %s: no offset', c.oid::regclass), 'view',
                   format('create or replace view %s with (security_barrier) as %s', c.oid::regclass,
                          regexp_replace(pg_get_viewdef(c.oid), '\s+OFFSET 0;$', ';'))
              from pg_class c where c.relnamespace = 'callintel'::regnamespace and c.relkind = 'v'
            """,
        """
            select format('view %s: security invoker', c.oid::regclass), 'view',
                   format('alter view %s set (security_invoker = on)', c.oid::regclass)
              from pg_class c where c.relnamespace = 'callintel'::regnamespace and c.relkind = 'v'
            """,
        // permissions that a role does not have
        """
            select format('matrix: %s has %s', r.name, bit), 'matrix',
                   format('update callintel_private.role_permissions set permissions = permissions | %s '
                          'where role = %s', bit, r.role)
              from callintel_private.role_permissions r, generate_series(0, 15) n,
                   lateral (select 1::bigint << n as bit) b
             where r.permissions & bit = 0
            """,
    ];

    internal static async Task<IReadOnlyList<SqlMutant>> ListAsync(NpgsqlDataSource admin)
    {
        List<SqlMutant> mutants = [];
        foreach (string query in Queries)
        {
            await using NpgsqlCommand command = admin.CreateCommand(query);
            await using NpgsqlDataReader reader = await command.ExecuteReaderAsync();
            while (await reader.ReadAsync())
                mutants.Add(new SqlMutant(reader.GetString(0), reader.GetString(1), reader.GetString(2)));
        }
        return mutants;
    }
}
