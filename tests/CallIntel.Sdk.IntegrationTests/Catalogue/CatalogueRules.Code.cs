namespace CallIntel.Sdk.IntegrationTests.Catalogue;

// of functions and views
static partial class CatalogueRules
{
    const string Settings =
        "array['search_path=pg_catalog, pg_temp', 'plan_cache_mode=force_generic_plan', 'TimeZone=UTC', "
        + "'transform_null_equals=off']";

    internal static readonly Dictionary<string, string> OfCode = new()
    {
        ["Functions of callintel_writer verify the session context first"] = """
            select f.oid::regprocedure::text from pg_catalog.pg_proc f
             where f.proowner = 'callintel_writer'::regrole
               and f.prosrc !~
                   '^\s*declare[a-z_;\s]+begin\s+if token is null then'
                   '\s+perform from callintel_private\.session_context;\s+else'
                   '\s+opened := callintel\.begin_session\(token\);\s+end if;'
            """,
        ["Functions of callintel_member read the verified session context first"] = """
            select f.oid::regprocedure::text from pg_catalog.pg_proc f
             where f.proowner = 'callintel_member'::regrole
               and f.prosrc !~
                   '^\s*(#variable_conflict use_column\s+)?declare\s+'
                   '(verified\s+record := \(select c|org\s+uuid := \(select c\.org_id)'
                   ' from callintel_private\.session_context c\);'
               and f.prosrc !~ '^\s*declare[^$]+?begin\s+org := callintel_private\.open_org\(token\);'
               and f.prosrc !~
                   '^\s*declare[^$]+?begin\s+if token is null then'
                   '\s+perform from callintel_private\.session_context;\s+else'
                   '\s+opened := callintel\.begin_session\(token\);\s+end if;'
            """,
        // a constant of a function without tables may be inlined, and "refuse" does nothing but raise
        ["Security definer and callable functions fix the settings that affect them"] = $"""
            select f.oid::regprocedure::text from pg_catalog.pg_proc f
              join pg_catalog.pg_language l on l.oid = f.prolang
             where f.pronamespace in {Ours} and not coalesce(f.proconfig @> {Settings}, false)
               and (f.prosecdef
                    or has_function_privilege('callintel_app', f.oid, 'execute')
                    and not (l.lanname = 'sql' and f.provolatile = 'i')
                       and f.oid <> 'callintel_private.refuse(text)'::regprocedure)
            """,
        ["PUBLIC can execute no function"] = $"""
            select f.oid::regprocedure::text from pg_catalog.pg_proc f
             where f.pronamespace in {Ours} and has_function_privilege('public', f.oid, 'execute')
            """,
        ["Callable functions return sets only in PL/pgSQL, open no cursor and have no polymorphic parameter"] = $"""
            select f.oid::regprocedure::text from pg_catalog.pg_proc f
              join pg_catalog.pg_language l on l.oid = f.prolang
             where f.pronamespace in {Ours} and has_function_privilege('callintel_app', f.oid, 'execute')
               and (f.proretset and l.lanname <> 'plpgsql'
                    or exists (select from unnest(f.prorettype
                                                || coalesce(f.proallargtypes, f.proargtypes::oid[])) as x (id)
                                 join pg_catalog.pg_type t on t.oid = x.id
                                where t.oid = 'refcursor'::regtype or t.typtype = 'p'
                                  and t.oid not in ('void'::regtype, 'record'::regtype)))
            """,
        ["Security definer code belongs to roles that row-level security binds"] = $"""
            select f.oid::regprocedure::text from pg_catalog.pg_proc f join pg_catalog.pg_roles r on r.oid = f.proowner
             where f.pronamespace in {Ours} and f.prosecdef and (r.rolsuper or r.rolbypassrls)
            """,
        ["Functions that policies call are stable and parallel safe"] = $"""
            select f.oid::regprocedure::text from pg_catalog.pg_proc f
             where f.pronamespace in {Ours} and (f.provolatile = 'v' or f.proparallel <> 's')
               and exists (select from pg_catalog.pg_policies p
                            where coalesce(p.qual, '') || coalesce(p.with_check, '') ~ ('\m' || f.proname || '\('))
            """,
        // Two scans could meet two contexts, and without "offset 0" a condition of the query could be tested before the
        // policies.
        [
            "Every readable view is a security barrier over the table of its name, or over a function for sync_health"
        ] = $"""
            select c.oid::regclass::text from pg_catalog.pg_class c
             where c.relnamespace in {Ours} and c.relkind in ('v', 'm', 'f')
               and (c.relnamespace = 'callintel'::regnamespace
                or has_schema_privilege('callintel_app', c.relnamespace, 'usage')
                    or has_any_column_privilege('callintel_app', c.oid, 'select, insert, update'))
               and (c.relkind = 'v' and c.reloptions = '{"{security_barrier=true}"}'
                        and case when c.oid = 'callintel.sync_health'::regclass
                                 then c.relowner = 'callintel_member'::regrole
                                      and pg_get_viewdef(c.oid) ~
                                          '^ SELECT \w+(,\s+\w+)*\s+FROM '
                                          'callintel\.sync_health_at\(statement_timestamp\(\)\) h'
                                          '\([a-z_, ]+\)\s+OFFSET 0;$'
                                 else c.relowner = 'callintel_fence'::regrole
                                      and pg_get_viewdef(c.oid) ~ ('^ SELECT \w+(,\s+\w+)*\s+FROM callintel_private\.'
                                          || c.relname || '(\s+ORDER BY id DESC)?\s+OFFSET 0;$')
                            end) is not true
            """,
    };
}
