-- Replaces the isolation of the package by a common design: a plain setting names the org, each parent table has one
-- policy that reads the setting, the role of the application may create temporary tables and has all privileges, and
-- row-level security is not forced. Attacks that succeed here prove that the corpus can find leaks.

-- Move the tables to the schema that the application reads, replacing the fenced views, and update the functions.
do $$
declare
    names   text := (select string_agg(c.relname, '|') from pg_catalog.pg_class c
                      where c.relnamespace = 'callintel_private'::regnamespace and c.relkind in ('r', 'p')
                        and (exists (select from pg_catalog.pg_class v
                                      where v.relnamespace = 'callintel'::regnamespace
                                        and v.relkind = 'v' and v.relname = c.relname)
                             or c.relispartition));
    found   record;
begin
    for found in select c.relname from pg_catalog.pg_class c
                  where c.relnamespace = 'callintel'::regnamespace and c.relkind = 'v'
                    and c.relname ~ format('^(%s)$', names) loop
        execute format('drop view callintel.%I cascade', found.relname);
    end loop;
    for found in select unnest(string_to_array(names, '|')) as name loop
        execute format('alter table callintel_private.%I set schema callintel', found.name);
    end loop;
    for found in select p.oid from pg_catalog.pg_proc p
                  where p.pronamespace in ('callintel'::regnamespace, 'callintel_private'::regnamespace)
                    and p.prokind = 'f' loop
        execute regexp_replace(pg_get_functiondef(found.oid), format('callintel_private\.(%s)\M', names),
                               'callintel.\1', 'g');
    end loop;
end $$;

do $$
declare
    found record;
begin
    for found in select schemaname, tablename, policyname from pg_catalog.pg_policies
                  where schemaname in ('callintel', 'callintel_private') loop
        execute format('drop policy %I on %I.%I', found.policyname, found.schemaname, found.tablename);
    end loop;
    for found in
        select n.nspname, c.relname, c.relispartition,
               exists (select from pg_catalog.pg_attribute a
                        where a.attrelid = c.oid and a.attname = 'org_id') as scoped
          from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
         where n.nspname in ('callintel', 'callintel_private') and c.relkind in ('r', 'p')
    loop
        execute format('alter table %I.%I no force row level security', found.nspname, found.relname);
        if found.scoped and not found.relispartition and found.nspname = 'callintel' then
            execute format('create policy tenant on %I.%I using (org_id = current_setting(''app.org'')::uuid)',
                           found.nspname, found.relname);
        else
            execute format('alter table %I.%I disable row level security', found.nspname, found.relname);
        end if;
    end loop;
    for found in
        select a.attrelid::regclass as relation, a.attname
          from pg_catalog.pg_attribute a join pg_catalog.pg_class c on c.oid = a.attrelid
         where c.relnamespace = 'callintel'::regnamespace and c.relkind in ('r', 'p')
           and a.attnum > 0 and a.attstattarget = 0
    loop
        execute format('alter table %s alter column %I set statistics -1', found.relation, found.attname);
    end loop;
    execute format('grant temporary on database %I to callintel_app', current_database());
end $$;

grant select, insert, update, delete on all tables in schema callintel to callintel_app;
grant create on schema public to callintel_app;
alter view callintel.sync_health set (security_invoker = off);
alter function callintel.sync_health_at security definer;

create or replace view callintel_private.trusted_context as
select current_setting('app.org')::uuid as org_id, current_setting('app.member')::uuid as member_id,
       0::smallint as purpose, 100000000 as lock_number, 131071::bigint as permissions,
       true as reads_all, true as writes_all, 3::smallint as max_level,
       '{0,1,2,3}'::smallint[] as levels, '{0,1,2,3}'::smallint[] as content_levels,
       null::uuid as request_id;
create or replace view callintel_private.session_context as
select t.org_id, t.member_id, t.purpose, t.lock_number, t.permissions, t.reads_all, t.writes_all, t.max_level,
       t.levels, t.content_levels, t.request_id
  from callintel_private.trusted_context t;
create or replace function callintel.begin_session(token bytea) returns void language sql as $$ select $$;

analyze;
