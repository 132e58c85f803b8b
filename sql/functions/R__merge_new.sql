-- purpose: merging batches of new records side by side. Runs after R__find_duplicates.sql, which says what a duplicate
--          is
-- Most batches hold nothing but new records, and duplicates of stored ones. They need none of the rules of
-- merge_staged, and no order among each other.

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
        raise exception 'There is no such staging slot.'
            using errcode = 'CI021', hint = 'Take a slot with callintel.open_slot.';
    end if;
    -- Batches of a run are merged at the same time and committed one after the other. Whom one waits for here may wait
    -- for another in its own process, where no deadlock is seen: so nothing is waited for long, and who gives up starts
    -- over and goes alone.
    perform set_config('lock_timeout', '1s', true);
    perform callintel_private.lock_merges_shared(verified.lock_number);

    -- who writes own events only has them compared by merge_batch, and so is whoever may deliver what was taken back
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

    -- as they lie, which is in the order of the key: inserts stay at the right edge of the index
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
    -- protected columns do not lie about after the batch, not even in a table nobody may read
    execute format('truncate callintel.staging_%s', slot);
end $$;
comment on function callintel.merge_new is
    'Moves a staging slot into events and event_contents of the session''s org, if all of it is new or stored exactly '
    'so. settled tells whether it was; if not, nothing was done, and the batch goes through merge_batch in the same '
    'transaction.';

grant execute on function callintel.merge_new to callintel_app;
reset role;
