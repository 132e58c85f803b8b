-- purpose: merging batches of new records concurrently. Runs after R__find_duplicates.sql, which decides what a
--          duplicate is.
-- Most batches contain only new records and duplicates of stored ones. They do not need the rules of merge_staged, and
-- their order does not matter.

set role callintel_definer;

create or replace function callintel.merge_new(slot integer, source uuid, out handled boolean, out inserted bigint)
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off
    set jit = off set client_min_messages = notice as $$
declare
    verified record := (select c from callintel_private.session_context c);
    org      uuid := verified.org_id;
    batch    text := format('callintel.staging_%s', slot);
    known    uuid[];
begin
    perform callintel_private.require(32 /* ingest */);
    if slot is null or slot not between 0 and 7 then
        raise exception 'The staging slot does not exist.'
            using errcode = 'CI021', hint = 'Call callintel.open_slot to get a slot.';
    end if;
    -- Batches of a run are merged concurrently and committed one after the other. The batch that this one waits for may
    -- itself wait for another batch of the same process, and PostgreSQL cannot see such a deadlock. So the wait is
    -- short, and a batch that gives up starts again and runs exclusively.
    perform set_config('lock_timeout', '1s', true);
    perform callintel_private.lock_merges_shared(verified.lock_number);

    -- merge_batch compares the records of members who write only their own events, and batches of an org that has
    -- tombstones.
    handled := verified.writes_all
        and not exists (select from callintel_private.event_tombstones t where t.org_id = org)
        and not callintel_private.has_closed(org, batch);
    if handled then
        known := callintel_private.find_known(org, batch);
        if cardinality(known) > 0 then
            execute format($sql$
                select cardinality(callintel_private.find_stored($1, null, $3, '{}', %s)) = count(*)
                  from %s s where s.id = any ($2)$sql$, callintel_private.compared_arrays(), batch) into handled
              using org, known, callintel_private.writable_level(verified.permissions, verified.max_level);
        end if;
    end if;
    if not handled then
        return;
    end if;

    inserted := callintel_private.insert_events(org, source, batch, known);
    perform callintel_private.insert_contents(org, batch, known);
    perform callintel_private.feed_batch(org, batch, known);
    perform callintel_private.audit_rows('store', 'events', inserted);
    -- Protected columns do not remain after the batch, not even in a table that nobody may read.
    execute format('truncate %s', batch);
end $$;
comment on function callintel.merge_new is
    'Moves a staging slot into events and event_contents of the session''s org if each record is new, or is stored '
    'already without a difference. handled shows whether that was so; if not, nothing was changed, and merge_batch '
    'handles the batch in the same transaction.';

grant execute on function callintel.merge_new to callintel_app;
reset role;
