-- purpose: answering questions from cells, exactly at every moment. A cell counts the events that begin in a bucket.
--          The cells of a bucket are used unless a mark says that events were written there; events of marked buckets
--          are counted when the question is asked
-- Marks, cells and events have to be read in one snapshot, so all functions here are stable: they use the snapshot of
-- the statement that calls them (ADR 0040). R__cell_sources.sql decides which time is read from which source.
-- Cells count all contacts. What they count of contacts hidden from the session is subtracted, so that a change of a
-- privacy rule needs no computation; R__hidden_events.sql adds whole hours.

set role callintel_definer;

-- Counts the events that begin in some ranges: single events in the first ones, conversations with a key in the second
-- ones, by quarter of an hour. This is the definition of a cell, for questions, recomputation and verification.
create or replace function callintel_private.compute_cells(org uuid, singles tstzmultirange, legs tstzmultirange)
    returns table (
        has_legs boolean,
        bucket timestamptz,
        channel smallint,
        direction smallint,
        outcome smallint,
        line_id uuid,
        member_id uuid,
        events bigint,
        talk_s bigint)
    language plpgsql stable
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set enable_sort = off set jit = off as $$
begin
    return query
    select false, s.*
      from (select lower(x) as starts,
                   upper(x) as ends,
                   callintel_private.lowest_id(lower(x)) as lowest,
                   callintel_private.lowest_id(upper(x) + interval '999 microseconds') as ending
              from unnest(singles) as x
            offset 0) r,
           lateral (select date_bin('15 minutes', e.occurred_at, '2000-01-01 00:00Z'),
                           e.channel,
                           e.direction,
                           e.outcome,
                           coalesce(e.line_id, callintel_private.nil()),
                           coalesce(e.member_id, callintel_private.nil()),
                           count(*),
                           coalesce(sum(e.duration_s), 0)
                      from callintel_private.events e
                     where e.org_id = org
                       and e.id >= r.lowest and e.id < r.ending
                       and e.occurred_at >= r.starts and e.occurred_at < r.ends and e.conversation_key is null
                     group by 1, 2, 3, 4, 5, 6) s;
    return query
    select true,
           date_bin('15 minutes', v.started_at, '2000-01-01 00:00Z'),
           v.channel,
           v.direction,
           v.outcome,
           coalesce(v.line_id, callintel_private.nil()),
           coalesce(v.member_id, callintel_private.nil()),
           count(*),
           sum(v.talk_s)::bigint
      from unnest(legs) as r,
           callintel_private.conversations(org, lower(r), upper(r), null, null) v
     group by 2, 3, 4, 5, 6, 7;
end $$;

-- Returns what compute_cells counts in some ranges of events that are hidden from a session, with a negative sign. A
-- conversation of which some records are hidden is replaced by what the session sees of it.
create or replace function callintel_private.subtract_hidden(
    org uuid, times tstzmultirange, max_level smallint, listed uuid[])
    returns table (
        bucket timestamptz,
        channel smallint,
        direction smallint,
        outcome smallint,
        line_id uuid,
        member_id uuid,
        events bigint,
        talk_s bigint)
    language plpgsql stable
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set jit = off as $$
declare
    range_from timestamptz := lower(times);
    range_to   timestamptz := upper(times);
    lowest     uuid := callintel_private.lowest_id(range_from);
    ending     uuid := callintel_private.lowest_id(range_to + interval '999 microseconds');
    keys       uuid[];
begin
    if max_level >= 3 or times = '{}' then
        return;
    end if;
    return query
    select date_bin('15 minutes', e.occurred_at, '2000-01-01 00:00Z'),
           e.channel,
           e.direction,
           e.outcome,
           coalesce(e.line_id, callintel_private.nil()),
           coalesce(e.member_id, callintel_private.nil()),
           -count(*),
           -coalesce(sum(e.duration_s), 0)
      from callintel_private.events e
     where e.org_id = org and e.id >= lowest and e.id < ending
       and e.occurred_at >= range_from and e.occurred_at < range_to and e.occurred_at <@ times
       and e.level >= 2 and callintel_private.is_hidden(e.level, e.contact_id, max_level, listed)
       and e.conversation_key is null
     group by 1, 2, 3, 4, 5, 6;
    keys := array(
        select distinct e.conversation_key
          from callintel_private.events e
         where e.org_id = org and e.level >= 2
           and e.id >= callintel_private.lowest_id(range_from - callintel_private.conversation_gap())
           and e.id < callintel_private.lowest_id(range_to + callintel_private.conversation_span())
           and callintel_private.is_hidden(e.level, e.contact_id, max_level, listed)
           and e.conversation_key is not null);
    if keys <> '{}' then
        return query
        select date_bin('15 minutes', v.started_at, '2000-01-01 00:00Z'),
               v.channel,
               v.direction,
               v.outcome,
               coalesce(v.line_id, callintel_private.nil()),
               coalesce(v.member_id, callintel_private.nil()),
               v.factor::bigint,
               v.factor * v.talk_s
          from (select -1 as factor, a.*
                  from callintel_private.conversations(org, range_from, range_to, null, null, keys) a
                union all
                select 1, s.*
                  from callintel_private.conversations(
                      org, range_from, range_to, max_level, listed, keys, true) s) v
         where v.started_at <@ times;
    end if;
end $$;

-- Whether an event or conversation is one of those that a filter asks for. The moment is not compared here. Cells have
-- the nil UUID for an unknown line, which no filter asks for.
create or replace function callintel_private.fits(
    asked callintel.figure_filter,
    members uuid[],
    channel smallint,
    direction smallint,
    outcome smallint,
    line_id uuid,
    member_id uuid)
    returns boolean
    language sql immutable parallel safe as $$
    select (asked.channel is null or channel = asked.channel)
           and (asked.direction is null or direction = asked.direction)
           and (asked.outcome is null or outcome = asked.outcome)
           and (asked.line_id is null
                or coalesce(nullif(line_id, callintel_private.nil()) = asked.line_id, false))
           and (members is null or coalesce(member_id = any (members), false))
$$;

-- Counts the events that the session sees, with the numbers that counting them one by one gives. dimension: null, line
-- or member. unit is null for one bucket. For sessions that read the events of all members, and for questions that
-- choose_cells finds cells for; R__figures.sql asks has_cells before.
create or replace function callintel_private.count_cells(
    range_from timestamptz,
    range_to timestamptz,
    unit text,
    zone text,
    dimension text,
    asked callintel.figure_filter)
    returns table (
        bucket timestamptz,
        channel smallint,
        direction smallint,
        item uuid,
        events bigint,
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
    chosen   record;
    wanted   record;
    s        record;
    members  uuid[];
begin
    if verified.permissions & 3 /* read_events | read_all_events */ <> 3 then
        perform callintel_private.refuse_permission(2 /* read_all_events */);
    end if;
    chosen := callintel_private.choose_cells(org, range_from, range_to, unit, zone, dimension, asked);
    wanted := callintel_private.resolve_filter(range_from, range_to, asked);
    members := wanted.members;
    s := callintel_private.find_sources(
        org, case when chosen.cube is not null then wanted.times else '{}' end, chosen.has_days, chosen.has_hours);
    return query
    select case when unit is not null then date_trunc(unit, b.bucket, zone) end, b.channel, b.direction, b.item,
           sum(b.events)::bigint, sum(b.answered)::bigint, sum(b.missed)::bigint, sum(b.talk_s)::bigint
      -- Sums of bigint are numeric, which is slow to add again.
      from (select p.bucket, p.channel, p.direction, p.item, sum(p.events)::bigint as events,
                   sum(p.answered)::bigint as answered, sum(p.missed)::bigint as missed,
                   sum(p.talk_s)::bigint as talk_s
              from (
                    -- "offset 0" keeps the planner from reading all cells of the org to join them with the ranges.
                    select c.bucket, c.channel, c.direction, null::uuid as item, c.events, c.answered, c.missed,
                           c.talk_s
                      from callintel_private.cell_ranges(
                               s.day_singles, s.day_legs, s.hour_singles, s.hour_legs, s.quarter_singles,
                               s.quarter_legs) r,
                           lateral (select x.*
                                      from callintel_private.total_cells x
                                     where x.org_id = org and x.grain = r.grain and x.has_legs = r.has_legs
                                       and x.bucket >= r.starts and x.bucket < r.ends
                                    offset 0) c
                     where chosen.cube = 1
                       and (asked.channel is null or c.channel = asked.channel)
                       and (asked.direction is null or c.direction = asked.direction)
                    union all
                    select d.bucket, d.channel, d.direction,
                           case dimension when 'line' then d.line_id when 'member' then d.member_id end,
                           d.events,
                           case when d.outcome = 1 then d.events else 0 end,
                           case when d.outcome in (2, 3, 4, 5) then d.events else 0 end,
                           d.talk_s
                      from (select c.bucket, c.channel, c.direction, c.outcome, c.line_id, null::uuid as member_id,
                                   c.events, c.talk_s
                              from callintel_private.cell_ranges(
                                       s.day_singles, s.day_legs, '{}', '{}', s.quarter_singles, s.quarter_legs) r,
                                   lateral (select x.*
                                              from callintel_private.event_cells x
                                             where x.org_id = org and x.is_day = (r.grain = 3)
                                               and x.has_legs = r.has_legs
                                               and x.bucket >= r.starts and x.bucket < r.ends
                                            offset 0) c
                             where chosen.cube = 2
                            union all
                            select c.bucket, c.channel, c.direction, c.outcome, null, c.member_id, c.events, c.talk_s
                              from callintel_private.cell_ranges(
                                       s.day_singles, s.day_legs, '{}', '{}', s.quarter_singles, s.quarter_legs) r,
                                   lateral (select x.*
                                              from callintel_private.member_cells x
                                             where x.org_id = org and x.is_day = (r.grain = 3)
                                               and x.has_legs = r.has_legs
                                               and x.bucket >= r.starts and x.bucket < r.ends
                                            offset 0) c
                             where chosen.cube = 3
                            union all
                            select e.bucket, e.channel, e.direction, e.outcome, e.line_id, e.member_id, e.events,
                                   e.talk_s
                              from callintel_private.compute_cells(org, s.event_singles, s.event_legs) e
                             where chosen.cube is not null
                            union all
                            select h.bucket, h.channel, h.direction, h.outcome, h.line_id, h.member_id, h.events,
                                   h.talk_s
                              from callintel_private.subtract_hidden(
                                       org, wanted.times, verified.max_level, callintel_private.own_listings()) h
                             where chosen.cube is not null) d
                     where callintel_private.fits(
                               asked, members, d.channel, d.direction, d.outcome, d.line_id, d.member_id)) p
             group by 1, 2, 3, 4) b
     group by 1, 2, 3, 4
    having sum(b.events) <> 0;
end $$;
comment on function callintel_private.count_cells is
    'Returns the number of events that the session sees, how many were answered or missed, and the talk time, by '
    'bucket of time, channel and direction, and if asked by line or member.';

-- Whether count_cells answers a question of the session. The others are answered by count_seen, from the events.
create or replace function callintel_private.has_cells(
    range_from timestamptz,
    range_to timestamptz,
    unit text,
    zone text,
    dimension text,
    asked callintel.figure_filter)
    returns boolean
    language plpgsql stable security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    verified record := (select c from callintel_private.session_context c);
begin
    return verified.permissions & 3 /* read_events | read_all_events */ = 3
       and (select c.cube is not null
              from callintel_private.choose_cells(
                       verified.org_id, range_from, range_to, unit, zone, dimension, asked) c);
end $$;
comment on function callintel_private.has_cells is 'Whether count_cells answers a question.';

-- Which cells answer a question of the session: 0 none; 1 quarters of an hour, 2
-- hours of UTC, 3 days of the home zone. This is the coarsest kind of cells that covers a part of the range. It does
-- not depend on marks: buckets that are marked are read from the events, whatever it is.
create or replace function callintel_private.cell_grain(
    range_from timestamptz,
    range_to timestamptz,
    unit text,
    zone text,
    dimension text,
    asked callintel.figure_filter)
    returns smallint
    language plpgsql stable security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    verified record := (select c from callintel_private.session_context c);
    chosen   record;
    times    tstzmultirange;
begin
    if not callintel_private.has_cells(range_from, range_to, unit, zone, dimension, asked) then
        return 0;
    end if;
    chosen := callintel_private.choose_cells(
        verified.org_id, range_from, range_to, unit, zone, dimension, asked);
    times := (select f.times from callintel_private.resolve_filter(range_from, range_to, asked) f);
    return case
        when chosen.has_days
         and exists (select from callintel_private.local_days(
                                     lower(times), upper(times), callintel_private.cell_zone(verified.org_id)) d
                      where d.is_plain and tstzrange(d.starts, d.ends) <@ times) then 3
        when chosen.has_hours and callintel_private.whole_steps(times, '1 hour') <> '{}' then 2
        when callintel_private.whole_steps(times, '15 minutes') <> '{}' then 1
        else 0 end;
end $$;
comment on function callintel_private.cell_grain is
    'Returns the coarsest cells that answer a question: 0 none, 1 quarters of an hour, 2 hours, 3 days.';

grant execute on function
    callintel_private.count_cells,
    callintel_private.has_cells,
    callintel_private.cell_grain,
    callintel_private.fits
    to callintel_member;
reset role;
