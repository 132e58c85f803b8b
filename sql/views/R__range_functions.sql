-- purpose: ranges of events for own queries of a host application: set-returning functions that can be joined like
--          tables
-- A fenced view reads the whole org for each filter, because no condition of a query may reach the table. These
-- functions take the condition as a parameter. They are written in plpgsql, not sql, so that the whole set is read
-- under one context before the first row leaves the function.

set role callintel_member;

create or replace function callintel.events_between(range_from timestamptz, range_to timestamptz)
    returns setof callintel.events
    language plpgsql stable rows 1000 security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    org      uuid := (select c.org_id from callintel_private.session_context c);
    lowest   uuid := callintel_private.lowest_id(range_from);
    ending   uuid := callintel_private.lowest_id(range_to + interval '999 microseconds');
begin
    return query
    select e.*
      from callintel_private.readable_events e
     where e.org_id = org and e.id >= lowest and e.id < ending and e.occurred_at >= range_from
       and e.occurred_at < range_to;
end $$;
comment on function callintel.events_between is
    'Returns the events that began at range_from or later and before range_to, as rows of callintel.events.';

create or replace function callintel.events_of(contact uuid) returns setof callintel.events
    language plpgsql stable rows 100 security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    org      uuid := (select c.org_id from callintel_private.session_context c);
begin
    return query
    select e.*
      from callintel_private.readable_events e
     where e.org_id = org and e.contact_id = contact;
end $$;
comment on function callintel.events_of is 'Returns the events of a contact, as rows of callintel.events.';

create or replace function callintel.events_by_id(ids uuid[]) returns setof callintel.events
    language plpgsql stable rows 100 security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    org      uuid := (select c.org_id from callintel_private.session_context c);
begin
    return query
    select e.*
      from callintel_private.readable_events e
     where e.org_id = org and e.id = any (ids);
end $$;
comment on function callintel.events_by_id is 'Returns the events with these ids, as rows of callintel.events.';

grant execute on function callintel.events_between, callintel.events_of, callintel.events_by_id to callintel_app;
reset role;
