using CallIntel.Sdk.Diagnostics;
using static CallIntel.Sdk.Doctor.DiagnosticCheck;

namespace CallIntel.Sdk.Doctor;

/// <summary>Checks that the database roles have no attribute or privilege that weakens row-level security.</summary>
static class RoleChecks
{
    const string Group = "Database roles";

    internal static readonly DiagnosticCheck[] All =
    [
        new(
            Group,
            ErrorCodes.RolesChanged,
            FindingSeverity.Danger,
            "Restore the roles of the database (pg_dumpall --roles-only), or run callintel migrate on a new database.",
            """
            select 'The role ' || r.name || ' does not exist.'
              from unnest(array['callintel_owner', 'callintel_definer', 'callintel_writer', 'callintel_member',
                                'callintel_fence', 'callintel_queue', 'callintel_search',
                                'callintel_auditor', 'callintel_app', 'callintel_ops']) as r (name)
             where not exists (select from pg_catalog.pg_roles x where x.rolname = r.name)
            """
        ),
        new(
            Group,
            ErrorCodes.RolesChanged,
            FindingSeverity.Danger,
            "Run alter role ... nosuperuser nobypassrls nologin.",
            """
            select 'The role ' || r.rolname || ', which owns functions, views or tables that sessions use, '
                   || f.fact || '.'
              from pg_catalog.pg_roles r,
                   lateral (values (r.rolsuper, 'is a superuser'),
                                   (r.rolbypassrls, 'bypasses row-level security'),
                                   (r.rolcanlogin, 'may log in')) as f (found, fact)
             where r.rolname in ('callintel_owner', 'callintel_definer', 'callintel_writer', 'callintel_member',
                                 'callintel_fence', 'callintel_queue', 'callintel_search', 'callintel_auditor')
               and f.found
            """
        ),
        // Policies also apply to roles that inherit the rights of their role, and some policies of these roles trust
        // a context that they do not verify.
        new(
            Group,
            ErrorCodes.RolesChanged,
            FindingSeverity.Danger,
            "Revoke the membership, or grant it with inherit false (PostgreSQL 16 and later).",
            """
            select 'The role ' || r.rolname || ' inherits the rights of ' || h.rolname || '.'
              from pg_catalog.pg_roles r, pg_catalog.pg_roles h
             where h.rolname in ('callintel_writer', 'callintel_member', 'callintel_fence', 'callintel_queue',
                                 'callintel_search', 'callintel_auditor')
               and r.oid <> h.oid and not r.rolsuper
               and pg_has_role(r.oid, h.oid, 'usage')
               and not (current_setting('server_version_num')::integer < 160000
                        and pg_has_role(r.oid, 'callintel_ops', 'member'))
             order by r.rolname, h.rolname
            """
        ),
        new(
            Group,
            ErrorCodes.RoleTooStrong,
            FindingSeverity.Danger,
            "Revoke it from callintel_app: applications need only what the SQL package grants.",
            """
            select 'The role callintel_app ' || f.fact || '.'
              from pg_catalog.pg_roles r,
                   lateral (values (r.rolsuper, 'is a superuser'),
                                   (r.rolbypassrls, 'bypasses row-level security'),
                                   (r.rolcreaterole, 'may create roles'),
                                   (r.rolcreatedb, 'may create databases'),
                                   (r.rolreplication, 'may replicate'),
                                   (has_database_privilege(r.oid, current_database(), 'create'),
                                    'may create schemas in this database'),
                                   (has_database_privilege(r.oid, current_database(), 'temporary'),
                                    'may create temporary tables in this database'),
                                   (has_schema_privilege(r.oid, 'callintel', 'create'),
                                    'may create objects in the schema callintel'),
                                   (has_schema_privilege(r.oid, 'callintel_private', 'usage'),
                                    'has usage on the schema callintel_private')) as f (found, fact)
             where r.rolname = 'callintel_app' and f.found
            union all
            select 'The role callintel_app is a member of ' || m.roleid::regrole || '.'
              from pg_catalog.pg_auth_members m join pg_catalog.pg_roles r on r.oid = m.member
             where r.rolname = 'callintel_app'
            union all
            select 'The role callintel_app owns ' || c.oid::regclass || '.'
              from pg_catalog.pg_class c join pg_catalog.pg_roles r on r.oid = c.relowner
             where r.rolname = 'callintel_app' and c.relkind in ('r', 'p', 'v', 'm', 'f', 'S')
            """
        ),
        // On Supabase the SQL package itself grants privileges to the API roles; its migration checks them.
        new(
            Group,
            ErrorCodes.PrivilegesDiffer,
            FindingSeverity.Warning,
            "Revoke it, unless you know why it is needed: policies name only the roles of the SQL package.",
            $"""
            select 'The role ' || r.rolname || ', which does not belong to the SQL package, has '
                   || string_agg(distinct lower(a.privilege_type), ', ') || ' on ' || c.oid::regclass || '.'
              from pg_catalog.pg_class c, aclexplode(c.relacl) a join pg_catalog.pg_roles r on r.oid = a.grantee
             where c.relnamespace in {PackageSchemas} and c.relkind in ('r', 'p', 'v', 'm')
               and r.rolname !~ '^callintel_' and a.grantee <> c.relowner and not r.rolsuper
               and not (r.rolname in ('anon', 'authenticated', 'service_role')
                        and to_regprocedure('callintel.begin_request()') is not null)
             group by r.rolname, c.oid order by 1
            """
        ),
        new(
            Group,
            ErrorCodes.RolesChanged,
            FindingSeverity.Danger,
            "Remove one of the two: run alter role ... nobypassrls, or revoke all on ... from ...",
            $"""
            select 'The role ' || r.rolname || ' bypasses row-level security and has privileges on '
                   || c.oid::regclass || '.'
              from pg_catalog.pg_class c, pg_catalog.pg_roles r
             where c.relnamespace in {PackageSchemas} and c.relkind in ('r', 'p', 'v', 'm')
               and r.rolbypassrls and not r.rolsuper and r.rolname !~ '^(callintel|pg)_'
               and has_table_privilege(r.oid, c.oid, 'select, insert, update, delete')
             order by 1
            """
        ),
        new(
            Group,
            ErrorCodes.RolesChanged,
            FindingSeverity.Advice,
            "If the role does not need rows of CallIntel, make sure that nobody grants it privileges on them.",
            $"""
            select 'The role ' || r.rolname || ' bypasses row-level security. '
                   || 'It has no privilege on tables of the SQL package yet.'
              from pg_catalog.pg_roles r
             where r.rolbypassrls and not r.rolsuper and r.rolname !~ '^(callintel|pg)_'
               and not exists (select from pg_catalog.pg_class c
                                where c.relnamespace in {PackageSchemas} and c.relkind in ('r', 'p', 'v', 'm')
                                  and has_table_privilege(r.oid, c.oid, 'select, insert, update, delete'))
             order by 1
            """
        ),
        new(
            "Signing keys",
            ErrorCodes.TokenRefused,
            FindingSeverity.Warning,
            "Install the signing keys of the applications with CallIntelOperations.InstallSigningKeysAsync.",
            """
            select 'No signing key is installed: the database refuses every session.'
             where not exists (select from callintel_private.signing_keys)
            """
        ),
    ];
}
