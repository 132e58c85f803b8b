namespace CallIntel.Sdk.IntegrationTests.Catalogue;

/// <summary>
/// Rules that keep every change of a table with rows of orgs on file: by triggers, or by the functions of the package
/// where triggers would cost too much. Everything is derived from the catalogue, so a new table or function is covered.
/// </summary>
static class AuditRules
{
    // each table or partition with rows of orgs, the table it is a part of, and why it needs no triggers
    const string Tables = """
        (select c.oid, r.oid as root, r.relname as name, x.reason
           from pg_catalog.pg_class c
           join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attname = 'org_id'
           left join pg_catalog.pg_inherits i on i.inhrelid = c.oid
           join pg_catalog.pg_class r on r.oid = coalesce(i.inhparent, c.oid)
           left join callintel_private.audit_exemptions() x on x.relation = r.relname
          where c.relnamespace in ('callintel'::regnamespace, 'callintel_private'::regnamespace)
            and c.relkind in ('r', 'p'))
        """;

    const string Written =
        @"'(insert\s+into|update|delete\s+from)\s+callintel_private\.(%|' || (select string_agg(relation, '|') from "
        + @"callintel_private.audit_exemptions() where reason = 'filed by functions') || ')(_default)?[I\s(1$]'";

    internal static readonly Dictionary<string, string> Rules = new()
    {
        ["Audit: every table with rows of orgs and each of its partitions has triggers for all four verbs"] = $"""
            select t.oid::regclass || ': ' || w.name from {Tables} t,
                   (values ('audit_insert', 4), ('audit_update', 16), ('audit_delete', 8), ('audit_truncate', 34))
                   as w (name, type)
             where t.reason is null
               and not exists (select from pg_catalog.pg_trigger g
                                where g.tgrelid = t.oid and g.tgname = w.name and g.tgtype = w.type
                                  and g.tgfoid = 'callintel_private.file_statement'::regproc
                                  and g.tgenabled = 'O' and g.tgqual is null and g.tgattr = ''::int2vector
                                  and (g.tgnewtable = 'changed') is not distinct from
                                      case w.type when 4 then true when 16 then true end
                                  and (g.tgoldtable is not null) = (w.type in (8, 16)))
            """,
        ["Audit: a table without triggers has no protected fields, unless functions file its changes"] = $"""
            select a.attrelid::regclass || '.' || a.attname from {Tables} t
              join pg_catalog.pg_attribute a on a.attrelid = t.oid and a.attnum > 0
             where t.reason not in ('filed by functions', 'ledger')
               and (a.atttypid = 'callintel.envelope'::regtype
                    or col_description(a.attrelid, a.attnum) ~ '^Personal data:')
            """,
        ["Audit: nobody who can log in changes a table without triggers"] = $"""
            select t.oid::regclass || ' ' || r.rolname || ' ' || p from {Tables} t, pg_catalog.pg_roles r,
                   unnest(array['insert', 'update', 'delete', 'truncate', 'trigger']) p
             -- callintel_ops owns the tables; no policy lets it change rows, and truncating has a trigger
             where t.reason is not null and r.rolcanlogin and not r.rolsuper
               and not pg_has_role(r.oid, 'callintel_owner', 'member')
               and (has_table_privilege(r.oid, t.oid, p)
                    or p in ('insert', 'update') and has_any_column_privilege(r.oid, t.oid, p))
            """,
        ["Audit: only owners of functions have policies for changing events and their tables"] = $"""
            select t.oid::regclass || ': ' || p.polname || ' for ' || r::regrole
              from {Tables} t join pg_catalog.pg_policy p on p.polrelid = t.oid, unnest(p.polroles) r
             where t.reason = 'filed by functions' and p.polpermissive and p.polcmd <> 'r'
               and r not in ('callintel_definer'::regrole, 'callintel_writer'::regrole, 'callintel_member'::regrole)
            """,
        ["Audit: truncating a table is on file, unless it is a ledger"] = $"""
            select t.oid::regclass::text from {Tables} t
             where t.reason <> 'ledger'
               and not exists (select from pg_catalog.pg_trigger g
                                where g.tgrelid = t.oid and g.tgname = 'audit_truncate' and g.tgtype = 34
                                  and g.tgenabled = 'O')
            """,
        ["Audit: every callable function that changes events or their tables files it"] = $"""
            with recursive code as (
                select f.oid, f.oid::regprocedure::text as signature, n.nspname || '.' || f.proname || '(' as name,
                       f.prosrc, f.prosrc ~* ({Written}) as writes,
                       f.prosrc ~ 'callintel_private\.audit(_rows)?\('
                           or f.prosrc ~ 'insert into callintel_private\.audit_log' as files,
                       f.prorettype = 'trigger'::regtype
                           or n.nspname = 'callintel'
                              and exists (select from pg_catalog.pg_roles r
                                           where r.rolcanlogin and not r.rolsuper
                                             and has_function_privilege(r.oid, f.oid, 'execute')) as is_entrance
                  from pg_catalog.pg_proc f
                  join pg_catalog.pg_namespace n on n.oid = f.pronamespace
                 where n.nspname in ('callintel', 'callintel_private')
            ), calls as (
                select c.oid as caller, d.oid as callee from code c join code d on strpos(c.prosrc, d.name) > 0
            ), reached as (
                select c.oid as entrance, c.oid as code from code c where c.is_entrance
                union
                select r.entrance, k.callee from reached r join calls k on k.caller = r.code
            )
            select e.signature
              from reached r
              join code e on e.oid = r.entrance
              join code c on c.oid = r.code
             -- moves rows to their month, and to a table with triggers those that are in the wrong one
             where e.signature <> 'callintel.ensure_partitions(date,date)'
             group by e.signature
            having bool_or(c.writes) and not bool_or(c.files)
            """,
        ["Audit: the ledgers are only appended to, and deleted with their org"] = $"""
            select t.oid::regclass || ' ' || r.rolname || ' ' || p from {Tables} t, pg_catalog.pg_roles r,
                   unnest(array['update', 'delete', 'truncate', 'trigger']) p
             where t.name in ('audit_log', 'access_log') and not r.rolsuper and r.rolname !~ '^pg_'
               and not pg_has_role(r.oid, 'callintel_owner', 'member')
               and not (p = 'delete' and r.rolname = 'callintel_definer')
               and (has_table_privilege(r.oid, t.oid, p)
                    or p = 'update' and has_any_column_privilege(r.oid, t.oid, p))
            """,
        ["Audit: the role of the triggers owns one function, which nobody calls, and only appends to the log"] = """
            select f.oid::regprocedure::text from pg_catalog.pg_proc f
             where (f.proowner = 'callintel_auditor'::regrole)
                <> (f.oid = 'callintel_private.file_statement'::regproc)
            union all
            select c.oid::regclass || ' ' || p
              from pg_catalog.pg_class c, unnest(array['select', 'insert', 'update', 'delete', 'truncate', 'trigger']) p
             where c.relnamespace in ('callintel'::regnamespace, 'callintel_private'::regnamespace)
               and c.relkind in ('r', 'p', 'v')
               and (c.relname, p) not in (('audit_log', 'insert'), ('audit_modes', 'select'), ('orgs', 'select'),
                                          ('session_context', 'select'))
               and (has_table_privilege('callintel_auditor', c.oid, p)
                    or p in ('select', 'insert', 'update')
                       and has_any_column_privilege('callintel_auditor', c.oid, p))
            union all
            -- the owner of the tables attaches the triggers, and callintel_ops is a member of it
            select r.rolname from pg_catalog.pg_roles r
             where not r.rolsuper and r.rolname not in ('callintel_auditor', 'callintel_owner')
               and not pg_has_role(r.oid, 'callintel_owner', 'member')
               and has_function_privilege(r.oid, 'callintel_private.file_statement()', 'execute')
            """,
    };
}
