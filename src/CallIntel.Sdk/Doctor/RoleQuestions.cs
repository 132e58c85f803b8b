using CallIntel.Sdk.Diagnostics;

namespace CallIntel.Sdk.Doctor;

/// <summary>Are the database roles as weak as row-level security needs them?</summary>
static class RoleQuestions
{
    const string Check = "Database roles";

    internal static readonly DoctorQuestion[] All =
    [
        new(
            Check,
            ErrorCodes.RolesChanged,
            FindingSeverity.Danger,
            "Restore the database's roles (pg_dumpall --roles-only), or run callintel migrate on a new database.",
            """
            select 'The role ' || r.name || ' does not exist.'
              from unnest(array['callintel_owner', 'callintel_definer', 'callintel_writer', 'callintel_member', 'callintel_fence', 'callintel_app', 'callintel_ops']) as r (name)
             where not exists (select from pg_catalog.pg_roles x where x.rolname = r.name)
            """
        ),
        new(
            Check,
            ErrorCodes.RolesChanged,
            FindingSeverity.Danger,
            "Take it back: alter role ... nosuperuser nobypassrls nologin.",
            """
            select 'The role ' || r.rolname || ', whose code or tables sessions reach, ' || f.fact || '.'
              from pg_catalog.pg_roles r,
                   lateral (values (r.rolsuper, 'is a superuser'), (r.rolbypassrls, 'bypasses row-level security'), (r.rolcanlogin, 'may log in')) as f (found, fact)
             where r.rolname in ('callintel_owner', 'callintel_definer', 'callintel_writer', 'callintel_member', 'callintel_fence') and f.found
            """
        ),
        // whoever inherits from one of these is under its policies, some of which trust a context that they do not verify
        new(
            Check,
            ErrorCodes.RolesChanged,
            FindingSeverity.Danger,
            "Take the membership back, or grant it with inherit false (PostgreSQL 16 and later).",
            """
            select 'The role ' || r.rolname || ' inherits the rights of ' || h.rolname || '.'
              from pg_catalog.pg_roles r, pg_catalog.pg_roles h
             where h.rolname in ('callintel_writer', 'callintel_member', 'callintel_fence') and r.oid <> h.oid and not r.rolsuper
               and pg_has_role(r.oid, h.oid, 'usage')
               and not (current_setting('server_version_num')::integer < 160000 and pg_has_role(r.oid, 'callintel_ops', 'member'))
             order by r.rolname, h.rolname
            """
        ),
        new(
            Check,
            ErrorCodes.RoleTooStrong,
            FindingSeverity.Danger,
            "Take it back from callintel_app; applications need what the SQL package grants and nothing more.",
            """
            select 'The role callintel_app ' || f.fact || '.'
              from pg_catalog.pg_roles r,
                   lateral (values (r.rolsuper, 'is a superuser'),
                                   (r.rolbypassrls, 'bypasses row-level security'),
                                   (r.rolcreaterole, 'may create roles'),
                                   (r.rolcreatedb, 'may create databases'),
                                   (r.rolreplication, 'may replicate'),
                                   (has_database_privilege(r.oid, current_database(), 'create'), 'may create schemas in this database'),
                                   (has_database_privilege(r.oid, current_database(), 'temporary'), 'may create temporary tables in this database'),
                                   (has_schema_privilege(r.oid, 'callintel', 'create'), 'may create objects in the schema callintel'),
                                   (has_schema_privilege(r.oid, 'callintel_private', 'usage'), 'can enter the schema callintel_private')) as f (found, fact)
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
        // Supabase gives its API roles what the SQL package grants them, which a question of its own migration checks
        new(
            Check,
            ErrorCodes.PrivilegesDiffer,
            FindingSeverity.Warning,
            "Revoke it, unless you know what it is for: policies name only the package's roles.",
            """
            select 'The role ' || r.rolname || ', which is none of the SQL package''s, has ' || string_agg(distinct lower(a.privilege_type), ', ') || ' on ' || c.oid::regclass || '.'
              from pg_catalog.pg_class c, aclexplode(c.relacl) a join pg_catalog.pg_roles r on r.oid = a.grantee
             where c.relnamespace in (to_regnamespace('callintel')::oid, to_regnamespace('callintel_private')::oid) and c.relkind in ('r', 'p', 'v', 'm')
               and r.rolname !~ '^callintel_' and a.grantee <> c.relowner and not r.rolsuper
               and not (r.rolname in ('anon', 'authenticated', 'service_role') and to_regprocedure('callintel.begin_request()') is not null)
             group by r.rolname, c.oid order by 1
            """
        ),
        new(
            Check,
            ErrorCodes.RolesChanged,
            FindingSeverity.Danger,
            "Take one of the two back: alter role ... nobypassrls, or revoke all on ... from ...",
            """
            select 'The role ' || r.rolname || ' bypasses row-level security and can reach ' || c.oid::regclass || '.'
              from pg_catalog.pg_class c, pg_catalog.pg_roles r
             where c.relnamespace in (to_regnamespace('callintel')::oid, to_regnamespace('callintel_private')::oid) and c.relkind in ('r', 'p', 'v', 'm')
               and r.rolbypassrls and not r.rolsuper and r.rolname !~ '^(callintel|pg)_'
               and has_table_privilege(r.oid, c.oid, 'select, insert, update, delete')
             order by 1
            """
        ),
        new(
            Check,
            ErrorCodes.RolesChanged,
            FindingSeverity.Advice,
            "If it needs no rows of CallIntel, see that nobody grants it any.",
            """
            select 'The role ' || r.rolname || ' bypasses row-level security; it has no privilege on tables of the SQL package yet.'
              from pg_catalog.pg_roles r
             where r.rolbypassrls and not r.rolsuper and r.rolname !~ '^(callintel|pg)_'
               and not exists (select from pg_catalog.pg_class c
                                where c.relnamespace in (to_regnamespace('callintel')::oid, to_regnamespace('callintel_private')::oid) and c.relkind in ('r', 'p', 'v', 'm')
                                  and has_table_privilege(r.oid, c.oid, 'select, insert, update, delete'))
             order by 1
            """
        ),
        new(
            "Signing keys",
            ErrorCodes.TokenRefused,
            FindingSeverity.Warning,
            "Install the keys of the applications: CallIntelOperations.InstallSigningKeysAsync.",
            """
            select 'No signing key is installed: every session would be refused.'
             where not exists (select from callintel_private.signing_keys)
            """
        ),
    ];
}
