-- purpose: answering questions from cells, exactly at every moment. A cell counts the events that begin in a bucket.
--          The cells of a bucket are used unless a mark says that events were written there; events of marked buckets
--          are counted when the question is asked
-- Marks, cells and events have to be read in one snapshot, so all functions here are stable: they use the snapshot of
-- the statement that calls them (ADR 0040). R__cell_sources.sql decides which time is read from which source.
-- A session reads the cells of the privacy levels that it sees (R__compute_cells.sql), so no event of a hidden contact
-- is read for a bucket without a mark. A change of a privacy rule marks the buckets of the contact's events.
-- R__hidden_events.sql adds whole hours.

set role callintel_definer;

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
-- or member; or time, and channel and direction are null in the answer. unit is null for one bucket. For sessions that
-- read the events of all members, and for questions that choose_cells finds cells for; count_by asks has_cells before.
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
    verified  record := (select c from callintel_private.session_context c);
    org       uuid := verified.org_id;
    max_level smallint := verified.max_level;
    one_sum   boolean := coalesce(dimension = 'time', false);
    listed    uuid[] := case when verified.max_level = 1 then callintel_private.own_listings() else '{}' end;
    chosen    record;
    wanted    record;
    s         record;
    members   uuid[];
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
    -- date_trunc with a time zone takes most of the time of a row. Cells of hours are used only if the hours of the
    -- zone are hours of UTC.
    select case when unit is null then null
                when unit = 'hour' and b.grain = 2 then b.bucket
                else date_trunc(unit, b.bucket, zone) end,
           case when not one_sum then b.channel end,
           case when not one_sum then b.direction end,
           b.item,
           callintel_private.total(b.events),
           callintel_private.total(b.answered),
           callintel_private.total(b.missed),
           callintel_private.total(b.talk_s)
      from (
            -- "offset 0" keeps the planner from reading all cells of the org to join them with the ranges.
            select r.grain, c.bucket, c.channel, c.direction, null::uuid as item, c.events, c.answered, c.missed,
                   c.talk_s
              from callintel_private.cell_ranges(
                       s.day_singles, s.day_legs, s.hour_singles, s.hour_legs, s.quarter_singles, s.quarter_legs) r,
                   lateral (select x.*
                              from callintel_private.total_cells x
                             where x.org_id = org and not x.of_hidden and x.grain = r.grain
                               and x.has_legs = r.has_legs and x.bucket >= r.starts and x.bucket < r.ends
                               and x.level <= max_level
                            offset 0) c
             where chosen.cube = 1
               and (asked.channel is null or c.channel = asked.channel)
               and (asked.direction is null or c.direction = asked.direction)
            union all
            select 1, d.bucket, d.channel, d.direction,
                   case dimension when 'line' then d.line_id when 'member' then d.member_id end,
                   callintel_private.total(d.events),
                   callintel_private.total(case when d.outcome = 1 then d.events else 0 end),
                   callintel_private.total(case when d.outcome in (2, 3, 4, 5) then d.events else 0 end),
                   callintel_private.total(d.talk_s)
              from (select c.bucket, c.channel, c.direction, c.outcome, c.line_id, null::uuid as member_id, c.events,
                           c.talk_s
                      from callintel_private.cell_ranges(
                               s.day_singles, s.day_legs, '{}', '{}', s.quarter_singles, s.quarter_legs) r,
                           lateral (select x.*
                                      from callintel_private.event_cells x
                                     where x.org_id = org and x.is_day = (r.grain = 3) and x.has_legs = r.has_legs
                                       and x.bucket >= r.starts and x.bucket < r.ends and x.level <= max_level
                                    offset 0) c
                     where chosen.cube = 2
                    union all
                    select c.bucket, c.channel, c.direction, c.outcome, null, c.member_id, c.events, c.talk_s
                      from callintel_private.cell_ranges(
                               s.day_singles, s.day_legs, '{}', '{}', s.quarter_singles, s.quarter_legs) r,
                           lateral (select x.*
                                      from callintel_private.member_cells x
                                     where x.org_id = org and x.is_day = (r.grain = 3) and x.has_legs = r.has_legs
                                       and x.bucket >= r.starts and x.bucket < r.ends and x.level <= max_level
                                    offset 0) c
                     where chosen.cube = 3
                    union all
                    select e.bucket, e.channel, e.direction, e.outcome, e.line_id, e.member_id, e.events, e.talk_s
                      from callintel_private.compute_cells(org, s.event_singles, s.event_legs) e
                     where chosen.cube is not null and e.level <= max_level
                    union all
                    select l.bucket, l.channel, l.direction, l.outcome, l.line_id, l.member_id, l.events, l.talk_s
                      from callintel_private.add_listed(org, wanted.times, listed) l
                     where chosen.cube is not null) d
             where callintel_private.fits(
                       asked, members, d.channel, d.direction, d.outcome, d.line_id, d.member_id)
             group by 1, 2, 3, 4, 5) b
     group by 1, 2, 3, 4
    having callintel_private.total(b.events) <> 0;
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
    -- Not an argument of local_days, which is inlined and would look it up for each day.
    day_zone text := callintel_private.cell_zone(verified.org_id);
begin
    if dimension in ('contact', 'wait') then
        return case
            when case when dimension = 'contact' and unit is not null
                      then callintel_private.has_contact_days(unit, zone, asked)
                      else callintel_private.has_day_cells(zone, dimension, asked) end
             and exists (select from callintel_private.local_days(
                                         range_from, range_to, day_zone) d
                          where d.is_plain and d.starts >= range_from and d.ends <= range_to) then 3
            else 0 end;
    end if;
    if not callintel_private.has_cells(range_from, range_to, unit, zone, dimension, asked) then
        return 0;
    end if;
    chosen := callintel_private.choose_cells(
        verified.org_id, range_from, range_to, unit, zone, dimension, asked);
    times := (select f.times from callintel_private.resolve_filter(range_from, range_to, asked) f);
    return case
        when chosen.has_days
         and exists (select from callintel_private.local_days(
                                     lower(times), upper(times), day_zone) d
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
