using CallIntel.Sdk.Diagnostics;
using static CallIntel.Sdk.Doctor.DiagnosticCheck;

namespace CallIntel.Sdk.Doctor;

/// <summary>
/// Checks that a backup made as <c>callintel_backup</c> contains every row, and that only backups use the role.
/// </summary>
static class BackupChecks
{
    const string Group = "Backups";
    const string ApplyPolicies =
        "Run sql/rls/R__backup.sql with psql as the role that installed the schema, and make a new backup.";

    internal static readonly DiagnosticCheck[] All =
    [
        // without the policy, pg_dump --enable-row-security succeeds but writes no rows of the table
        new(
            Group,
            ErrorCodes.BackupIncomplete,
            FindingSeverity.Danger,
            ApplyPolicies,
            $"""
            select 'Backups made as callintel_backup contain no rows of ' || c.oid::regclass
                   || ': no policy lets the role read all rows.'
              from pg_catalog.pg_class c join pg_catalog.pg_roles r on r.rolname = 'callintel_backup'
             where c.relnamespace in {PackageSchemas} and c.relkind in ('r', 'p')
               and c.relrowsecurity and not r.rolbypassrls
               and not exists (select from pg_catalog.pg_policy p
                                where p.polrelid = c.oid and p.polpermissive and p.polcmd in ('r', '*')
                                  and r.oid = any (p.polroles)
                                  and pg_get_expr(p.polqual, p.polrelid) ~ '^\(\w+ IS NOT NULL\)$')
             order by c.oid::regclass::text
            """
        ),
        new(
            Group,
            ErrorCodes.BackupIncomplete,
            FindingSeverity.Danger,
            ApplyPolicies,
            $"""
            select 'Backups made as callintel_backup fail: the role may not read ' || c.oid::regclass || '.'
              from pg_catalog.pg_class c join pg_catalog.pg_roles r on r.rolname = 'callintel_backup'
             where c.relnamespace in {PackageSchemas}
               and (c.relkind in ('r', 'p') and not has_table_privilege(r.oid, c.oid, 'select')
                    or c.relkind = 'S' and not has_sequence_privilege(r.oid, c.oid, 'select'))
             order by c.oid::regclass::text
            """
        ),
        new(
            Group,
            ErrorCodes.RolesChanged,
            FindingSeverity.Danger,
            "Revoke it: callintel_backup can read the rows of every org and all keys, so only backups may use it. "
                + "If the role is missing, restore it with pg_dumpall --roles-only.",
            $"""
            select 'The role callintel_backup does not exist.'
             where to_regrole('callintel_backup') is null
            union all
            select 'The role ' || m.member::regrole || ' has the rights of callintel_backup.'
              from pg_catalog.pg_auth_members m join pg_catalog.pg_roles r on r.oid = m.roleid
              join pg_catalog.pg_roles o on o.oid = m.member
             where r.rolname = 'callintel_backup' and not o.rolsuper
               and (pg_has_role(m.member, m.roleid, 'usage')
                    or pg_has_role(m.member, m.roleid,
                                   case when current_setting('server_version_num')::integer >= 160000
                                        then 'set' else 'member' end))
            union all
            select 'The role callintel_backup is a member of ' || m.roleid::regrole || '.'
              from pg_catalog.pg_auth_members m join pg_catalog.pg_roles r on r.oid = m.member
             where r.rolname = 'callintel_backup'
            union all
            select 'The role callintel_backup may write ' || c.oid::regclass || '.'
              from pg_catalog.pg_class c join pg_catalog.pg_roles r on r.rolname = 'callintel_backup'
             where c.relnamespace in {PackageSchemas} and c.relkind in ('r', 'p')
               and has_table_privilege(r.oid, c.oid, 'insert, update, delete, truncate')
            """
        ),
    ];
}
