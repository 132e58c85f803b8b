-- purpose: the columns of an event: every list of them in SQL except that of write_event, which stores a single record
-- A new column is added to the lists here, and the functions that merge, compare and read events follow
-- (docs/guides/add-a-column.md). In the lists of parameters, types and values it comes last.

set role callintel_definer;

-- The columns of a reported record, in the order of event_arrays.
create or replace function callintel_private.reported_columns() returns text[] language sql immutable as $$
    select '{id, occurred_at, contact_id, member_id, duration_s, channel, direction, outcome, utc_offset_minutes,
             external_id, body, transcript, summary, modified_at, change, body_hash, transcript_hash, summary_hash,
             conversation_key, line_id, outcome_rank}'::text[]
$$;

-- The columns that a new event takes over from the record as they are.
create or replace function callintel_private.copied_columns() returns text[] language sql immutable as $$
    select '{id, occurred_at, member_id, duration_s, channel, direction, outcome, utc_offset_minutes, external_id,
             conversation_key, line_id, outcome_rank}'::text[]
$$;

-- The columns for which a later record replaces the stored value, unless it has none.
create or replace function callintel_private.replaced_columns() returns text[] language sql immutable as $$
    select '{duration_s, utc_offset_minutes, line_id}'::text[]
$$;

-- Returns a part of a statement for each column, for example "s.%1$I", joined by a separator.
create or replace function callintel_private.for_columns(columns text[], part text, separator text default ', ')
    returns text language sql immutable as $$
    select string_agg(format(part, c.name), separator order by c.place)
      from unnest(columns) with ordinality as c (name, place)
$$;

-- Returns an expression for the event_arrays of the rows s of a batch, with the columns that are compared.
create or replace function callintel_private.compared_arrays() returns text language sql immutable as $$
    select format('row(%s)::callintel_private.event_arrays',
                  string_agg(case when c.name in ('body', 'transcript', 'summary') then 'null'
                                  else format('array_agg(s.%I)', c.name) end, ', ' order by c.place))
      from unnest(callintel_private.reported_columns()) with ordinality as c (name, place)
$$;

-- Returns the records of a batch. PostgreSQL inlines the function into the statement that calls it.
create or replace function callintel_private.event_rows(batch callintel_private.event_arrays)
    returns setof callintel_private.reported_event language sql immutable rows 10 as $$
    select r.place::integer, r.id, r.occurred_at, r.contact_id, r.member_id, r.duration_s, r.channel, r.direction,
           r.outcome, r.utc_offset_minutes, r.external_id, r.body, r.transcript, r.summary, r.modified_at, r.change,
           r.body_hash, r.transcript_hash, r.summary_hash, r.conversation_key, r.line_id, r.outcome_rank
      from unnest(batch.id, batch.occurred_at, batch.contact_id, batch.member_id, batch.duration_s, batch.channel,
                  batch.direction, batch.outcome, batch.utc_offset_minutes, batch.external_id, batch.body,
                  batch.transcript, batch.summary, batch.modified_at, batch.change, batch.body_hash,
                  batch.transcript_hash, batch.summary_hash, batch.conversation_key, batch.line_id, batch.outcome_rank)
           with ordinality as r (
               id, occurred_at, contact_id, member_id, duration_s, channel, direction, outcome, utc_offset_minutes,
               external_id, body, transcript, summary, modified_at, change, body_hash, transcript_hash, summary_hash,
               conversation_key, line_id, outcome_rank, place)
$$;

-- Returns what is_unchanged compares of a stored event. PostgreSQL inlines the function.
create or replace function callintel_private.stored_metadata(e callintel_private.events)
    returns setof callintel_private.event_metadata language sql immutable rows 1 as $$
    -- Records name the contact that the number belonged to before contacts were merged.
    select e.id, e.occurred_at, coalesce(e.merged_from, e.contact_id), e.member_id, e.duration_s, e.channel,
           e.direction, e.outcome, e.utc_offset_minutes, e.conversation_key, e.line_id, e.outcome_rank
$$;

-- Whether the metadata of a record t changes nothing of the stored metadata e. self is the member who may write own
-- events only; null for a session that writes events of all members. PostgreSQL inlines the function.
create or replace function callintel_private.is_unchanged(
    self uuid, t callintel_private.reported_event, e callintel_private.event_metadata)
    returns boolean language sql immutable as $$
    select (e.occurred_at, e.channel, e.direction) = (t.occurred_at, t.channel, t.direction)
       and (self is null or t.member_id = self and e.member_id = self)
       and (t.outcome = 0 or t.outcome = e.outcome)
       -- A missing value does not replace a stored one.
       and (t.contact_id is null or t.contact_id = e.contact_id)
       and (t.member_id is null or t.member_id = e.member_id)
       and (t.duration_s is null or t.duration_s = e.duration_s)
       and (t.utc_offset_minutes is null or t.utc_offset_minutes = e.utc_offset_minutes)
       and (t.conversation_key is null or e.conversation_key is not null)
       and (t.line_id is null or t.line_id = e.line_id)
       and (t.outcome_rank is null or t.outcome_rank = e.outcome_rank)
$$;

-- Stores new records without deletions and redactions, in one statement that is planned once for each connection;
-- returns how many it inserted. Content is only inserted if every record was new, as in merge_staged.
create or replace function callintel_private.insert_new(
    org uuid, source uuid, batch callintel_private.event_arrays)
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
          from callintel_private.event_rows(batch) t
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
        select org,
               t.id,
               t.occurred_at,
               insert_new.source,
               coalesce(t.merged_into, t.contact_id),
               t.member_id,
               t.duration_s,
               t.channel,
               t.direction,
               t.outcome,
               t.utc_offset_minutes,
               t.external_id,
               t.conversation_key,
               t.line_id,
               t.outcome_rank,
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
           and (select count(*) from fresh) = cardinality(batch.id)
         order by t.id
            on conflict do nothing
    )
    select (select count(*) from fresh), (select count(*) from marked) into added, marks;
    return added;
end $$;

-- Members who can write only their own events get answers about these events only.
create or replace function callintel.find_duplicates(
    ids uuid[],
    occurred timestamptz[],
    contacts uuid[],
    members uuid[],
    durations integer[],
    channels smallint[],
    directions smallint[],
    outcomes smallint[],
    utc_offsets smallint[],
    body_hashes bigint[],
    transcript_hashes bigint[],
    summary_hashes bigint[],
    conversations uuid[] default null,
    lines uuid[] default null,
    ranks smallint[] default null)
    returns integer[] language plpgsql stable security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off set jit = off set client_min_messages = notice as $$
declare
    org      uuid := callintel_private.require(32 /* ingest */);
    verified record := (select c from callintel_private.session_context c);
begin
    return callintel_private.find_stored(
        org,
        case when not verified.writes_all then verified.member_id end,
        callintel_private.writable_level(verified.permissions, verified.max_level),
        callintel_private.erased_among(org, contacts),
        row(ids, occurred, contacts, members, durations, channels, directions, outcomes, utc_offsets, null, null, null,
            null, null, null, body_hashes, transcript_hashes, summary_hashes, conversations, lines, ranks));
end $$;
comment on function callintel.find_duplicates is
    'Returns the places, from 1, of the records that are already stored in the session''s org without a difference. '
    'Texts are compared by their keyed digests.';

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
begin
    select w.staged, w.inserted, w.suppressed, w.updated, w.latest
      into staged, inserted, suppressed, updated, latest
      from callintel_private.write_batch(
          source,
          keep_keys,
          row(ids, occurred, contacts, members, durations, channels, directions, outcomes, utc_offsets, external_ids,
              bodies, transcripts, summaries, modified, changes, body_hashes, transcript_hashes, summary_hashes,
              conversations, lines, ranks)) w;
end $$;
comment on function callintel.write_events is
    'Stores up to 1000 records of a source, passed as one array for each column, in events and event_contents of the '
    'session''s org; otherwise as callintel.merge_batch.';

grant execute on function callintel.find_duplicates, callintel.write_events to callintel_app;

set role callintel_owner;

-- The functions that read events select from this view. It has the policies of the role that reads it, like the table.
create or replace view callintel_private.readable_events with (security_invoker) as
select org_id,
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
       line_id
  from callintel_private.events;
comment on view callintel_private.readable_events is 'The columns of events that sessions read.';

create or replace view callintel_private.events_with_content with (security_invoker) as
select c.event_id is not null as has_content,
       c.body::bytea as body,
       c.transcript::bytea as transcript,
       c.summary::bytea as summary,
       c.sealed_id,
       e.*
  from callintel_private.readable_events e
  left join callintel_private.event_contents c on c.org_id = e.org_id and c.event_id = e.id;
comment on view callintel_private.events_with_content is
    'The columns of events that sessions read, after their encrypted content.';
grant select on callintel_private.readable_events, callintel_private.events_with_content to callintel_member;

-- The fenced view of events, which R__fenced_views.sql explains. It is here because the functions that read events
-- return its rows.
grant usage, create on schema callintel to callintel_fence;
set role callintel_fence;
create or replace view callintel.events with (security_barrier) as
select org_id,
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
       line_id
  from callintel_private.events order by id desc offset 0;
comment on view callintel.events is 'The metadata of calls, messages and voicemails, newest first.';

reset role;
