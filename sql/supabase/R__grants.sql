-- purpose: privileges of the API roles of Supabase. anon and service_role have none. authenticated reads what
--          callintel_app reads, through the same fenced views and functions, and writes through checked functions only.
-- service_role has BYPASSRLS, and SQL that is injected into any request can become service_role with "set role".
-- Without grants it can read nothing. The file derives everything from the catalogue, so it runs after every file that
-- creates views or functions.

set role callintel_owner;

-- This also revokes privileges that come from default privileges or from a "grant all on all tables" of the project.
revoke all on schema callintel, callintel_private from anon, authenticated, service_role;
do $$
declare
    relation record;
    code     record;
begin
    -- Each object by its owner.
    for relation in
        select c.oid::regclass as name, c.relowner::regrole as owner from pg_catalog.pg_class c
         where c.relnamespace in ('callintel'::regnamespace, 'callintel_private'::regnamespace)
           and c.relkind in ('r', 'p', 'v', 'm', 'S')
    loop
        execute pg_catalog.format('set local role %s', relation.owner);
        execute pg_catalog.format('revoke all on %s from anon, authenticated, service_role', relation.name);
    end loop;
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
    granted record;
begin
    -- What the application reads: fenced views, and functions that only read.
    for granted in
        select c.oid::regclass::text as relation, c.relowner::regrole as owner
          from pg_catalog.pg_class c
         where c.relnamespace = 'callintel'::regnamespace and c.relkind = 'v'
           and pg_catalog.has_table_privilege('callintel_app', c.oid, 'select')
    loop
        execute pg_catalog.format('set local role %s', granted.owner);
        execute pg_catalog.format('grant select on %s to authenticated', granted.relation);
    end loop;
    for granted in
        select f.oid::regprocedure::text as function, f.proowner::regrole as owner
          from pg_catalog.pg_proc f
         where pg_catalog.has_function_privilege('callintel_app', f.oid, 'execute')
           and (f.pronamespace = 'callintel'::regnamespace and f.proowner = 'callintel_member'::regrole
                and f.provolatile = 's'
                    -- These answer questions of the SDK: by a blind index, which no client computes, and before a key
                    -- is created.
                    and f.proname not in ('find_contact', 'may_name_contact')
                -- The views run these functions with the rights of the role that queries them. Their schema cannot be
                -- named, and they return no more than the views.
                or f.pronamespace = 'callintel_private'::regnamespace
                or f.oid in ('callintel.set_member_role(uuid, text)'::regprocedure,
                             'callintel.schema_version()'::regprocedure,
                             'callintel.current_org()'::regprocedure,
                             'callintel.current_member()'::regprocedure,
                             'callintel.current_permissions()'::regprocedure,
                             'callintel.first_id(timestamptz)'::regprocedure,
                             'callintel.smallest_group()'::regprocedure))
    loop
        execute pg_catalog.format('set local role %s', granted.owner);
        execute pg_catalog.format('grant execute on function %s to authenticated', granted.function);
    end loop;
    set local role callintel_owner;
end $$;

reset role;

do $$
declare
    excess text;
begin
    select string_agg(x.role || ' on ' || x.object, ', ' order by x.role, x.object) into excess
      from (select r.role, c.oid::regclass::text as object
              from pg_catalog.pg_class c, (values ('anon'), ('service_role')) r (role)
             where c.relnamespace in ('callintel'::regnamespace, 'callintel_private'::regnamespace)
               and c.relkind in ('r', 'p', 'v', 'm')
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
             where c.relnamespace in ('callintel'::regnamespace, 'callintel_private'::regnamespace)
               and c.relkind in ('r', 'p', 'v', 'm')
               and (pg_catalog.has_any_column_privilege('authenticated', c.oid, 'insert, update, references')
                    or pg_catalog.has_table_privilege('authenticated', c.oid, 'delete, truncate, trigger')
                    or not (c.relkind = 'v' and c.relnamespace = 'callintel'::regnamespace)
                       and pg_catalog.has_any_column_privilege('authenticated', c.oid, 'select'))
            union all
            -- Granted to public or through a membership: what was granted to authenticated above is in the access list
            -- of the function.
            select 'authenticated', p.oid::regprocedure::text
              from pg_catalog.pg_proc p
             where p.pronamespace in ('callintel'::regnamespace, 'callintel_private'::regnamespace)
               and p.prosecdef and pg_catalog.has_function_privilege('authenticated', p.oid, 'execute')
               and not exists (select from pg_catalog.aclexplode(p.proacl) a
                                where a.grantee = 'authenticated'::regrole)) x;
    if excess is not null then
        raise exception 'API roles have privileges that this package does not grant: %.', excess
            using errcode = 'CI193', hint = 'Revoke them, or the role that they come from, and migrate again.';
    end if;
end $$;
