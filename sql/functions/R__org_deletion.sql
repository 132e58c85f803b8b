-- purpose: deleting an org: its keys at once, its rows in bounded steps, itself in the last one

set role callintel_owner;
grant select, insert, update on callintel_private.org_deletions to callintel_definer;
-- The other tables are granted where their functions are. The audit log, the access ledger, rejects and misplaced
-- events have a policy for orgs that leave only (sql/rls/R__org_deletions.sql).
grant select, delete on
    callintel_private.access_log,
    callintel_private.audit_log,
    callintel_private.change_feed,
    callintel_private.data_keys,
    callintel_private.dirty_buckets,
    callintel_private.erasure_certificates,
    callintel_private.erasure_contacts,
    callintel_private.erasure_ledger,
    callintel_private.erasure_rows,
    callintel_private.erasures,
    callintel_private.ingest_rejects,
    callintel_private.invitations,
    callintel_private.legal_holds,
    callintel_private.line_profiles,
    callintel_private.lines,
    callintel_private.misplaced_events,
    callintel_private.org_keys,
    callintel_private.orgs,
    callintel_private.suppressions,
    callintel_private.sync_runs,
    callintel_private.sync_sources,
    callintel_private.sync_streams
    to callintel_definer;
reset role;
set role callintel_definer;

-- Without its keys, the content of the org is unreadable from this transaction on, whatever happens later. Members
-- other than the owner lose their roles, so that nothing is stored any more. Batches in progress are finished first; a
-- batch that waits for this transaction finds no run or no role afterwards.
create or replace function callintel.begin_org_deletion(confirmation text) returns void
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off set client_min_messages = notice as $$
declare
    verified record := (select c from callintel_private.session_context c);
    org      uuid := callintel_private.require(16384 /* transfer_ownership */);
begin
    perform callintel_private.lock_merges(verified.lock_number);
    perform callintel_private.lock_roles(16384 /* transfer_ownership */);
    if coalesce(confirmation, '') <> org::text
       and not exists (select from callintel_private.orgs o where o.org_id = org and o.name = confirmation) then
        raise exception 'The confirmation is neither the name nor the id of the org.'
            using errcode = 'CI268', hint = 'Pass the name of the org exactly as it is stored, or its id.';
    end if;
    insert into callintel_private.org_deletions as d (org_id, requested_by)
    values (org, verified.member_id)
        on conflict on constraint org_deletions_org_id_pk
        do update set requested_by = excluded.requested_by, requested_at = now(), completed_at = null, rows_deleted = 0
     where d.completed_at is not null;
    delete from callintel_private.org_keys k where k.org_id = org;
    delete from callintel_private.invitations i where i.org_id = org;
    delete from callintel_private.org_roles r where r.org_id = org and r.member_id <> verified.member_id;
    perform callintel_private.audit('leave', 'orgs', 1);
end $$;
comment on function callintel.begin_org_deletion is
    'Destroys the keys of the session''s org and the roles of its other members, and opens the deletion of its rows. '
    'Requires the name or the id of the org, so that nobody deletes an org by mistake. Repeating it changes nothing.';

-- The tables of the package that have rows of orgs, those that refer to others first, and the columns of their primary
-- keys. Deletions write to the audit log, so it is the last one.
create or replace function callintel_private.org_relations() returns table (relation name, key_columns text)
    language plpgsql stable as $$
begin
    return query
    with recursive tables as (
        select c.oid, c.relname
          from pg_class c
          join pg_attribute a on a.attrelid = c.oid and a.attname = 'org_id' and not a.attisdropped
         where c.relnamespace = 'callintel_private'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
           and c.relname not in ('orgs', 'org_roles', 'org_deletions', 'audit_log')
    ), levels as (
        select t.oid, 0 as depth from tables t
        union all
        select f.conrelid, l.depth + 1
          from levels l
          join pg_constraint f on f.confrelid = l.oid and f.contype = 'f' and f.conrelid <> f.confrelid
          join tables t on t.oid = f.conrelid
    )
    select t.relname,
           (select string_agg(quote_ident(a.attname), ', ' order by k.place)
              from pg_index i
             cross join lateral unnest(i.indkey::smallint[]) with ordinality k (attnum, place)
              join pg_attribute a on a.attrelid = t.oid and a.attnum = k.attnum
             where i.indrelid = t.oid and i.indisprimary
               and k.place <= i.indnkeyatts) -- not the included columns, which can be null
      from tables t
     order by t.relname ~ '^(audit|access)_(log|seals|trees|leaves|checkpoints)$', t.relname not like 'event%',
              (select max(l.depth) from levels l where l.oid = t.oid) desc, t.relname;
end $$;

create or replace function callintel.delete_org_rows(maximum integer, out deleted bigint, out is_complete boolean)
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off set client_min_messages = notice as $$
declare
    verified record := (select c from callintel_private.session_context c);
    org      uuid := callintel_private.require(16384 /* transfer_ownership */);
    bound    integer := least(greatest(maximum, 1), 100000);
    next     record;
begin
    perform callintel_private.lock_merges(verified.lock_number);
    perform callintel_private.lock_roles(16384 /* transfer_ownership */);
    if not exists (select from callintel_private.org_deletions d where d.org_id = org and d.completed_at is null) then
        raise exception 'The deletion of the org was not confirmed.'
            using errcode = 'CI268', hint = 'Call callintel.begin_org_deletion first.';
    end if;
    deleted := 0;
    is_complete := false;
    for next in select r.relation, r.key_columns from callintel_private.org_relations() r loop
        execute format(
            'delete from callintel_private.%1$I t '
            'where t.org_id = $1 '
            'and (%2$s) in (select %2$s from callintel_private.%1$I k where k.org_id = $1 limit $2)',
            next.relation,
            next.key_columns) using org, bound;
        get diagnostics deleted = row_count;
        -- These tables have no triggers.
        if next.relation like 'event%' then
            perform callintel_private.audit_rows('remove', next.relation, deleted);
        end if;
        exit when deleted > 0;
    end loop;
    -- The audit log comes last, because every step is filed in it. A step that finds fewer rows than it may delete is
    -- the last one.
    if deleted = 0 then
        delete from callintel_private.audit_log a
         where a.org_id = org
           and a.id in (select k.id from callintel_private.audit_log k where k.org_id = org limit bound);
        get diagnostics deleted = row_count;
        is_complete := deleted < bound;
    end if;
    update callintel_private.org_deletions d set rows_deleted = d.rows_deleted + deleted where d.org_id = org;
    if is_complete then
        delete from callintel_private.org_roles r where r.org_id = org;
        delete from callintel_private.orgs o where o.org_id = org;
        delete from callintel_private.audit_log a where a.org_id = org;
        update callintel_private.org_deletions d set completed_at = now() where d.org_id = org;
    end if;
end $$;
comment on function callintel.delete_org_rows is
    'Deletes at most so many rows of one table of the session''s org, after begin_org_deletion. When no rows are left, '
    'deletes the org, completes the ledger and returns true. Each call is one step: repeat it until then.';

grant execute on function callintel.begin_org_deletion, callintel.delete_org_rows to callintel_app;
reset role;
