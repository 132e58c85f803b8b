using CallIntel.Sdk.Diagnostics;

namespace CallIntel.Sdk.Doctor;

/// <summary>Does row-level security stand around every table, and does nothing lead around it?</summary>
static class IsolationQuestions
{
    const string Security = "Row-level security", Privileges = "Privileges";
    const string Ours = "(to_regnamespace('callintel')::oid, to_regnamespace('callintel_private')::oid)";
    const string TakeBack = "Revoke it, and find out who granted it.";

    internal static readonly DoctorQuestion[] All =
    [
        // staging slots hold no org and only what one transaction copies into them
        new(Security, ErrorCodes.RowSecurityOff, FindingSeverity.Danger, "alter table ... enable row level security, force row level security; and find out who changed it.", $"""
            select 'Row-level security is ' || case when not c.relrowsecurity then 'off' else 'not forced' end || ' on ' || c.oid::regclass || '.'
              from pg_catalog.pg_class c
             where c.relnamespace in {Ours} and c.relkind in ('r', 'p') and not (c.relrowsecurity and c.relforcerowsecurity)
               and c.relname !~ '^staging_[0-7]$'
            """),
        new(Security, ErrorCodes.RowSecurityOff, FindingSeverity.Danger, "Apply the file of sql/rls for that table by psql, as the role that installed the schema.", """
            select 'No restrictive policy keeps other orgs out of ' || c.oid::regclass || '.'
              from pg_catalog.pg_class c
             where c.relnamespace = to_regnamespace('callintel') and c.relkind in ('r', 'p') and not c.relispartition and c.relname !~ '^staging_'
               and not exists (select from pg_catalog.pg_policy p
                                where p.polrelid = c.oid and not p.polpermissive and p.polcmd = '*' and to_regrole('callintel_app')::oid = any (p.polroles)
                                  and pg_get_expr(p.polqual, p.polrelid) ~ 'org_id = .*session_context')
            """),
        new(Security, ErrorCodes.RowSecurityOff, FindingSeverity.Danger, "Drop the policy.", $"""
            select 'The policy "' || p.polname || '" on ' || p.polrelid::regclass || ' is for every role.'
              from pg_catalog.pg_policy p join pg_catalog.pg_class c on c.oid = p.polrelid
             where c.relnamespace in {Ours} and 0 = any (p.polroles)
            """),
        new(Privileges, ErrorCodes.PrivilegesDiffer, FindingSeverity.Danger, TakeBack, $"""
            select 'Everybody (public) has ' || lower(a.privilege_type) || ' on ' || c.oid::regclass || '.'
              from pg_catalog.pg_class c, aclexplode(c.relacl) a where c.relnamespace in {Ours} and a.grantee = 0
            union all
            select 'Everybody (public) may execute ' || f.oid::regprocedure || '.'
              from pg_catalog.pg_proc f where f.pronamespace in {Ours} and has_function_privilege('public', f.oid, 'execute')
            """),
        new(Privileges, ErrorCodes.PrivilegesDiffer, FindingSeverity.Danger, "Apply the file of sql/functions that makes it again.", $"""
            select 'The function ' || f.oid::regprocedure || ' runs with more rights than its caller and has no pinned search_path.'
              from pg_catalog.pg_proc f
             where f.pronamespace in {Ours} and f.prosecdef and not coalesce('search_path=pg_catalog, pg_temp' = any (f.proconfig), false)
            """),
        new(Privileges, ErrorCodes.PrivilegesDiffer, FindingSeverity.Danger, TakeBack, """
            select 'The role callintel_app has ' || p.verb || ' on ' || c.oid::regclass || case when c.relispartition then ', which is a partition' else '' end || '.'
              from pg_catalog.pg_class c, pg_catalog.pg_roles r, unnest(array['select', 'insert', 'update', 'delete', 'truncate', 'references', 'trigger']) as p (verb)
             where r.rolname = 'callintel_app' and c.relkind in ('r', 'p') and has_table_privilege(r.oid, c.oid, p.verb)
               and (c.relnamespace = to_regnamespace('callintel_private') or c.relnamespace = to_regnamespace('callintel') and c.relispartition)
            """),
    ];
}
