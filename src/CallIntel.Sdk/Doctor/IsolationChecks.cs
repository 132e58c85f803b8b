using CallIntel.Sdk.Diagnostics;
using static CallIntel.Sdk.Doctor.DiagnosticCheck;

namespace CallIntel.Sdk.Doctor;

/// <summary>
/// Checks that row-level security protects every table, and that no privilege, function or view bypasses it.
/// </summary>
static class IsolationChecks
{
    const string Security = "Row-level security",
        Privileges = "Privileges";
    const string Revoke = "Revoke it, and find out who granted it.";

    internal static readonly DiagnosticCheck[] All =
    [
        // staging slots have no org and only hold what one transaction copies into them
        new(
            Security,
            ErrorCodes.RowSecurityOff,
            FindingSeverity.Danger,
            "Run alter table ... enable row level security, force row level security; and find out who changed it.",
            $"""
            select 'Row-level security is ' || case when not c.relrowsecurity then 'off' else 'not forced' end
                   || ' on ' || c.oid::regclass || '.'
              from pg_catalog.pg_class c
             where c.relnamespace in {PackageSchemas} and c.relkind in ('r', 'p')
               and not (c.relrowsecurity and c.relforcerowsecurity)
               and c.relname !~ '^staging_[0-7]$'
            """
        ),
        // Functions read as callintel_member, and views as callintel_fence. Partitions need no policies of their own:
        // nobody has privileges on them.
        new(
            Security,
            ErrorCodes.RowSecurityOff,
            FindingSeverity.Danger,
            "Run the file of that table in sql/rls with psql as the role that installed the schema.",
            """
            select 'No restrictive policy keeps other orgs out of ' || c.oid::regclass || ' for ' || r.rolname || '.'
              from pg_catalog.pg_class c
              join pg_catalog.pg_roles r on r.rolname in ('callintel_member', 'callintel_fence')
             where c.relnamespace = to_regnamespace('callintel_private')
               and c.relkind in ('r', 'p') and not c.relispartition
               and (to_regclass('callintel.' || c.relname) is not null
                    or has_any_column_privilege(r.oid, c.oid, 'select, insert, update'))
               and exists (select from pg_catalog.pg_attribute a where a.attrelid = c.oid and a.attname = 'org_id')
               and not exists (select from pg_catalog.pg_policy p
                                where p.polrelid = c.oid and not p.polpermissive and p.polcmd = '*'
                                  and r.oid = any (p.polroles)
                                  and pg_get_expr(p.polqual, p.polrelid) ~
                                      case r.rolname when 'callintel_member' then '^\(org_id = .*trusted_context'
                                                     else '^\(org_id = .*session_context' end)
             order by c.relname, r.rolname
            """
        ),
        new(
            Security,
            ErrorCodes.RowSecurityOff,
            FindingSeverity.Danger,
            "Drop the policy.",
            $"""
            select 'The policy "' || p.polname || '" on ' || p.polrelid::regclass || ' applies to every role.'
              from pg_catalog.pg_policy p join pg_catalog.pg_class c on c.oid = p.polrelid
             where c.relnamespace in {PackageSchemas} and 0 = any (p.polroles)
            """
        ),
        new(
            Privileges,
            ErrorCodes.PrivilegesDiffer,
            FindingSeverity.Danger,
            Revoke,
            $"""
            select 'Every role (public) has ' || lower(a.privilege_type) || ' on ' || c.oid::regclass || '.'
              from pg_catalog.pg_class c, aclexplode(c.relacl) a
             where c.relnamespace in {PackageSchemas} and a.grantee = 0
            union all
            select 'Every role (public) may execute ' || f.oid::regprocedure || '.'
              from pg_catalog.pg_proc f
             where f.pronamespace in {PackageSchemas} and has_function_privilege('public', f.oid, 'execute')
            """
        ),
        new(
            Privileges,
            ErrorCodes.PrivilegesDiffer,
            FindingSeverity.Danger,
            "Run the file in sql/functions that creates the function again.",
            $"""
            select 'The security definer function ' || f.oid::regprocedure || ' does not pin '
                   || split_part(s.setting, '=', 1) || '.'
              from pg_catalog.pg_proc f,
                   unnest(array['search_path=pg_catalog, pg_temp', 'plan_cache_mode=force_generic_plan',
                                'TimeZone=UTC', 'transform_null_equals=off']) as s (setting)
             where f.pronamespace in {PackageSchemas} and f.prosecdef
               and not coalesce(s.setting = any (f.proconfig), false)
            """
        ),
        // PostgreSQL can evaluate the conditions of a query before policies. Therefore the application's role has no
        // privilege on tables, and reads only views that evaluate the policies first.
        new(
            Privileges,
            ErrorCodes.PrivilegesDiffer,
            FindingSeverity.Danger,
            Revoke,
            $"""
            select 'The role ' || r.rolname || ' has ' || p.verb || ' on ' || c.oid::regclass
                   || case when c.relispartition then ', which is a partition' else ', which is a table' end || '.'
              from pg_catalog.pg_class c, pg_catalog.pg_roles r,
                   unnest(array['select', 'insert', 'update', 'delete', 'truncate', 'references', 'trigger'])
                     as p (verb)
             where r.rolname = 'callintel_app' and c.relnamespace in {PackageSchemas} and c.relkind in ('r', 'p')
               and not (p.verb = 'insert' and c.relname ~ '^staging_[0-7]$')
               and (has_table_privilege(r.oid, c.oid, p.verb)
                    or p.verb in ('select', 'insert', 'update', 'references')
                       and has_any_column_privilege(r.oid, c.oid, p.verb))
            """
        ),
        new(
            Privileges,
            ErrorCodes.PrivilegesDiffer,
            FindingSeverity.Danger,
            "Run the files in sql/views again with psql as the role that installed the schema, or drop the view.",
            $"""
            select 'The view ' || c.oid::regclass || ', which callintel_app may read, ' || f.fact || '.'
              from pg_catalog.pg_class c join pg_catalog.pg_roles o on o.oid = c.relowner,
                   pg_catalog.pg_roles r,
                   lateral (values ('security_barrier=true' = any (c.reloptions) is not true,
                                    'is not a security barrier'),
                                   (pg_get_viewdef(c.oid) !~ '\s+OFFSET 0;$', 'does not end with "offset 0"'),
                                   ('security_invoker=true' = any (c.reloptions),
                                    'runs with the privileges of its caller'),
                                   (o.rolname not in ('callintel_fence', 'callintel_member'),
                                    'is owned by ' || o.rolname)) as f (found, fact)
             where r.rolname = 'callintel_app' and c.relnamespace in {PackageSchemas} and c.relkind = 'v' and f.found
               and has_any_column_privilege(r.oid, c.oid, 'select')
            """
        ),
    ];
}
