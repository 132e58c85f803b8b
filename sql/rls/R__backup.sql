-- purpose: callintel_backup reads every row of every table, so that pg_dump --enable-row-security is complete without a
--          superuser
-- pg_dump reads each leaf partition by itself. Without a policy of its own, a leaf returns no rows and no error. So
-- each leaf has a policy and a grant; ensure_partitions adds them to new partitions.
-- Newest tables: keys of conversations; dropped months; legal holds, erasures with their contacts, rows and
-- certificates, the ledger of erasures, suppressed numbers; data subject requests, their identities, contacts,
-- rules and history; words of contents and states of text search; models and states of embeddings; jobs, their kinds
-- and tasks; the change feed and its generations; states, totals and cells of rollups; the ledger of orgs that leave;
-- the access ledger and honey tokens; modes, seals, leaves and checkpoints of the audit.

set role callintel_owner;

grant usage on schema callintel, callintel_private to callintel_backup;

create or replace function callintel_private.open_for_backup(relation regclass) returns void
    language plpgsql volatile
    set search_path = pg_catalog, pg_temp as $$
declare
    -- A column that is never null, so that the condition is true for every row without being a constant.
    present name := (select a.attname from pg_attribute a
                      where a.attrelid = relation and a.attnum > 0 and a.attnotnull and not a.attisdropped
                      order by a.attname <> 'org_id', a.attnum limit 1);
begin
    execute format('grant select on %s to callintel_backup', relation);
    if (select c.relkind in ('r', 'p') and c.relrowsecurity from pg_class c where c.oid = relation) then
        execute format('drop policy if exists "Backups read every row" on %s', relation);
        execute format('create policy "Backups read every row" on %s '
                       'for select to callintel_backup using (%I is not null)',
                       relation,
                       present);
        execute format('comment on policy "Backups read every row" on %s is %L', relation,
                       'pg_dump reads each partition by itself and would find nothing in one without this policy.');
    end if;
end $$;

do $$
declare
    relation regclass;
begin
    for relation in
        select c.oid from pg_catalog.pg_class c
         where c.relnamespace in ('callintel'::regnamespace, 'callintel_private'::regnamespace)
           and c.relkind in ('r', 'p', 'S')
         order by c.oid
    loop
        perform callintel_private.open_for_backup(relation);
    end loop;
end $$;

reset role;
