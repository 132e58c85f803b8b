-- purpose: what Supabase's API roles may do. anon and service_role: nothing. authenticated: reads what callintel_app reads, under the same policies, and
--          writes by checked functions only.
-- service_role has BYPASSRLS, and whoever injects SQL into any request can become it by "set role": without grants that leads nowhere.
-- It all follows from the catalogue, so that the policies have one source. Comes after every file that makes tables or policies.

set role callintel_owner;

-- also what default privileges, or a project's own "grant all on all tables", have given
revoke all on all tables in schema callintel, callintel_private from anon, authenticated, service_role;
revoke all on schema callintel, callintel_private from anon, authenticated, service_role;
do $$
declare
    code record;
begin
    -- each by its owner, of whom there are three
    for code in
        select f.oid::regprocedure as function, f.proowner::regrole as owner from pg_catalog.pg_proc f
         where f.pronamespace in ('callintel'::regnamespace, 'callintel_private'::regnamespace)
    loop
        execute pg_catalog.format('set local role %s', code.owner);
        execute pg_catalog.format('revoke all on function %s from anon, authenticated, service_role', code.function);
    end loop;
    set local role callintel_owner;
end $$;
grant usage on schema callintel to authenticated;

do $$
declare
    policy  record;
    granted record;
begin
    -- The policies themselves, not copies: what one says to callintel_app it says to authenticated. If a file makes one anew, authenticated is out
    -- of it until this file has run.
    for policy in
        select p.polname, p.polrelid::regclass as on_table, string_agg(r.oid::regrole::text, ', ') as roles
          from pg_catalog.pg_policy p
          join pg_catalog.pg_class c on c.oid = p.polrelid and c.relnamespace = 'callintel'::regnamespace
          join pg_catalog.pg_roles r on r.oid = any (p.polroles)
         where p.polcmd in ('r', '*') and 'callintel_app'::regrole = any (p.polroles) and not 'authenticated'::regrole = any (p.polroles)
         group by p.polname, p.polrelid
    loop
        execute pg_catalog.format('alter policy %I on %s to %s, authenticated', policy.polname, policy.on_table, policy.roles);
    end loop;

    for granted in
        select c.oid::regclass as relation,
               case when not pg_catalog.has_table_privilege('callintel_app', c.oid, 'select')
                    then (select '(' || string_agg(pg_catalog.quote_ident(a.attname), ', ') || ')' from pg_catalog.pg_attribute a
                           where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
                             and pg_catalog.has_column_privilege('callintel_app', c.oid, a.attnum, 'select')) end as columns
          from pg_catalog.pg_class c
         where c.relnamespace = 'callintel'::regnamespace and c.relkind in ('r', 'p', 'v')
           and pg_catalog.has_any_column_privilege('callintel_app', c.oid, 'select')
    loop
        execute pg_catalog.format('grant select %s on %s to authenticated', granted.columns, granted.relation);
    end loop;

    -- what the policies read and call
    for granted in
        select distinct case d.refclassid when 'pg_class'::regclass then 'select on ' || d.refobjid::regclass::text
                                          else 'execute on function ' || d.refobjid::regprocedure::text end as privilege
          from pg_catalog.pg_policy p
          join pg_catalog.pg_depend d on d.classid = 'pg_policy'::regclass and d.objid = p.oid
         where 'authenticated'::regrole = any (p.polroles)
           -- a policy of the project's own may name what is not ours to grant
           and (pg_catalog.pg_identify_object(d.refclassid, d.refobjid, 0)).schema in ('callintel', 'callintel_private')
           -- the table of a policy is one of them, and the application may read some of its columns only
           and (d.refclassid = 'pg_class'::regclass and pg_catalog.has_table_privilege('callintel_app', d.refobjid, 'select') or d.refclassid = 'pg_proc'::regclass)
    loop
        execute pg_catalog.format('grant %s to authenticated', granted.privilege);
    end loop;
end $$;

-- of the view session_context
grant execute on function callintel_private.refuse to authenticated;
-- of the view sync_health
grant execute on function callintel.sync_health_at to authenticated;
grant execute on function callintel.set_member_role, callintel.schema_version to authenticated;

reset role;

do $$
declare
    excess text;
begin
    select string_agg(x.role || ' on ' || x.object, ', ' order by x.role, x.object) into excess
      from (select r.role, c.oid::regclass::text as object
              from pg_catalog.pg_class c, (values ('anon'), ('service_role')) r (role)
             where c.relnamespace in ('callintel'::regnamespace, 'callintel_private'::regnamespace) and c.relkind in ('r', 'p', 'v', 'm')
               and (pg_catalog.has_any_column_privilege(r.role, c.oid, 'select, insert, update, references')
                    or pg_catalog.has_table_privilege(r.role, c.oid, 'delete, truncate, trigger'))
            union all
            select r.role, p.oid::regprocedure::text
              from pg_catalog.pg_proc p, (values ('anon'), ('service_role')) r (role)
             where p.pronamespace in ('callintel'::regnamespace, 'callintel_private'::regnamespace)
               and p.prosecdef and pg_catalog.has_function_privilege(r.role, p.oid, 'execute')
            union all
            select 'authenticated', c.oid::regclass::text
              from pg_catalog.pg_class c
             where c.relnamespace in ('callintel'::regnamespace, 'callintel_private'::regnamespace) and c.relkind in ('r', 'p', 'v', 'm')
               and (pg_catalog.has_any_column_privilege('authenticated', c.oid, 'insert, update, references')
                    or pg_catalog.has_table_privilege('authenticated', c.oid, 'delete, truncate, trigger'))) x;
    if excess is not null then
        raise exception 'Privileges of API roles are left that this package does not give: %.', excess
            using errcode = 'CI193', hint = 'Revoke them, or the role they come through, and migrate again.';
    end if;
end $$;
