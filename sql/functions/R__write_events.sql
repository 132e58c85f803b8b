-- purpose: the stream lane: storing a few records, passed as arrays, in one statement. Runs after R__merge_batch.sql,
--          whose rules apply to records that are not new.

set role callintel_owner;
grant select, insert, update, delete on callintel_private.staging_stream to callintel_definer;
drop policy if exists "A transaction sees its own batch" on callintel_private.staging_stream;
create policy "A transaction sees its own batch" on callintel_private.staging_stream
    for all to callintel_definer
    using (xact = (select pg_current_xact_id())) with check (xact = (select pg_current_xact_id()));
comment on policy "A transaction sees its own batch" on callintel_private.staging_stream is
    'Nobody else may see a batch, neither another call at the same moment nor somebody who reads dead rows.';
reset role;
set role callintel_definer;

-- Stores new records without deletions and redactions, in one statement that is planned once for each connection;
-- returns how many it inserted. Content is only inserted if every record was new, as in merge_staged.
create or replace function callintel_private.insert_new(
    org uuid,
    source uuid,
    ids uuid[],
    occurred timestamptz[],
    contacts uuid[],
    members uuid[],
    durations integer[],
    channels smallint[],
    directions smallint[],
    outcomes smallint[],
    utc_offsets smallint[],
    external_ids text[],
    conversations uuid[],
    lines uuid[],
    ranks smallint[],
    bodies bytea[],
    transcripts bytea[],
    summaries bytea[],
    body_hashes bigint[],
    transcript_hashes bigint[],
    summary_hashes bigint[])
    returns bigint language plpgsql as $$
declare
    added     bigint;
    marks     bigint;
    is_merged boolean := callintel_private.has_merged_contacts(org);
begin
    with incoming as (
        select t.*,
               case when is_merged then (select m.merged_into
                                           from callintel_private.contacts m
                                          where m.org_id = org and m.id = t.contact_id
                                            and m.merged_into is not null) end as merged_into
          from unnest(
            ids,
            occurred,
            contacts,
            members,
            durations,
            channels,
            directions,
            outcomes,
            utc_offsets,
            external_ids,
            conversations,
            lines,
            ranks,
            bodies,
            transcripts,
            summaries,
            body_hashes,
            transcript_hashes,
            summary_hashes) with ordinality
               as t (
                   id,
                   occurred_at,
                   contact_id,
                   member_id,
                   duration_s,
                   channel,
                   direction,
                   outcome,
                   utc_offset_minutes,
                   external_id,
                   conversation_key,
                   line_id,
                   outcome_rank,
                   body,
                   transcript,
                   summary,
                   body_hash,
                   transcript_hash,
                   summary_hash,
                   place)
    ), fresh as (
        -- In the order of the key, so that two hosts with the same records wait for each other instead of deadlocking.
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
            conversation_key,
            line_id,
            outcome_rank,
            level,
            merged_from)
        select org, t.id, t.occurred_at, insert_new.source, coalesce(t.merged_into, t.contact_id), t.member_id,
               t.duration_s,
               t.channel, t.direction, t.outcome, t.utc_offset_minutes, t.external_id, t.conversation_key,
               t.line_id, t.outcome_rank,
               coalesce((select r.level
                           from callintel_private.privacy_rules r
                          where r.org_id = org and r.contact_id = t.contact_id), 0),
               case when t.merged_into is not null then t.contact_id end
          from incoming t
         where not exists (select from callintel_private.event_tombstones x
                            where x.org_id = org and x.record_key = callintel_private.record_key(t.id))
         order by t.id, t.place
            on conflict do nothing
        returning occurred_at, conversation_key is not null as has_legs
    ), marked as (
        select callintel_private.add_marks(org, array_agg(b.bucket), array_agg(b.has_legs))
          from (select date_bin('15 minutes', f.occurred_at, 'epoch') as bucket, bool_or(f.has_legs) as has_legs
                  from fresh f
                 group by 1) b
        having count(*) > 0
    ), content as (
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
            summary_hash,
            sealed_for)
        select org,
               t.id,
               coalesce(t.merged_into, t.contact_id),
               t.member_id,
               coalesce((select r.level
                           from callintel_private.privacy_rules r
                          where r.org_id = org
                            and r.contact_id = t.contact_id), 0),
               t.body,
               t.transcript,
               t.summary,
               t.body_hash,
               t.transcript_hash,
               t.summary_hash,
               case when t.merged_into is not null then t.contact_id end
          from incoming t
         where (t.body is not null or t.transcript is not null or t.summary is not null)
           and (select count(*) from fresh) = cardinality(ids)
         order by t.id
            on conflict do nothing
    )
    select (select count(*) from fresh), (select count(*) from marked) into added, marks;
    return added;
end $$;

-- Whether none of the records is stored, deleted by its source before, or repeated.
create or replace function callintel_private.are_new(org uuid, ids uuid[]) returns boolean language plpgsql as $$
begin
    return not exists (select from callintel_private.events e where e.org_id = org and e.id = any (ids))
       and not exists (select from unnest(ids) i
                         join callintel_private.event_tombstones x on x.org_id = org
                          and x.record_key = callintel_private.record_key(i))
       and (select count(distinct i) from unnest(ids) i) = cardinality(ids);
end $$;

-- Most calls contain new records only. All others are handled like a batch: they go through a table that merge_staged
-- compares with what is stored.
create or replace function callintel.write_events(
    source uuid,
    keep_keys boolean,
    ids uuid[],
    occurred timestamptz[],
    contacts uuid[],
    members uuid[],
    durations integer[],
    channels smallint[],
    directions smallint[],
    outcomes smallint[],
    utc_offsets smallint[],
    external_ids text[],
    bodies bytea[],
    transcripts bytea[],
    summaries bytea[],
    modified timestamptz[],
    changes smallint[],
    body_hashes bigint[],
    transcript_hashes bigint[],
    summary_hashes bigint[],
    conversations uuid[] default null,
    lines uuid[] default null,
    ranks smallint[] default null,
    out staged bigint,
    out inserted bigint,
    out suppressed bigint,
    out updated uuid[],
    out latest timestamptz)
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off set client_min_messages = notice as $$
declare
    -- Read once, because each look at the context costs as much as the insert of a row.
    verified record := (select c from callintel_private.session_context c);
    org      uuid := verified.org_id;
    self     uuid := case when not verified.writes_all then verified.member_id end;
    writable smallint;
    written  integer := cardinality(ids);
begin
    if verified.permissions & 32 /* ingest */ = 0 then
        perform callintel_private.refuse_permission(32 /* ingest */);
    end if;
    if written is null or written > 1000 then
        raise exception 'A call stores 1 to 1000 records.'
            using errcode = 'CI210', hint = 'Store larger numbers of records with IngestAsync, which copies them.';
    end if;
    perform callintel_private.require_keys_of(org, bodies || transcripts || summaries);
    perform callintel_private.require_contacts(org, contacts);
    if array_remove(changes, null) = '{}' and (not keep_keys or array_remove(external_ids, null) = '{}')
       and (self is null or array_position(members, null) is null and self = all (members))
       and callintel_private.are_new(org, ids) and not contacts && callintel_private.closed_contacts(org) then
        -- A privacy rule that is being set waits for this batch, or this batch waits for the rule. The lock also
        -- prevents a deadlock with a merge that deletes or moves these records.
        perform callintel_private.lock_merges_shared(verified.lock_number);
        inserted := callintel_private.insert_new(
            org,
            source,
            ids,
            occurred,
            contacts,
            members,
            durations,
            channels,
            directions,
            outcomes,
            utc_offsets,
            external_ids,
            conversations,
            lines,
            ranks,
            bodies,
            transcripts,
            summaries,
            body_hashes,
            transcript_hashes,
            summary_hashes);
        if inserted = written then
            perform callintel_private.feed_records(org, occurred, contacts, members);
            perform callintel_private.audit('store', 'events', inserted);
            staged := written;
            suppressed := 0;
            updated := '{}';
            latest := (select max(t) from unnest(occurred) t);
            return;
        else
            -- A session that waits for a merge may not hold any lock, not even the shared one.
            raise exception 'Another session stored one of the records in the meantime.'
                using errcode = '40001', hint = 'Repeat the transaction.';
        end if;
    end if;

    insert into callintel_private.staging_stream (
        id,
        occurred_at,
        contact_id,
        member_id,
        duration_s,
        channel,
        direction,
        outcome,
        utc_offset_minutes,
        external_id,
        conversation_key,
        line_id,
        outcome_rank,
        body,
        transcript,
        summary,
        modified_at,
        change,
        body_hash,
        transcript_hash,
        summary_hash,
        place)
    select * from unnest(
        ids,
        occurred,
        contacts,
        members,
        durations,
        channels,
        directions,
        outcomes,
        utc_offsets,
        external_ids,
        conversations,
        lines,
        ranks,
        bodies,
        transcripts,
        summaries,
        modified,
        changes,
        body_hashes,
        transcript_hashes,
        summary_hashes) with ordinality;
    writable := callintel_private.writable_level(verified.permissions, verified.max_level);
    select m.staged, m.inserted, m.suppressed,
           callintel_private.reported(org, writable, array(select distinct u from unnest(m.updated) u)), m.latest
      into staged, inserted, suppressed, updated, latest
      from callintel_private.merge_staged(
          org,
          self,
          writable,
          verified.lock_number,
          'callintel_private.staging_stream',
          source,
          keep_keys) m;
    delete from callintel_private.staging_stream;
end $$;
comment on function callintel.write_events is
    'Stores up to 1000 records of a source, passed as one array for each column, in events and event_contents of the '
    'session''s org; otherwise as callintel.merge_batch.';

grant execute on function callintel.write_events to callintel_app;

-- Used by former versions of the package.
drop function if exists callintel_private.insert_one(
    uuid,
    uuid,
    uuid,
    timestamptz,
    uuid,
    uuid,
    integer,
    smallint,
    smallint,
    smallint,
    smallint,
    text,
    bytea,
    bytea,
    bytea,
    bigint,
    bigint,
    bigint);
reset role;
