namespace CallIntel.Sdk.IntegrationTests.Catalogue;

/// <summary>
/// Rules for a database that is sharded by org, as far as the catalogue can show them. docs/rls.md lists the others.
/// </summary>
static class CitusRules
{
    // a table with an org_id would be distributed by it; one without would be a reference table, the same on every node
    const string Tables = """
        (select c.oid, exists (select from pg_catalog.pg_attribute a
            where a.attrelid = c.oid and a.attname = 'org_id') as is_distributed
           from pg_catalog.pg_class c
          where c.relnamespace in ('callintel'::regnamespace, 'callintel_private'::regnamespace)
            and c.relkind in ('r', 'p') and c.relname !~ '^staging_')
        """;

    internal static readonly Dictionary<string, string> Rules = new()
    {
        ["Sharding: every table has an org_id of the same type that is not null"] = $"""
            select a.attrelid::regclass::text from pg_catalog.pg_attribute a join {Tables} t on t.oid = a.attrelid
             where a.attname = 'org_id' and (a.atttypid <> 'uuid'::regtype or not a.attnotnull)
            """,
        ["Sharding: every unique key contains the org"] = $"""
            select i.indexrelid::regclass::text from pg_catalog.pg_index i join {Tables} t on t.oid = i.indrelid
             where t.is_distributed and i.indisunique
               and not exists (select from pg_catalog.pg_attribute a
                where a.attrelid = i.indrelid and a.attname = 'org_id' and a.attnum = any (i.indkey::smallint[]))
            """,
        ["Sharding: foreign keys stay in an org or reference a reference table, and never write org_id"] = $"""
            select k.conrelid::regclass::text || ': ' || k.conname
              from pg_catalog.pg_constraint k join {Tables} s on s.oid = k.conrelid
              left join {Tables} r on r.oid = k.confrelid
             where k.contype = 'f' and (r.is_distributed or r.oid is null)
               and (k.confupdtype <> 'a' or k.confdeltype in ('n', 'd')
                    or not exists (select from unnest(k.conkey, k.confkey) as pair (own, other)
                                     join pg_catalog.pg_attribute o on o.attrelid = k.conrelid and o.attnum = pair.own
                                     and o.attname = 'org_id'
                                     join pg_catalog.pg_attribute f on f.attrelid = k.confrelid
                                     and f.attnum = pair.other and f.attname = 'org_id'))
            """,
        ["Sharding: there are no exclusion constraints and no sequences"] = $"""
            select k.conname::text from pg_catalog.pg_constraint k join {Tables} t on t.oid = k.conrelid
             where t.is_distributed and k.contype = 'x'
            union all
            select d.adrelid::regclass::text from pg_catalog.pg_attrdef d join {Tables} t on t.oid = d.adrelid
             where t.is_distributed and pg_get_expr(d.adbin, d.adrelid) ~ 'nextval'
            union all
            select a.attrelid::regclass::text from pg_catalog.pg_attribute a join {Tables} t on t.oid = a.attrelid
             where t.is_distributed and a.attidentity <> ''
            """,
        // triggers need citus.enable_unsafe_triggers: their functions write rows of the same org only
        ["Sharding: only roles and privacy rules have triggers other than those that file statements"] = $"""
            select g.tgrelid::regclass::text || ': ' || g.tgname from pg_catalog.pg_trigger g
              join {Tables} t on t.oid = g.tgrelid
             where not g.tgisinternal and g.tgfoid <> 'callintel_private.file_statement'::regproc
               and g.tgrelid not in ('callintel_private.org_roles'::regclass,
                   'callintel_private.privacy_rules'::regclass, 'callintel_private.privacy_rule_members'::regclass)
            """,
        ["Sharding: no statement changes org_id"] = """
            select f.oid::regprocedure::text from pg_catalog.pg_proc f
             where f.pronamespace in ('callintel'::regnamespace, 'callintel_private'::regnamespace)
               and f.prosrc ~* '\mset\s+(\w+\s*=\s*[^;]*,\s*)?org_id\s*='
            """,
        ["Sharding: row locks filter by the org"] = """
            select f.oid::regprocedure::text from pg_catalog.pg_proc f,
                   regexp_split_to_table(f.prosrc, ';') as statement
             where f.pronamespace in ('callintel'::regnamespace, 'callintel_private'::regnamespace)
               and statement ~* '\mfor\s+(no\s+key\s+update|update|share|key\s+share)\M'
               and statement !~* '\morg_id\s*='
            """,
    };
}
