-- purpose: reading events for the SDK: pages by key, single events, and what belongs to events
-- Every function here belongs to callintel_member. It verifies the context first. After that the policies of
-- callintel_member, which trust the text of the context, limit it to the org and to what the session may see.
-- Parameters are values, so no condition of a caller reaches a table.
-- The four functions that read events take a token and open the context themselves, so that a read is one statement. A
-- null token stands for the context that the transaction already has.

set role callintel_definer;

-- Opens the context by a token, or verifies that of the transaction where the token is null. Returns the org.
create or replace function callintel_private.open_org(token bytea) returns uuid language plpgsql as $$
declare
    opened text;
begin
    if token is null then
        perform from callintel_private.session_context;
    else
        opened := callintel.begin_session(token);
    end if;
    -- Cut as in trusted_context.
    return left(current_setting('callintel.context', true), 36)::uuid;
end $$;
grant execute on function callintel_private.open_org to callintel_member;

set role callintel_member;

create or replace function callintel.read_events(
    token bytea,
    range_from timestamptz,
    range_to timestamptz,
    contact uuid,
    member uuid,
    channel smallint,
    before uuid,
    page integer)
    returns setof callintel.events
    language plpgsql rows 50 security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    org       uuid;
    from_time timestamptz := coalesce(range_from, '-infinity');
    to_time   timestamptz := coalesce(range_to, 'infinity');
    lowest    uuid := case when range_from is null then '00000000-0000-0000-0000-000000000000'
                           else callintel_private.lowest_id(range_from) end;
    -- Rounded up: an id contains milliseconds only, so at the end of the range the time itself decides.
    ending    uuid := least(before, case when range_to is null then 'ffffffff-ffff-ffff-ffff-ffffffffffff'
                                         else callintel_private.lowest_id(range_to + interval '999 microseconds') end);
    most      integer := least(page, 5000);
begin
    org := callintel_private.open_org(token);
    -- One statement for each index, so that each has its own plan.
    if contact is not null then
        return query
        select e.*
          from callintel_private.readable_events e
         where e.org_id = org and e.contact_id = contact and e.id >= lowest and e.id < ending
           and e.occurred_at >= from_time and e.occurred_at < to_time
           and (member is null or e.member_id = member)
           and (read_events.channel is null or e.channel = read_events.channel)
         order by e.id desc limit most;
    elsif member is not null then
        return query
        select e.*
          from callintel_private.readable_events e
         where e.org_id = org and e.member_id = member and e.id >= lowest and e.id < ending
           and e.occurred_at >= from_time and e.occurred_at < to_time
           and (read_events.channel is null or e.channel = read_events.channel)
         order by e.id desc limit most;
    else
        return query
        select e.*
          from callintel_private.readable_events e
         where e.org_id = org and e.id >= lowest and e.id < ending
           and e.occurred_at >= from_time and e.occurred_at < to_time
           and (read_events.channel is null or e.channel = read_events.channel)
         order by e.id desc limit most;
    end if;
end $$;
comment on function callintel.read_events is
    'Opens the context by the token, or uses that of the transaction where the token is null, and returns a page of '
    'events, newest first: within a range of time, of a contact, of a member, on a channel, with ids below "before"; '
    'null means any. Returns at most 5000 rows.';

create or replace function callintel.read_events_with_content(
    token bytea,
    range_from timestamptz,
    range_to timestamptz,
    contact uuid,
    member uuid,
    channel smallint,
    before uuid,
    page integer)
    returns setof callintel_private.events_with_content
    language plpgsql rows 50 security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    org uuid;
begin
    org := callintel_private.open_org(token);
    return query
    select c.event_id is not null, c.body::bytea, c.transcript::bytea, c.summary::bytea, c.sealed_id, e.*
      from callintel.read_events(
          null,
          range_from,
          range_to,
          contact,
          member,
          read_events_with_content.channel,
          before,
          least(page, 1000)) e
      left join callintel_private.event_contents c on c.org_id = org and c.event_id = e.id
     order by e.id desc;
end $$;
comment on function callintel.read_events_with_content is
    'Returns a page as callintel.read_events does, with the encrypted content that the session may read. Returns at '
    'most 1000 rows.';

create or replace function callintel.find_event(token bytea, event uuid)
    returns setof callintel.events
    language plpgsql rows 1 security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    org uuid;
begin
    org := callintel_private.open_org(token);
    return query
    select e.*
      from callintel_private.readable_events e
     where e.org_id = org and e.id = event;
end $$;
comment on function callintel.find_event is
    'Opens the context as callintel.read_events does and returns one event; no row if the session may see no such '
    'event.';

create or replace function callintel.find_event_with_content(token bytea, event uuid)
    returns setof callintel_private.events_with_content
    language plpgsql rows 1 security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    org uuid;
begin
    org := callintel_private.open_org(token);
    return query
    select e.*
      from callintel_private.events_with_content e
     where e.org_id = org and e.id = event;
end $$;
comment on function callintel.find_event_with_content is
    'Opens the context as callintel.read_events does and returns one event with the encrypted content that the session '
    'may read; no row if the session may see no such event.';

create or replace function callintel.read_conversation(event uuid) returns setof callintel.events
    language plpgsql stable rows 10 security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    org    uuid := (select c.org_id from callintel_private.session_context c);
    gap    interval := callintel_private.conversation_gap();
    asked  record;
    found  uuid[];
begin
    select e.occurred_at, e.conversation_key into asked
      from callintel_private.events e
     where e.org_id = org and e.id = event;
    found := array(
        with placed as (
            select e.id, e.occurred_at, coalesce(e.occurred_at > lag(e.occurred_at) over same_key + gap, true) as begins
              from callintel_private.events e
             where e.org_id = org
               and (e.id = event
                    or e.conversation_key = asked.conversation_key
                       and e.id between callintel_private.lowest_id(asked.occurred_at - interval '1 day')
                                    and callintel_private.lowest_id(asked.occurred_at + interval '1 day'))
            window same_key as (partition by e.conversation_key order by e.occurred_at, e.id)
        ), numbered as (
            select p.*, count(*) filter (where p.begins) over (order by p.occurred_at, p.id) as number from placed p
        )
        select n.id
          from numbered n
         where n.number = (select x.number from numbered x where x.id = event)
         order by n.id);
    return query
    select e.*
      from callintel_private.readable_events e
     where e.org_id = org and e.id = any (found)
       -- The first and the last id prune the months.
       and e.id >= found[1] and e.id <= found[cardinality(found)]
     order by e.occurred_at, e.id;
end $$;
comment on function callintel.read_conversation is
    'Returns the events of the conversation that an event belongs to, ordered by time, as far as the session may '
    'see them; no row if the session may not see the event.';

-- The first and the last id prune the months.
create or replace function callintel.read_event_details(ids uuid[])
    returns table (
        event_id uuid,
        modified_at timestamptz,
        conversation_id text,
        parent_id text,
        leg integer,
        status text,
        error_code text,
        price_micros bigint,
        currency text,
        own_number bytea)
    language plpgsql stable rows 100 security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    verified record := (select c from callintel_private.session_context c);
    org      uuid := verified.org_id;
    lowest   uuid := (select i from unnest(ids) i order by i limit 1);
    highest  uuid := (select i from unnest(ids) i order by i desc limit 1);
begin
    return query
    select x.event_id,
           x.modified_at,
           x.conversation_id,
           x.parent_id,
           x.leg,
           x.status,
           x.error_code,
           x.price_micros,
           x.currency,
-- The own number is stored with metadata, but is protected like content.
           case when verified.permissions & 4 /* read_content */ = 4 and x.level <> 1 then x.own_number::bytea end
      from callintel_private.event_details x
     where x.org_id = org and x.event_id = any (ids) and x.event_id between lowest and highest;
end $$;
comment on function callintel.read_event_details is
    'Returns the details of events, with the encrypted own number if the session may read content.';

create or replace function callintel.read_event_parts(ids uuid[])
    returns table (event_id uuid, ordinal smallint, media_type text, size_bytes bigint, reference bytea)
    language plpgsql stable rows 100 security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    org      uuid := (select c.org_id from callintel_private.session_context c);
    lowest   uuid := (select i from unnest(ids) i order by i limit 1);
    highest  uuid := (select i from unnest(ids) i order by i desc limit 1);
begin
    return query
    select x.event_id, x.ordinal, x.media_type, x.size_bytes, x.reference::bytea
      from callintel_private.event_parts x
     where x.org_id = org and x.event_id = any (ids) and x.event_id between lowest and highest
     order by x.event_id, x.ordinal;
end $$;
comment on function callintel.read_event_parts is
    'Returns references to the attachments of events, if the session may read content.';

create or replace function callintel.read_event_participants(ids uuid[])
    returns table (
        event_id uuid,
        party_id uuid,
        role smallint,
        started_at timestamptz,
        duration_s integer,
        outcome smallint,
        status text)
    language plpgsql stable rows 100 security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    org      uuid := (select c.org_id from callintel_private.session_context c);
    lowest   uuid := (select i from unnest(ids) i order by i limit 1);
    highest  uuid := (select i from unnest(ids) i order by i desc limit 1);
begin
    return query
    select x.event_id, x.party_id, x.role, x.started_at, x.duration_s, x.outcome, x.status
      from callintel_private.event_participants x
     where x.org_id = org and x.event_id = any (ids) and x.event_id between lowest and highest
     order by x.event_id, x.ordinal;
end $$;
comment on function callintel.read_event_participants is 'Returns further participants and legs of events.';

grant execute on function
    callintel.read_events,
    callintel.read_events_with_content,
    callintel.find_event,
    callintel.find_event_with_content,
    callintel.read_conversation,
    callintel.read_event_details,
    callintel.read_event_parts,
    callintel.read_event_participants
    to callintel_app;
reset role;
