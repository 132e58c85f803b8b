-- purpose: the ingestion lane: runs, contacts, staging slots, and recording a merged batch together with its cursor in
--          one transaction

set role callintel_owner;
grant select, insert, delete on callintel_private.contacts to callintel_definer;
grant select, insert on callintel_private.contact_numbers, callintel_private.ingest_rejects to callintel_definer;
grant select, insert, update on
    callintel_private.sync_sources,
    callintel_private.sync_streams,
    callintel_private.sync_runs
    to callintel_definer;
reset role;
set role callintel_definer;
create or replace function callintel.start_run(
    source_name text,
    source_kind text,
    stream_name text,
    rolling boolean default false,
    heartbeat_every interval default '30 seconds',
    out source_id uuid,
    out stream_id uuid,
    out run_id uuid,
    out cursor text)
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    org uuid := callintel_private.require(32 /* ingest */);
begin
    insert into callintel_private.sync_sources (org_id, id, name, kind)
    values (org, callintel_private.new_id(), source_name, source_kind) on conflict do nothing;
    select coalesce(s.renamed_to, s.id)
      into source_id
      from callintel_private.sync_sources s
     where s.org_id = org and s.name = source_name;
    update callintel_private.sync_sources s
       set retired_at = null
     where s.org_id = org and s.id = start_run.source_id and s.retired_at is not null;

    insert into callintel_private.sync_streams (org_id, id, source_id, name)
    values (org, callintel_private.new_id(), start_run.source_id, stream_name) on conflict do nothing;
    select s.id, s.cursor into stream_id, cursor
      from callintel_private.sync_streams s
     where s.org_id = org and s.source_id = start_run.source_id and s.name = stream_name;

    run_id := callintel_private.new_id();
    -- A rolling run counts as complete after each write, so that a stream without new records does not look as if it
    -- hung.
    insert into callintel_private.sync_runs (org_id, id, stream_id, member_id, status, rolling, heartbeat_every)
    values (
        org,
        run_id,
        start_run.stream_id,
        callintel.current_member(),
        case when start_run.rolling then 2 else 1 end,
        start_run.rolling,
        start_run.heartbeat_every);
end $$;
comment on function callintel.start_run is
    'Starts a run of a stream, and registers the source and the stream if they are new. Returns their ids, the id of '
    'the run, and the cursor of the stream. A rolling run stays open for further records until its process ends.';

create or replace function callintel.find_contacts(indexes uuid[])
    returns table (number_index uuid, contact_id uuid, suppression smallint)
    language plpgsql stable security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    org uuid := callintel_private.require(32 /* ingest */);
begin
    return query select n.number_index,
                        coalesce(n.merged_from, n.contact_id),
                        case when n.is_suppressed
                             then (select o.suppression_action from callintel_private.orgs o where o.org_id = org)
                             else 0::smallint end
                   from callintel_private.contact_numbers n
                  where n.org_id = org and n.number_index = any (indexes);
end $$;
comment on function callintel.find_contacts is
    'Returns the contacts of these number indexes, including hidden ones, for ingestion. The number of a merged '
    'contact has that contact, because its records stay encrypted for it. suppression: 0 if the number is not '
    'suppressed, otherwise what ingestion does with its records.';

-- The caller proposes a contact id for every number; a number that is already stored keeps its contact. The caller has
-- found the number under no older version of the blind-index key. The check of the version, and the lock on it, make
-- sure that this stays true (R__blind_index.sql).
create or replace function callintel.resolve_contacts(
    proposed uuid[],
    indexes uuid[],
    kinds smallint[],
    numbers bytea[],
    version integer,
    suppression_digests uuid[] default null)
    returns table (number_index uuid, contact_id uuid, suppression smallint)
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    org        uuid := callintel_private.require(32 /* ingest */);
    unused     uuid[];
    suppressed uuid[] := '{}';
    action     smallint;
begin
    -- In an org that suppresses no number, this is all that suppression costs. The order makes sure that the index is
    -- used: a generic plan for "exists" can read the numbers of all other orgs if few orgs suppress most of them.
    if (select s.number_digest from callintel_private.suppressions s
         where s.org_id = org order by s.number_digest limit 1) is not null then
        if suppression_digests is null then
            raise exception 'The numbers have to be compared with the list of suppressed numbers.'
                using errcode = 'CI378',
                      hint = 'Repeat the call with the digests of the numbers; the SDK does so itself.';
        end if;
        suppressed := array(
            select t.number_index
              from unnest(indexes, suppression_digests) as t (number_index, number_digest)
             where exists (select from callintel_private.suppressions s
                            where s.org_id = org and s.number_digest = t.number_digest));
        if suppressed <> '{}' then
            action := (select o.suppression_action from callintel_private.orgs o where o.org_id = org);
            perform callintel_private.audit(
                'suppress', 'contact_numbers', cardinality(suppressed), null, 'action ' || action);
        end if;
    end if;
    perform from callintel_private.org_keys k
      where k.org_id = org and k.kind = 2 and k.version = resolve_contacts.version and k.state = 1 for share;
    if not found then
        raise exception 'The numbers were indexed under a version of the blind-index key that is not the active one.'
            using errcode = 'CI143',
                  hint = 'Read the versions again, look for the numbers under all of them, and repeat the call.';
    end if;
    perform callintel_private.require_keys_of(org, numbers);
    -- Sorted, so that two batches with the same new numbers wait for each other instead of deadlocking.
    with missing as (
        select p.contact_id, p.number_index, p.kind, p.number
          from unnest(proposed, indexes, kinds, numbers) as p (contact_id, number_index, kind, number)
         where not exists (select from callintel_private.contact_numbers n
                            where n.org_id = org and n.number_index = p.number_index)
           -- The action 3 keeps metadata, which needs the contact.
           and (action is null or action = 3 or p.number_index <> all (suppressed))
         order by p.number_index
    ), people as (
        insert into callintel_private.contacts (org_id, id, created_by)
        select org, m.contact_id, callintel.current_member() from missing m
    ), known as (
        insert into callintel_private.contact_numbers (
            org_id,
            number_index,
            contact_id,
            kind,
            number,
            index_version,
            is_suppressed)
        select org,
               m.number_index,
               m.contact_id,
               m.kind,
               m.number,
               resolve_contacts.version,
               m.number_index = any (suppressed)
          from missing m
        on conflict do nothing
        returning contact_numbers.contact_id
    )
    select array_agg(m.contact_id) into unused
      from missing m where m.contact_id not in (select k.contact_id from known k);

    -- Another batch stored these numbers first.
    delete from callintel_private.contacts c where c.org_id = org and c.id = any (unused);

    return query
    select n.number_index,
           coalesce(n.merged_from, n.contact_id),
           case when n.is_suppressed or n.number_index = any (suppressed) then coalesce(action, o.suppression_action)
                else 0::smallint end
      from callintel_private.contact_numbers n, callintel_private.orgs o
     where n.org_id = org and n.number_index = any (indexes) and o.org_id = org
    union all
    select s.number_index, null::uuid, action
      from unnest(suppressed) s (number_index)
     where not exists (select from callintel_private.contact_numbers n
                        where n.org_id = org and n.number_index = s.number_index);
end $$;
comment on function callintel.resolve_contacts is
    'Returns the contact of each number index, and creates contacts for numbers that have none. Numbers whose digest '
    'is in the list of suppressed numbers get no contact, unless the org keeps their metadata; suppression shows what '
    'ingestion does with their records, 0 for all others.';

create or replace function callintel.open_slot() returns integer
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    slot integer;
begin
    perform callintel_private.require(32 /* ingest */);
    for attempt in 0..8 loop
        slot := (pg_backend_pid() + attempt) % 8;
        exit when pg_try_advisory_xact_lock(1128875849 /* package */, 16 /* first_slot */ + slot);
        if attempt = 8 then
            perform pg_advisory_xact_lock(1128875849 /* package */, 16 /* first_slot */ + slot);
        end if;
    end loop;
    -- The lock keeps everybody else out of the slot until this transaction ends. A merged batch leaves the slot empty.
    -- A batch that failed, or rows that somebody added without opening the slot, can be left in it.
    execute format('lock table callintel.staging_%s in access exclusive mode', slot);
    if pg_relation_size(format('callintel.staging_%s', slot)) > 0 then
        execute format('truncate callintel.staging_%s', slot);
    end if;
    return slot;
end $$;
comment on function callintel.open_slot is 'Takes an empty staging slot for this transaction and returns its number.';

-- Runs after merge_batch or write_events in the same transaction, so that counters, rejects and cursor are right for
-- exactly the rows that become visible.
create or replace function callintel.record_batch(
    run uuid,
    stream uuid,
    staged bigint,
    inserted bigint,
    updated bigint,
    suppressed bigint,
    latest timestamptz,
    reject_ordinals bigint[],
    reject_reasons text[],
    reject_raw bytea[],
    reject_places text[],
    cursor_before text,
    cursor_after text,
    key_ids bytea[],
    reject_details text[] default null,
    compared_version bigint default null)
    returns void
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    org     uuid := callintel_private.require(32 /* ingest */);
    mark    timestamptz;
    moment  timestamptz;
    refused bigint := coalesce(array_length(reject_ordinals, 1), 0);
    is_kept boolean;
begin
    -- The counts of the caller are added up as long as the run lives, and the time of the latest event becomes the
    -- watermark. Neither may have an impossible value.
    if (least(staged, inserted, updated, suppressed) >= 0
        and greatest(staged, inserted, updated, suppressed) <= 1000000000
        and coalesce(latest <= clock_timestamp() + interval '3 days', true)) is not true then
        raise exception 'A count of the batch is out of range, or its latest event is in the future.'
            using errcode = 'CI022',
                  hint = 'Take the counts and the time of the latest event from callintel.merge_batch.';
    end if;
    perform callintel_private.require_keys(org, key_ids);
    if refused > 0 then
        perform callintel_private.require_keys_of(org, reject_raw);
        -- An erasure that suppresses a number waits for this batch and then searches its texts, or this batch waits for
        -- the erasure. A text that was compared with a former version of the list can contain such a number.
        perform callintel_private.lock_merges_shared(
            (select c.lock_number from callintel_private.session_context c));
        is_kept := coalesce(callintel_private.is_compared(org, compared_version), false);
        insert into callintel_private.ingest_rejects (org_id, run_id, ordinal, reason, raw, place, detail)
        select org,
               run,
               r.ordinal,
               r.reason,
               case when is_kept then r.raw end,
               r.place,
               case when is_kept then left(r.detail, 1000) end
          from unnest(reject_ordinals, reject_reasons, reject_raw, reject_places, reject_details)
               as r (ordinal, reason, raw, place, detail);
    end if;

    moment := clock_timestamp();
    update callintel_private.sync_streams s
       set cursor = coalesce(cursor_after, s.cursor), watermark = greatest(s.watermark, latest), updated_at = moment
     where s.org_id = org and s.id = stream and (cursor_after is null or s.cursor is not distinct from cursor_before)
    returning s.watermark into mark;
    if not found then
        raise exception 'Another run has moved the cursor of this stream.'
            using errcode = 'CI020', hint = 'Start again from the current cursor of the stream.';
    end if;

    update callintel_private.sync_runs r
       set read = r.read + staged + refused,
           inserted = r.inserted + record_batch.inserted,
           updated = r.updated + record_batch.updated,
           suppressed = r.suppressed + record_batch.suppressed,
           duplicate = r.duplicate + staged - record_batch.inserted - record_batch.updated - record_batch.suppressed,
           rejected = r.rejected + refused,
           heartbeat_at = moment,
           watermark = mark,
           finished_at = case when r.rolling then moment end
     where r.org_id = org and r.id = run and r.stream_id = stream and (r.status = 1 or r.rolling);
    if not found then
        raise exception 'The run is not open.' using errcode = 'CI022', hint = 'Start a new run.';
    end if;
    perform callintel_private.audit('ingest', 'events', inserted + updated, null, run::text);
end $$;
comment on function callintel.record_batch is
    'Counts a merged batch into its run and moves the cursor of the stream, unless somebody else has moved it in the '
    'meantime. key_ids are the keys that the content of the batch is encrypted under. compared_version is the version '
    'of the list of suppressed numbers that rejected texts were compared with; with another one, none is stored.';

create or replace function callintel.record_heartbeat(run uuid) returns void
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    org uuid := callintel_private.require(32 /* ingest */);
begin
    update callintel_private.sync_runs r
       set heartbeat_at = clock_timestamp()
     where r.org_id = org and r.id = run and r.status = 1;
end $$;
comment on function callintel.record_heartbeat is 'Records a heartbeat of a run. A run that has ended does not change.';

create or replace function callintel.finish_run(run uuid, failure_code text) returns void
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    org uuid := callintel_private.require(32 /* ingest */);
begin
    update callintel_private.sync_runs r
       set status = case when failure_code is null then 2 else 3 end,
           error_code = failure_code,
           finished_at = clock_timestamp()
     where r.org_id = org and r.id = run and r.status = 1;
    -- Runs that end in the same minute share one pass over the events.
    if exists (select from callintel_private.embedding_models m where m.org_id = org and m.state < 2) then
        perform callintel_private.request_embedding(org, interval '1 minute');
    end if;
end $$;
comment on function callintel.finish_run is
    'Ends a run: complete where failure_code is null, failed otherwise. Ending it twice changes nothing.';

grant insert on
    callintel.staging_0,
    callintel.staging_1,
    callintel.staging_2,
    callintel.staging_3,
    callintel.staging_4,
    callintel.staging_5,
    callintel.staging_6,
    callintel.staging_7
    to callintel_app;
grant execute on function
    callintel.start_run,
    callintel.find_contacts,
    callintel.resolve_contacts,
    callintel.open_slot,
    callintel.record_batch,
    callintel.record_heartbeat,
    callintel.finish_run
    to callintel_app;
reset role;
