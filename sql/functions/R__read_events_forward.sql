-- purpose: reading events for the SDK from oldest to newest, and finding an event by the id that its source gave it
-- The functions open the context as callintel.read_events does. They find the ids first, with one statement for each
-- index, so that each has its own plan. The rows are then read by their primary key.

set role callintel_member;

create or replace function callintel.read_events_forward(
    token bytea,
    range_from timestamptz,
    range_to timestamptz,
    contact uuid,
    member uuid,
    channel smallint,
    following uuid,
    page integer)
    returns setof callintel.events
    language plpgsql rows 50 security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    org       uuid;
    found     uuid[];
    from_time timestamptz := coalesce(range_from, '-infinity');
    to_time   timestamptz := coalesce(range_to, 'infinity');
    lowest    uuid := case when range_from is null then '00000000-0000-0000-0000-000000000000'
                           else callintel_private.lowest_id(range_from) end;
    -- Rounded up, as in callintel.read_events.
    ending    uuid := case when range_to is null then 'ffffffff-ffff-ffff-ffff-ffffffffffff'
                           else callintel_private.lowest_id(range_to + interval '999 microseconds') end;
    most      integer := least(page, 5000);
begin
    org := callintel_private.open_org(token);
    following := coalesce(following, '00000000-0000-0000-0000-000000000000');
    if contact is not null then
        found := array(
            select e.id
              from callintel_private.events e
             where e.org_id = org and e.contact_id = contact and e.id >= lowest and e.id > following and e.id < ending
               and e.occurred_at >= from_time and e.occurred_at < to_time
               and (member is null or e.member_id = member)
               and (read_events_forward.channel is null or e.channel = read_events_forward.channel)
             order by e.id limit most);
    elsif member is not null then
        found := array(
            select e.id
              from callintel_private.events e
             where e.org_id = org and e.member_id = member and e.id >= lowest and e.id > following and e.id < ending
               and e.occurred_at >= from_time and e.occurred_at < to_time
               and (read_events_forward.channel is null or e.channel = read_events_forward.channel)
             order by e.id limit most);
    else
        found := array(
            select e.id
              from callintel_private.events e
             where e.org_id = org and e.id >= lowest and e.id > following and e.id < ending
               and e.occurred_at >= from_time and e.occurred_at < to_time
               and (read_events_forward.channel is null or e.channel = read_events_forward.channel)
             order by e.id limit most);
    end if;
    return query
    select e.*
      from callintel_private.readable_events e
     where e.org_id = org and e.id = any (found)
       -- The first and the last id prune the months.
       and e.id >= found[1] and e.id <= found[cardinality(found)]
     order by e.id;
end $$;
comment on function callintel.read_events_forward is
    'Returns a page of events as callintel.read_events does, oldest first: with ids above "following". Returns at most '
    '5000 rows.';

create or replace function callintel.read_events_forward_with_content(
    token bytea,
    range_from timestamptz,
    range_to timestamptz,
    contact uuid,
    member uuid,
    channel smallint,
    following uuid,
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
      from callintel.read_events_forward(
          null,
          range_from,
          range_to,
          contact,
          member,
          read_events_forward_with_content.channel,
          following,
          least(page, 1000)) e
      left join callintel_private.event_contents c on c.org_id = org and c.event_id = e.id
     order by e.id;
end $$;
comment on function callintel.read_events_forward_with_content is
    'Returns a page as callintel.read_events_forward does, with the encrypted content that the session may read. '
    'Returns at most 1000 rows.';

-- The range prunes the months. Without one, all events of the org are compared.
create or replace function callintel.find_events_by_external_id(
    source text,
    reported_id text,
    range_from timestamptz,
    range_to timestamptz)
    returns setof callintel.events
    language plpgsql stable rows 1 security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    org       uuid := (select c.org_id from callintel_private.session_context c);
    lowest    uuid := case when range_from is null then '00000000-0000-0000-0000-000000000000'
                           else callintel_private.lowest_id(range_from) end;
    ending    uuid := case when range_to is null then 'ffffffff-ffff-ffff-ffff-ffffffffffff'
                           else callintel_private.lowest_id(range_to + interval '999 microseconds') end;
    -- The row of a former name refers to the source as it is named now.
    reporting uuid := (select coalesce(s.renamed_to, s.id)
                         from callintel_private.sync_sources s where s.org_id = org and s.name = source);
begin
    return query
    select e.*
      from callintel_private.readable_events e
     where e.org_id = org and e.id >= lowest and e.id < ending and e.source_id = reporting
       and e.external_id = reported_id
     order by e.id desc;
end $$;
comment on function callintel.find_events_by_external_id is
    'Returns the events of a source that it reported under an id, newest first, within a range of time; null means '
    'any time.';

grant execute on function
    callintel.read_events_forward,
    callintel.read_events_forward_with_content,
    callintel.find_events_by_external_id
    to callintel_app;
reset role;
