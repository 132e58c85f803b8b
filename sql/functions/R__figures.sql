-- purpose: figures that are answered from cells only: answer rate, activity of members and of lines. Events of contacts
--          that are hidden from the session are not counted, because these figures are narrower than an hour's total
-- The functions belong to callintel_member. A session that sees own events only is answered from these.

set role callintel_definer;

-- Counts the events that the session sees by member. As count_cells, with the same sources.
create or replace function callintel_private.count_member_cells(range_from timestamptz, range_to timestamptz)
    returns table (
        member_id uuid,
        channel smallint,
        direction smallint,
        outcome smallint,
        events bigint,
        talk_s bigint)
    language plpgsql stable security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off
    set enable_sort = off set jit = off as $$
declare
    verified record := (select c from callintel_private.session_context c);
    org      uuid := verified.org_id;
    listed   uuid[] := callintel_private.own_listings();
    sources  record;
begin
    if verified.permissions & 3 /* read_events | read_all_events */ <> 3 then
        perform callintel_private.refuse_permission(2 /* read_all_events */);
    end if;
    sources := callintel_private.find_sources(org, range_from, range_to, 'day', callintel_private.cell_zone(org));
    return query
    select p.member_id, p.channel, p.direction, p.outcome, sum(p.events)::bigint, sum(p.talk_s)::bigint
      from (select c.member_id, c.channel, c.direction, c.outcome, c.events, c.talk_s
              from callintel_private.cell_ranges(sources.day_singles,
                                                 sources.day_legs,
                                                 sources.quarter_singles,
                                                 sources.quarter_legs) s,
                   lateral (select x.*
                              from callintel_private.member_cells x
                             where x.org_id = org and x.is_day = s.is_day and x.has_legs = s.has_legs
                               and x.bucket >= s.starts and x.bucket < s.ends
                            offset 0) c
            union all
            select e.member_id, e.channel, e.direction, e.outcome, e.events, e.talk_s
              from callintel_private.compute_cells(org, sources.event_singles, sources.event_legs) e
            union all
            select h.member_id, h.channel, h.direction, h.outcome, h.events, h.talk_s
              from callintel_private.subtract_hidden(org, range_from, range_to, verified.max_level, listed) h
             where verified.max_level < 3) p
     group by 1, 2, 3, 4
    having sum(p.events) <> 0;
end $$;
comment on function callintel_private.count_member_cells is
    'Returns the number of events and the talk time that the session sees by member, channel, direction and outcome.';

-- The zone whose days have cells, so that a figure without buckets uses the cells of days.
create or replace function callintel_private.cell_zone(org uuid) returns text
    language plpgsql stable as $$
begin
    return coalesce((select s.day_zone from callintel_private.rollup_states s where s.org_id = org), 'UTC');
end $$;

-- The same for a figure of callintel_member.
create or replace function callintel_private.session_cell_zone() returns text
    language plpgsql stable security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    verified record := (select c from callintel_private.session_context c);
begin
    return callintel_private.cell_zone(verified.org_id);
end $$;
comment on function callintel_private.session_cell_zone is 'Returns the zone whose days have cells.';

grant execute on function
    callintel_private.count_member_cells,
    callintel_private.session_cell_zone,
    callintel_private.nil
    to callintel_member;

set role callintel_member;

create or replace function callintel.count_calls(range_from timestamptz, range_to timestamptz, unit text, zone text)
    returns table (
        bucket timestamptz,
        utc_offset_minutes integer,
        direction smallint,
        calls bigint,
        answered bigint,
        missed bigint,
        talk_s bigint)
    language plpgsql stable security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off
    set enable_sort = off set jit = off as $$
declare
    verified record := (select c from callintel_private.session_context c);
    org      uuid := verified.org_id;
    lowest   uuid := callintel_private.lowest_id(range_from);
    ending   uuid := callintel_private.lowest_id(range_to + interval '999 microseconds');
begin
    perform to_timestamp(0) at time zone zone;
    if callintel_private.has_cells(unit, zone) then
        return query
        select c.bucket,
               (extract(epoch from (c.bucket at time zone zone) - (c.bucket at time zone 'UTC')) / 60)::integer,
               c.direction,
               sum(c.events)::bigint,
               coalesce(sum(c.events) filter (where c.outcome = 1), 0)::bigint,
               coalesce(sum(c.events) filter (where c.outcome in (2, 3, 4, 5)), 0)::bigint,
               sum(c.talk_s)::bigint
          from callintel_private.count_cells(range_from, range_to, unit, zone, true, false) c
         where c.channel = 1
         group by c.bucket, c.direction
         order by 1, 3;
        return;
    end if;
    return query
    select g.bucket,
           (extract(epoch from (g.bucket at time zone zone) - (g.bucket at time zone 'UTC')) / 60)::integer,
           g.direction,
           g.calls,
           g.answered,
           g.missed,
           g.talk_s
      from (select date_trunc(unit, k.moment, zone) as bucket,
                   k.direction,
                   count(*) as calls,
                   count(*) filter (where k.outcome = 1) as answered,
                   count(*) filter (where k.outcome in (2, 3, 4, 5)) as missed,
                   sum(k.talk_s)::bigint as talk_s
              from (select e.occurred_at as moment, e.direction, e.outcome, coalesce(e.duration_s, 0) as talk_s
                      from callintel_private.events e
                     where e.org_id = org and e.id >= lowest and e.id < ending and e.occurred_at >= range_from
                       and e.occurred_at < range_to and e.channel = 1 and e.conversation_key is null
                    union all
                    select v.started_at, v.direction, v.outcome, v.talk_s
                      from callintel_private.conversations(org, range_from, range_to, null, null) v
                     where v.channel = 1) k
             group by 1, 2) g
     order by 1, 3;
end $$;
comment on function callintel.count_calls is
    'Returns the calls by bucket of time and direction, how many were answered or missed, and the talk time. Calls of '
    'hidden contacts are not counted. unit is a unit of date_trunc, zone an IANA name.';

create or replace function callintel.count_by_member(range_from timestamptz, range_to timestamptz)
    returns table (
        member_id uuid,
        inbound_calls bigint,
        answered_calls bigint,
        outbound_calls bigint,
        messages bigint,
        talk_s bigint)
    language plpgsql stable security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off
    set enable_sort = off set jit = off as $$
declare
    verified record := (select c from callintel_private.session_context c);
    org      uuid := verified.org_id;
    lowest   uuid := callintel_private.lowest_id(range_from);
    ending   uuid := callintel_private.lowest_id(range_to + interval '999 microseconds');
    everyone boolean := verified.permissions & 3 /* read_events | read_all_events */ = 3;
begin
    return query
    select nullif(k.member_id, callintel_private.nil()),
           coalesce(sum(k.events) filter (where k.channel = 1 and k.direction = 1), 0)::bigint,
           coalesce(sum(k.events) filter (where k.channel = 1 and k.direction = 1 and k.outcome = 1), 0)::bigint,
           coalesce(sum(k.events) filter (where k.channel = 1 and k.direction = 2), 0)::bigint,
           coalesce(sum(k.events) filter (where k.channel in (2, 3)), 0)::bigint,
           coalesce(sum(k.talk_s) filter (where k.channel = 1), 0)::bigint as talk_s
      from (select c.member_id, c.channel, c.direction, c.outcome, c.events, c.talk_s
              from callintel_private.count_member_cells(range_from, range_to) c
             where everyone
            union all
            select e.member_id, e.channel, e.direction, e.outcome, 1, coalesce(e.duration_s, 0)
              from callintel_private.events e
             where not everyone
               and e.org_id = org and e.id >= lowest and e.id < ending and e.occurred_at >= range_from
               and e.occurred_at < range_to and e.conversation_key is null
            union all
            select v.member_id, v.channel, v.direction, v.outcome, 1, v.talk_s
              from callintel_private.conversations(org, range_from, range_to, null, null) v
             where not everyone) k
     group by k.member_id
     order by k.member_id = callintel_private.nil(), 2 desc, 6 desc, 1;
end $$;
comment on function callintel.count_by_member is
    'Returns calls, messages and talk time by member; without a member for events that have none. Events of hidden '
    'contacts are not counted.';

create or replace function callintel.count_by_line(range_from timestamptz, range_to timestamptz)
    returns table (
        line_id uuid,
        inbound_calls bigint,
        answered_calls bigint,
        outbound_calls bigint,
        messages bigint,
        talk_s bigint)
    language plpgsql stable security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off
    set enable_sort = off set jit = off as $$
declare
    verified record := (select c from callintel_private.session_context c);
    org      uuid := verified.org_id;
    lowest   uuid := callintel_private.lowest_id(range_from);
    ending   uuid := callintel_private.lowest_id(range_to + interval '999 microseconds');
    everyone boolean := verified.permissions & 3 /* read_events | read_all_events */ = 3;
begin
    return query
    select nullif(k.line_id, callintel_private.nil()),
           coalesce(sum(k.events) filter (where k.channel = 1 and k.direction = 1), 0)::bigint,
           coalesce(sum(k.events) filter (where k.channel = 1 and k.direction = 1 and k.outcome = 1), 0)::bigint,
           coalesce(sum(k.events) filter (where k.channel = 1 and k.direction = 2), 0)::bigint,
           coalesce(sum(k.events) filter (where k.channel in (2, 3)), 0)::bigint,
           coalesce(sum(k.talk_s) filter (where k.channel = 1), 0)::bigint as talk_s
      from (select c.line_id, c.channel, c.direction, c.outcome, c.events, c.talk_s
              from callintel_private.count_cells(
                  range_from, range_to, 'day', callintel_private.session_cell_zone(), true, true) c
             where everyone
            union all
            select coalesce(e.line_id, callintel_private.nil()), e.channel, e.direction, e.outcome, 1,
                   coalesce(e.duration_s, 0)
              from callintel_private.events e
             where not everyone
               and e.org_id = org and e.id >= lowest and e.id < ending and e.occurred_at >= range_from
               and e.occurred_at < range_to and e.conversation_key is null
            union all
            select coalesce(v.line_id, callintel_private.nil()), v.channel, v.direction, v.outcome, 1, v.talk_s
              from callintel_private.conversations(org, range_from, range_to, null, null) v
             where not everyone) k
     group by k.line_id
     order by k.line_id = callintel_private.nil(), 2 desc, 6 desc, 1;
end $$;
comment on function callintel.count_by_line is
    'Returns calls, messages and talk time by own line; without a line for events that have none. Events of hidden '
    'contacts are not counted.';

grant execute on function callintel.count_calls, callintel.count_by_member, callintel.count_by_line to callintel_app;
reset role;
