-- purpose: answering questions from cells, exactly at every moment. A cell counts the events that begin in a bucket.
--          The cells of a bucket are used unless a mark says that events were written there; events of marked buckets
--          are counted when the question is asked
-- Marks, cells and events have to be read in one snapshot, so all functions here are stable: they use the snapshot of
-- the statement that calls them (ADR 0040).
-- Cells count all contacts. What they count of contacts hidden from the session is subtracted, so that a change of a
-- privacy rule needs no computation; R__hidden_events.sql adds whole hours.

set role callintel_owner;
grant select, insert, update, delete on callintel_private.rollup_states to callintel_definer;
grant select, insert, delete on callintel_private.event_cells, callintel_private.member_cells to callintel_definer;
reset role;
set role callintel_definer;

-- Stands for a member or a line that is not known.
create or replace function callintel_private.nil() returns uuid
    language sql immutable parallel safe as $$ select '00000000-0000-0000-0000-000000000000'::uuid $$;

-- Returns the marked time near a range: for single events the marked buckets themselves; for conversations the time in
-- which conversations begin that depend on an event in a marked bucket.
create or replace function callintel_private.marked(
    org uuid, range_from timestamptz, range_to timestamptz, for_legs boolean) returns tstzmultirange
    language plpgsql stable as $$
declare
    before interval := case when for_legs then callintel_private.conversation_span() else '0' end;
    beyond interval := case when for_legs then callintel_private.conversation_gap() else '0' end;
begin
    return (select coalesce(range_agg(tstzrange(m.bucket - before, m.bucket + m.width + beyond)), '{}')
              from (select distinct d.bucket, case when d.is_day then interval '24 hours'
                                                   else interval '15 minutes' end as width
                      from callintel_private.dirty_buckets d
                     where d.org_id = org and (d.has_legs or not for_legs)
                       and d.bucket > range_from - interval '24 hours' - beyond
                       and d.bucket < range_to + before) m);
end $$;

-- Returns the local days that a range touches. Where clocks are set back at midnight, the hour before midnight exists
-- twice, and the two days cannot be told apart by time alone: their cells are not used.
create or replace function callintel_private.local_days(range_from timestamptz, range_to timestamptz, zone text)
    returns table (starts timestamptz, ends timestamptz, is_plain boolean)
    language sql stable as $$
    select d.starts, d.ends,
           date_trunc('day', d.starts - interval '15 minutes', zone) < d.starts
               and date_trunc('day', d.starts, zone) = d.starts
               and date_trunc('day', d.ends - interval '15 minutes', zone) < d.ends
               and date_trunc('day', d.ends, zone) = d.ends
      from (select x.day at time zone zone as starts, (x.day + interval '1 day') at time zone zone as ends
              from generate_series(date_trunc('day', range_from at time zone zone) - interval '1 day',
                                   date_trunc('day', range_to at time zone zone),
                                   interval '1 day') as x (day)) d
     where d.ends > range_from and d.starts < range_to
    offset 0
$$;

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

-- Returns what compute_cells counts of events that are hidden from a session, with a negative sign. A conversation of
-- which some records are hidden is replaced by what the session sees of it.
create or replace function callintel_private.subtract_hidden(
    org uuid, range_from timestamptz, range_to timestamptz, max_level smallint, listed uuid[])
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
    lowest uuid := callintel_private.lowest_id(range_from);
    ending uuid := callintel_private.lowest_id(range_to + interval '999 microseconds');
    keys   uuid[];
begin
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
       and e.occurred_at >= range_from and e.occurred_at < range_to
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
                      org, range_from, range_to, max_level, listed, keys, true) s) v;
    end if;
end $$;

-- Returns which time of a range is counted from which source: from cells of days or of quarters of an hour, or from the
-- events, for single events and for conversations.
create or replace function callintel_private.find_sources(
    org uuid,
    range_from timestamptz,
    range_to timestamptz,
    unit text,
    zone text,
    out day_singles tstzmultirange,
    out day_legs tstzmultirange,
    out quarter_singles tstzmultirange,
    out quarter_legs tstzmultirange,
    out event_singles tstzmultirange,
    out event_legs tstzmultirange)
    language plpgsql stable as $$
declare
    everything tstzmultirange := tstzmultirange(tstzrange(range_from, range_to));
    starting   timestamptz := date_bin('15 minutes', range_from + interval '15 minutes' - interval '1 microsecond',
                                       '2000-01-01 00:00Z');
    ending     timestamptz := date_bin('15 minutes', range_to, '2000-01-01 00:00Z');
    day_zone   text := (select s.day_zone from callintel_private.rollup_states s where s.org_id = org);
begin
    day_singles := '{}';
    day_legs := '{}';
    quarter_singles := '{}';
    quarter_legs := '{}';
    if day_zone is not null and starting < ending
       and callintel_private.bin_width(unit, zone) = interval '15 minutes' then
        quarter_singles := tstzmultirange(tstzrange(starting, ending))
            - callintel_private.marked(org, starting, ending, false);
        quarter_legs := tstzmultirange(tstzrange(starting, ending))
            - callintel_private.marked(org, starting, ending, true);
        if zone = day_zone and unit <> 'hour' then
            select coalesce(range_agg(x.day) filter (where x.day <@ quarter_singles), '{}'),
                   coalesce(range_agg(x.day) filter (where x.day <@ quarter_legs), '{}')
              into day_singles, day_legs
              from (select tstzrange(d.starts, d.ends) as day
                      from callintel_private.local_days(starting, ending, zone) d
                     where d.is_plain) x;
        end if;
    end if;
    event_singles := everything - quarter_singles;
    event_legs := everything - quarter_legs;
    quarter_singles := quarter_singles - day_singles;
    quarter_legs := quarter_legs - day_legs;
end $$;

-- Returns ranges of cells as rows. Row-level security lets a condition use an index only if no function in it could
-- reveal a row, and lower and upper could; so the bounds are computed here.
create or replace function callintel_private.cell_ranges(
    day_singles tstzmultirange,
    day_legs tstzmultirange,
    quarter_singles tstzmultirange,
    quarter_legs tstzmultirange)
    returns table (is_day boolean, has_legs boolean, starts timestamptz, ends timestamptz)
    language sql immutable as $$
    select s.is_day, s.has_legs, lower(r), upper(r)
      from (values (true, false, day_singles),
                   (true, true, day_legs),
                   (false, false, quarter_singles),
                   (false, true, quarter_legs)) as s (is_day, has_legs, ranges),
           unnest(s.ranges) as r
    offset 0
$$;

-- Counts the events that the session sees: the same numbers as counting them one by one. For sessions that read the
-- events of all members; the others have few events, and read them.
create or replace function callintel_private.count_cells(
    range_from timestamptz, range_to timestamptz, unit text, zone text, by_outcome boolean, by_line boolean)
    returns table (
        bucket timestamptz,
        channel smallint,
        direction smallint,
        outcome smallint,
        line_id uuid,
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
    sources := callintel_private.find_sources(org, range_from, range_to, unit, zone);
    return query
    -- "offset 0" keeps the planner from reading all cells of the org to join them with the ranges.
    select g.bucket, g.channel, g.direction, g.outcome, g.line_id, sum(g.events)::bigint, sum(g.talk_s)::bigint
      from (select date_trunc(unit, b.bucket, zone) as bucket,
                   b.channel,
                   b.direction,
                   b.outcome,
                   b.line_id,
                   b.events,
                   b.talk_s
              from (select p.bucket,
                           p.channel,
                           p.direction,
                           case when by_outcome then p.outcome end as outcome,
                           case when by_line then p.line_id end as line_id,
                           sum(p.events) as events,
                           sum(p.talk_s) as talk_s
                      from (select c.bucket, c.channel, c.direction, c.outcome, c.line_id, c.events, c.talk_s
                              from callintel_private.cell_ranges(sources.day_singles,
                                                                 sources.day_legs,
                                                                 sources.quarter_singles,
                                                                 sources.quarter_legs) s,
                                   lateral (select x.*
                                              from callintel_private.event_cells x
                                             where x.org_id = org and x.is_day = s.is_day
                                               and x.has_legs = s.has_legs
                                               and x.bucket >= s.starts and x.bucket < s.ends
                                            offset 0) c
                            union all
                            select e.bucket, e.channel, e.direction, e.outcome, e.line_id, e.events, e.talk_s
                              from callintel_private.compute_cells(
                                  org, sources.event_singles, sources.event_legs) e
                            union all
                            select h.bucket, h.channel, h.direction, h.outcome, h.line_id, h.events, h.talk_s
                              from callintel_private.subtract_hidden(
                                  org, range_from, range_to, verified.max_level, listed) h
                             where verified.max_level < 3) p
                     group by 1, 2, 3, 4, 5) b) g
     group by 1, 2, 3, 4, 5
    having sum(g.events) <> 0;
end $$;
comment on function callintel_private.count_cells is
    'Returns the number of events and the talk time that the session sees by bucket of time, channel and direction, '
    'and if asked by outcome and line. unit is hour or a longer unit of date_trunc, zone an IANA name without digits.';

-- Whether count_cells can answer, and faster than by the events.
create or replace function callintel_private.has_cells(unit text, zone text) returns boolean
    language plpgsql stable security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    verified record := (select c from callintel_private.session_context c);
begin
    return verified.permissions & 3 /* read_events | read_all_events */ = 3
       and callintel_private.bin_width(unit, zone) = interval '15 minutes'
       and exists (select from callintel_private.rollup_states s where s.org_id = verified.org_id);
end $$;
comment on function callintel_private.has_cells is 'Whether count_cells answers questions of this unit and zone.';

grant execute on function callintel_private.count_cells, callintel_private.has_cells to callintel_member;
reset role;
