-- purpose: counting events of contacts that are hidden from the session, without showing them
-- For a member who reads all events, a dashboard counts all of them. What distinguishes one event from another is left
-- out: times are whole hours of UTC, which no range and no time zone splits; there are no durations; and a range with
-- fewer hidden events than smallest_group counts none of them. docs/rls.md describes what remains. Only the dashboard
-- functions of callintel_member call these functions. The ids that prune partitions are derived from the whole hours
-- here; a caller cannot pass them.

set role callintel_definer;

create or replace function callintel.smallest_group() returns bigint
    language sql immutable parallel safe as $$ select 5::bigint $$;
comment on function callintel.smallest_group is
    'Returns the smallest number of events that a dashboard counts as a group of their own.';

-- Whether the session counts events of hidden contacts: members count them who read all events and dashboards; others
-- count what they see. An event is hidden if the level of its contact is above what the session sees and no list names
-- the session's member. The queries compare the level with constants, so that the planner can use the index of such
-- events.
create or replace function callintel_private.counts_hidden(permissions bigint) returns boolean
    language sql immutable as $$ select permissions & 19 /* read_events | read_all_events | read_dashboards */ = 19 $$;

-- unit is null for one bucket.
create or replace function callintel_private.count_hidden_events(
    range_from timestamptz, range_to timestamptz, unit text, zone text)
    returns table (bucket timestamptz, channel smallint, direction smallint, events bigint)
    language plpgsql stable security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off
    set enable_sort = off set jit = off as $$
declare
    verified   record := (select c from callintel_private.session_context c);
    org        uuid := verified.org_id;
    above      smallint := verified.max_level;
    first_hour timestamptz := date_trunc('hour', range_from + interval '1 hour' - interval '1 microsecond', 'UTC');
    end_hour   timestamptz := date_trunc('hour', range_to, 'UTC');
    day_zone   text;
    has_days   boolean;
    is_hour    boolean;
    s          record;
    -- An unknown unit or zone is an error whatever is stored: below, it would be one only where a hidden event is.
    checked    timestamptz := date_trunc(unit, to_timestamp(0), zone);
begin
    if not callintel_private.counts_hidden(verified.permissions) or end_hour <= first_hour or above >= 3 then
        return;
    end if;
    day_zone := callintel_private.cell_zone(org);
    has_days := coalesce((unit is null or unit <> 'hour' and zone = day_zone)
                         and callintel_private.has_whole_hours(first_hour, end_hour, day_zone),
                         false);
    is_hour := coalesce(unit = 'hour', false) and callintel_private.has_whole_hours(first_hour, end_hour, zone);
    s := callintel_private.find_sources(org, tstzmultirange(tstzrange(first_hour, end_hour)), has_days, true);
    return query
    select g.bucket, g.channel, g.direction, g.events
      from (select case when unit is null then null
                        when is_hour then h.bucket
                        else date_trunc(unit, h.bucket, zone) end as bucket,
                   h.channel,
                   h.direction,
                   callintel_private.total(h.events) as events,
                   callintel_private.total(callintel_private.total(h.events)) over () as together
              from (select c.bucket, c.channel, c.direction, c.events
                      from callintel_private.cell_ranges(
                               s.day_singles, s.day_legs, s.hour_singles, s.hour_legs, '{}', '{}') r,
                           lateral (select x.*
                                      from callintel_private.total_cells x
                                     where x.org_id = org and x.of_hidden and x.grain = r.grain
                                       and x.has_legs = r.has_legs and x.bucket >= r.starts and x.bucket < r.ends
                                       and x.level = above
                                    offset 0) c
                    union all
                    -- What remains are whole hours, too.
                    select e.bucket, e.channel, e.direction, e.events
                      from callintel_private.compute_hidden(
                               org, s.event_singles + s.quarter_singles, s.event_legs + s.quarter_legs, above) e
                    union all
                    select l.bucket, l.channel, l.direction, l.events
                      from callintel_private.take_listed(
                               org,
                               first_hour,
                               end_hour,
                               case when above = 1 then callintel_private.own_listings() else '{}' end) l) h
             group by 1, 2, 3) g
     where g.together >= callintel.smallest_group() and g.events <> 0;
end $$;
comment on function callintel_private.count_hidden_events is
    'Returns the number of events of contacts hidden from the session by bucket of time, channel and direction; for '
    'sessions that read all events and dashboards.';

create or replace function callintel_private.count_hidden_unanswered(
    range_from timestamptz, range_to timestamptz, zone text)
    returns table (day date, calls bigint, unanswered bigint, called_back bigint)
    language plpgsql stable security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    verified   record := (select c from callintel_private.session_context c);
    org        uuid := verified.org_id;
    hidden     smallint := verified.max_level;
    listed     uuid[] := case when verified.max_level = 1 then callintel_private.own_listings() else '{}' end;
    first_hour timestamptz := date_trunc('hour', range_from + interval '1 hour' - interval '1 microsecond', 'UTC');
    end_hour   timestamptz := date_trunc('hour', range_to, 'UTC');
    days       tstzmultirange := '{}';
    rest       tstzmultirange;
    checked    timestamp := to_timestamp(0) at time zone zone; -- as in count_hidden_events
begin
    if not callintel_private.counts_hidden(verified.permissions) or end_hour <= first_hour or hidden >= 3 then
        return;
    end if;
    if listed = '{}' and zone = callintel_private.cell_zone(org)
       and callintel_private.has_whole_hours(first_hour, end_hour, zone) then
        days := callintel_private.clean_days(org, first_hour, end_hour, true);
    end if;
    rest := tstzmultirange(tstzrange(first_hour, end_hour)) - days;
    -- The same windows as for the calls that the member sees.
    return query
    select g.day, g.calls, g.unanswered, g.called_back
      from (select (h.bucket at time zone zone)::date as day,
                   callintel_private.total(h.events) as calls,
                   coalesce(callintel_private.total(h.events) filter (where h.wait_s > -2), 0) as unanswered,
                   coalesce(callintel_private.total(h.events) filter (where h.wait_s >= 0), 0) as called_back,
                   callintel_private.total(callintel_private.total(h.events)) over () as together
              from (select c.bucket, c.wait_s, c.events
                      from (select lower(d) as starts, upper(d) as ends from unnest(days) as d offset 0) r,
                           lateral (select x.*
                                      from callintel_private.wait_cells x
                                     where x.org_id = org and x.kind = 3 and x.bucket >= r.starts
                                       and x.bucket < r.ends and x.level = hidden
                                    offset 0) c
                    union all
                    select e.bucket, e.wait_s, e.events
                      from unnest(rest) as x,
                           callintel_private.compute_hidden_returns(
                               org, lower(x), upper(x), zone, hidden, listed) e) h
             group by 1) g
     where g.together >= callintel.smallest_group();
end $$;
comment on function callintel_private.count_hidden_unanswered is
    'Returns the inbound calls per day of contacts hidden from the session, how many were unanswered, and how many of '
    'those were returned within 24 hours.';

grant execute on function callintel.smallest_group to callintel_app, callintel_member;
grant execute on function
    callintel_private.count_hidden_events,
    callintel_private.count_hidden_unanswered
    to callintel_member;
reset role;
