-- purpose: which records of a batch are already stored without a difference: asked before anything is encrypted and
--          copied, and again for copied records before they are merged

set role callintel_definer;

-- Whether the reported metadata changes nothing of the stored metadata. self is the member who may write own events
-- only; null for a session that writes events of all members. PostgreSQL inlines the function into the statement that
-- calls it.
create or replace function callintel_private.is_unchanged(
    self uuid,
    occurred timestamptz,
    channel smallint,
    direction smallint,
    outcome smallint,
    contact uuid,
    member uuid,
    duration integer,
    utc_offset smallint,
    conversation uuid,
    line uuid,
    outcome_rank smallint,
    stored_occurred timestamptz,
    stored_channel smallint,
    stored_direction smallint,
    stored_outcome smallint,
    stored_contact uuid,
    stored_member uuid,
    stored_duration integer,
    stored_utc_offset smallint,
    stored_conversation uuid,
    stored_line uuid,
    stored_rank smallint) returns boolean language sql immutable as $$
    select (stored_occurred, stored_channel, stored_direction) = (occurred, channel, direction)
       and (self is null or member = self and stored_member = self)
       and (outcome = 0 or outcome = stored_outcome)
       -- A missing value does not replace a stored one.
       and (contact is null or contact = stored_contact) and (member is null or member = stored_member)
       and (duration is null or duration = stored_duration) and (utc_offset is null or utc_offset = stored_utc_offset)
       and (conversation is null or stored_conversation is not null) and (line is null or line = stored_line)
       and (outcome_rank is null or outcome_rank = stored_rank)
$$;

-- Returns the places, from 1, of the records that are already stored without a difference, which merge_staged in
-- R__merge_batch.sql would leave unchanged. self is the member who may write own events only; null for a session that
-- writes events of all members. Content of erased persons never counts as stored, nor do events above max_level:
-- otherwise a caller could find out stored values by trying.
create or replace function callintel_private.find_stored(
    org uuid,
    self uuid,
    max_level smallint,
    erased uuid[],
    ids uuid[],
    occurred timestamptz[],
    contacts uuid[],
    members uuid[],
    durations integer[],
    channels smallint[],
    directions smallint[],
    outcomes smallint[],
    utc_offsets smallint[],
    conversations uuid[],
    lines uuid[],
    ranks smallint[],
    body_hashes bigint[],
    transcript_hashes bigint[],
    summary_hashes bigint[])
    returns integer[] language plpgsql stable set enable_nestloop = off as $$
declare
    lowest  uuid := (select i from unnest(ids) i order by i limit 1);
    highest uuid := (select i from unnest(ids) i order by i desc limit 1);
    many    bigint := 3 * cardinality(ids);
    lying   bigint;
    places  integer[];
begin
    -- Reads all events between the first and the last record if they are hardly more than the records. A repeated
    -- import finds every record, and in the table they lie one after the other as they do in the index.
    with incoming as materialized (
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
            conversations,
            lines,
            ranks,
            body_hashes,
            transcript_hashes,
            summary_hashes)
               with ordinality as t (
                   id,
                   occurred_at,
                   contact_id,
                   member_id,
                   duration_s,
                   channel,
                   direction,
                   outcome,
                   utc_offset_minutes,
                   conversation_key,
                   line_id,
                   outcome_rank,
                   body_hash,
                   transcript_hash,
                   summary_hash,
                   place)
    ), stored as materialized (
        select e.id,
               e.occurred_at,
               e.channel,
               e.direction,
               e.outcome,
               -- Records name the contact that the number belonged to before contacts were merged.
               coalesce(e.merged_from, e.contact_id) as contact_id,
               e.member_id,
               e.duration_s,
               e.utc_offset_minutes,
               e.conversation_key,
               e.line_id,
               e.outcome_rank
          from callintel_private.events e
         where e.org_id = org and e.id between lowest and highest and e.level <= max_level
         limit many
    ), content as materialized (
        select c.event_id,
               case when c.body is not null then c.body_hash end as body_hash,
               case when c.transcript is not null then c.transcript_hash end as transcript_hash,
               case when c.summary is not null then c.summary_hash end as summary_hash
          from callintel_private.event_contents c
         where c.org_id = org and c.event_id between lowest and highest
         limit many
    )
    select array_agg(t.place::integer), (select count(*) from stored) into places, lying
      from incoming t join stored e on e.id = t.id left join content c on c.event_id = t.id
     where callintel_private.is_unchanged(
         self,
         t.occurred_at,
         t.channel,
         t.direction,
         t.outcome,
         t.contact_id,
         t.member_id,
         t.duration_s,
         t.utc_offset_minutes,
         t.conversation_key,
         t.line_id,
         t.outcome_rank,
         e.occurred_at,
         e.channel,
         e.direction,
         e.outcome,
         e.contact_id,
         e.member_id,
         e.duration_s,
         e.utc_offset_minutes,
         e.conversation_key,
         e.line_id,
         e.outcome_rank)
       and (coalesce(t.body_hash, t.transcript_hash, t.summary_hash) is null
            or t.contact_id = any (erased) is not true and c.event_id is not null
               and (t.body_hash is null or t.body_hash = c.body_hash)
            and (t.transcript_hash is null or t.transcript_hash = c.transcript_hash)
               and (t.summary_hash is null or t.summary_hash = c.summary_hash));
    -- There are never more rows with content than events.
    if lying < many then
        return coalesce(places, '{}');
    end if;
    -- Looks up one record after the other by its key, and content only where the metadata is unchanged. "limit" keeps
    -- the planner from a join, which would read all events of the org.
    return array(
        select t.place::integer
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
              conversations,
              lines,
              ranks,
              body_hashes,
              transcript_hashes,
              summary_hashes)
               with ordinality as t (
                   id,
                   occurred_at,
                   contact_id,
                   member_id,
                   duration_s,
                   channel,
                   direction,
                   outcome,
                   utc_offset_minutes,
                   conversation_key,
                   line_id,
                   outcome_rank,
                   body_hash,
                   transcript_hash,
                   summary_hash,
                   place),
               lateral (select e.*
                          from callintel_private.events e
                         where e.org_id = org and e.id = t.id and e.level <= max_level
                         limit 1) e
         where callintel_private.is_unchanged(
             self,
             t.occurred_at,
             t.channel,
             t.direction,
             t.outcome,
             t.contact_id,
             t.member_id,
             t.duration_s,
             t.utc_offset_minutes,
             t.conversation_key,
             t.line_id,
             t.outcome_rank,
             e.occurred_at,
             e.channel,
             e.direction,
             e.outcome,
             coalesce(e.merged_from, e.contact_id),
             e.member_id,
             e.duration_s,
             e.utc_offset_minutes,
             e.conversation_key,
             e.line_id,
             e.outcome_rank)
           and (coalesce(t.body_hash, t.transcript_hash, t.summary_hash) is null
                or t.contact_id = any (erased) is not true and exists (
                           select from callintel_private.event_contents c
                            where c.org_id = org and c.event_id = t.id
                              and (t.body_hash is null or c.body is not null and t.body_hash = c.body_hash)
                              and (t.transcript_hash is null or c.transcript is not null
                                   and t.transcript_hash = c.transcript_hash)
                              and (t.summary_hash is null or c.summary is not null and t.summary_hash = c.summary_hash)
                            limit 1)));
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
    self     uuid := case when not verified.writes_all then verified.member_id end;
begin
    return callintel_private.find_stored(
        org,
        self,
        callintel_private.writable_level(verified.permissions, verified.max_level),
        -- Content of persons whose key was destroyed is refused, even if it was stored before.
        array(select c.id from (select distinct u as id from unnest(contacts) u) c
               where exists (select from callintel_private.data_keys k
                              where k.org_id = org and k.purpose = 'person' and k.subject_id = c.id and k.state = 4
                              limit 1)),
        ids,
        occurred,
        contacts,
        members,
        durations,
        channels,
        directions,
        outcomes,
        utc_offsets,
        conversations,
        lines,
        ranks,
        body_hashes,
        transcript_hashes,
        summary_hashes);
end $$;
comment on function callintel.find_duplicates is
    'Returns the places, from 1, of the records that are already stored in the session''s org without a difference. '
    'Texts are compared by their keyed digests.';

grant execute on function callintel.find_duplicates to callintel_app;

-- Used by former versions of the package.
drop function if exists
    callintel_private.find_stored(
        uuid,
        uuid,
        uuid[],
        uuid[],
        timestamptz[],
        uuid[],
        uuid[],
        integer[],
        smallint[],
        smallint[],
        smallint[],
        smallint[],
        bigint[],
        bigint[],
        bigint[]),
    callintel_private.says_same(
        uuid,
        timestamptz,
        smallint,
        smallint,
        smallint,
        uuid,
        uuid,
        integer,
        smallint,
        timestamptz,
        smallint,
        smallint,
        smallint,
        uuid,
        uuid,
        integer,
        smallint);
reset role;
