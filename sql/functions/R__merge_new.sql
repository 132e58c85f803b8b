-- purpose: merging batches of new records concurrently. Runs after R__find_duplicates.sql, which decides what a
--          duplicate is.
-- Most batches contain only new records and duplicates of stored ones. They do not need the rules of merge_staged, and
-- their order does not matter.

set role callintel_definer;

create or replace function callintel.merge_new(slot integer, source uuid, out settled boolean, out inserted bigint)
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off
    set jit = off set client_min_messages = notice as $$
declare
    verified record := (select c from callintel_private.session_context c);
    org      uuid := verified.org_id;
    newest   uuid;
    known    uuid[] := '{}';
    level    text;
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

    -- merge_batch compares the records of members who write own events only, and batches of an org that has tombstones.
    settled := verified.writes_all
        and not exists (select from callintel_private.event_tombstones t where t.org_id = org);
    newest := (select e.id from callintel_private.events e where e.org_id = org order by e.id desc limit 1);
    if settled and newest is not null then
        execute format($sql$
            select coalesce(array_agg(s.id), '{}')
              from (select x.id from callintel.staging_%s x where x.id <= $2 offset 0) s,
                   lateral (select from callintel_private.events e
                             where e.org_id = $1 and e.id = s.id
                             limit 1) e$sql$, slot) into known using org, newest;
        if cardinality(known) > 0 then
            execute format($sql$
                select cardinality(callintel_private.find_stored(
                    $1,
                    null,
                    $3,
                    '{}',
                    array_agg(s.id),
                    array_agg(s.occurred_at),
                    array_agg(s.contact_id),
                    array_agg(s.member_id),
                    array_agg(s.duration_s),
                    array_agg(s.channel),
                    array_agg(s.direction),
                    array_agg(s.outcome),
                    array_agg(s.utc_offset_minutes),
                    array_agg(s.body_hash),
                    array_agg(s.transcript_hash),
                    array_agg(s.summary_hash))) = count(*)
                  from callintel.staging_%s s where s.id = any ($2)$sql$, slot) into settled
              using org, known, callintel_private.writable_level(verified.permissions, verified.max_level);
        end if;
    end if;
    if not settled then
        return;
    end if;

    -- Inserted in the order of the staging table, which is the order of the key, so that inserts stay at the right edge
    -- of the index.
    level := callintel_private.level_expression(org);
    execute format($sql$
        insert into callintel_private.events (
            org_id,
            id,
            occurred_at,
            source_id,
            contact_id,
            member_id,
            duration_s,
            channel,
            direction,
            outcome,
            utc_offset_minutes,
            external_id,
            level)
        select $1,
               s.id,
               s.occurred_at,
               $2,
               s.contact_id,
               s.member_id,
               s.duration_s,
               s.channel,
               s.direction,
               s.outcome,
               s.utc_offset_minutes,
               s.external_id,
               %s
          from callintel.staging_%s s where s.id <> all ($3)$sql$, level, slot) using org, source, known;
    get diagnostics inserted = row_count;
    execute format($sql$
        insert into callintel_private.event_contents (
            org_id,
            event_id,
            contact_id,
            member_id,
            level,
            body,
            transcript,
            summary,
            body_hash,
            transcript_hash,
            summary_hash)
        select $1,
               s.id,
               s.contact_id,
               s.member_id,
               %s,
               s.body,
               s.transcript,
               s.summary,
               s.body_hash,
               s.transcript_hash,
               s.summary_hash
          from callintel.staging_%s s
         where (s.body is not null or s.transcript is not null or s.summary is not null)
           and s.id <> all ($2)$sql$, level, slot)
      using org, known;
    -- Protected columns do not remain after the batch, not even in a table that nobody may read.
    execute format('truncate callintel.staging_%s', slot);
end $$;
comment on function callintel.merge_new is
    'Moves a staging slot into events and event_contents of the session''s org if each record is new, or is stored '
    'already without a difference. settled tells whether that was so; if not, nothing was changed, and merge_batch '
    'handles the batch in the same transaction.';

grant execute on function callintel.merge_new to callintel_app;
reset role;
