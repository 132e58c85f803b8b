namespace CallIntel.Sdk.IntegrationTests.Catalogue;

// of policies, and of the roles that they are for
static partial class CatalogueRules
{
    const string Conditions = """
        (select p.*, c.relnamespace, p.polrelid::regclass::text || ': ' || p.polname as name,
                coalesce(pg_get_expr(p.polqual, p.polrelid), '') || ' OR '
                    || coalesce(pg_get_expr(p.polwithcheck, p.polrelid), '') as text
           from pg_catalog.pg_policy p join pg_catalog.pg_class c on c.oid = p.polrelid
          where c.relnamespace in ('callintel'::regnamespace, 'callintel_private'::regnamespace))
        """;

    // another database of the cluster may have members of its own; on 15 membership cannot be without inheriting
    const string Held =
        "array['callintel_writer', 'callintel_member', 'callintel_fence', 'callintel_queue', 'callintel_search', "
        + "'callintel_auditor']";

    internal static readonly Dictionary<string, string> OfPolicies = new()
    {
        ["Every table read by functions or views has a restrictive policy on org_id for all commands"] = $"""
            select c.oid::regclass || ' ' || r.name
              from {OrgTables} c, (values ('callintel_member', 'trusted'), ('callintel_fence', 'session')) as r (name,
                   context)
             where not c.relispartition
               and (to_regclass('callintel.' || c.relname) is not null
                    or has_table_privilege(r.name, c.oid, 'select')
                    or has_any_column_privilege(r.name, c.oid, 'select'))
               and not exists (select from pg_catalog.pg_policy p
                                where p.polrelid = c.oid and not p.polpermissive and p.polcmd = '*'
                                and p.polroles = array[r.name::regrole::oid] and pg_get_expr(p.polqual, p.polrelid) ~ (
                                    '^\(org_id = \( SELECT\s+'
                                    '(c\.org_id|CASE\s+WHEN \(?\(\(c\.permissions & \(?\d+\)?(::bigint)?\) '
                                    '(= \d+|> 0)\)( AND \(c\.max_level = 3\)\))? THEN c\.org_id\s+'
                                    'ELSE NULL::uuid\s+END AS "case")\s+FROM callintel_private\.'
                                    || r.context || '_context c\)\)$'))
            """,
        ["No policy on tables with an org applies to the application role"] = $"""
            select p.name from {Conditions} p where 'callintel_app'::regrole::oid = any (p.polroles)
            """,
        [
            "Policies read only values of the context, because a condition could be evaluated before its verification"
        ] = $"""
            select p.name from {Conditions} p
             where regexp_count(p.text, '(session|trusted)_context \w')
                <> regexp_count(p.text, '(session|trusted)_context \w+(,\s+LATERAL unnest\(c\.\w+\) \w+\(\w+\))*\)')
            """,
        ["Policies of callintel_fence read the context once per condition, because two reads can differ"] = $"""
            select p.name || ': ' || x.arm
              from {Conditions} p, regexp_split_to_table(p.text, ' OR ') as x (arm)
             where 'callintel_fence'::regrole::oid = any (p.polroles)
               and (regexp_count(x.arm, '_context \w|_contacts\(') > 1 or x.arm ~ 'current_setting|trusted_context')
            """,
        ["Policies of callintel_fence read levels together with the permission, because two reads can differ"] = $"""
            select p.name || ': ' || x.arm
              from {Conditions} p, regexp_split_to_table(p.text, ' OR ') as x (arm)
             where 'callintel_fence'::regrole::oid = any (p.polroles)
               and (x.arm ~ 'unnest\(c\.\w*levels\)' and x.arm !~ 'c\.permissions &' or x.arm ~ 'listed_contacts\(\(?0')
            """,
        ["Only policies of callintel_writer and callintel_member use the context without verifying it"] = $"""
            select p.name from {Conditions} p
             where p.polroles not in (array['callintel_writer'::regrole::oid], array['callintel_member'::regrole::oid])
               and p.text ~ 'current_setting|trusted_context'
            """,
        ["Only callintel_ops is a member of the reader roles, without inheriting where PostgreSQL allows that"] = $"""
            select r.rolname || ' ' || h.name from pg_catalog.pg_roles r, unnest({Held}) as h (name)
             where r.rolname ~ '^callintel_' and r.rolname <> h.name and not r.rolsuper
               and (pg_has_role(r.oid, h.name, 'usage') or r.rolname <> 'callintel_ops'
                and pg_has_role(r.oid, h.name, 'member'))
               and not (r.rolname = 'callintel_ops' and current_setting('server_version_num')::integer < 160000)
            """,
        ["Policies call functions in a subquery, once per statement"] = $"""
            select p.name from {Conditions} p
             where regexp_count(p.text, 'callintel(_private)?\.\w+\(')
                <> regexp_count(p.text, '(SELECT|FROM) \(?\(?callintel(_private)?\.\w+\(\(?\d*\)?(::bigint)?\)')
            """,
        ["No policy applies to PUBLIC"] = $"""
            select p.name from {Conditions} p where 0 = any (p.polroles)
            """,
    };
}
