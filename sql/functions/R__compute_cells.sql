-- purpose: counting events and conversations by quarter of an hour and privacy level: what a cell contains
-- A session that sees contacts up to a level sees the sum of the cells of all levels up to it. The level of an event is
-- that of its contact; 0 and 1 are one level here, because no contact of level 1 is hidden. The records of a
-- conversation can have several levels, and what a session sees of it is another conversation then. So each level has
-- what a session of this level sees minus what one of the level below sees. docs/adr/0050-cells-by-level.md has the
-- reasons.

set role callintel_definer;

-- The sum of bigint is numeric, which takes several times as long. Numbers of cells do not exceed bigint; an overflow
-- is an error.
create or replace aggregate callintel_private.total(bigint) (sfunc = int8pl, stype = bigint, parallel = safe);
comment on aggregate callintel_private.total(bigint) is 'Returns the sum as a bigint; null for no rows.';

-- Returns the keys of conversations that begin in a range and have a record of a restricted or hidden contact.
create or replace function callintel_private.restricted_keys(
    org uuid, range_from timestamptz, range_to timestamptz) returns uuid[]
    language plpgsql stable
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan set jit = off as $$
declare
    lowest uuid := callintel_private.lowest_id(range_from - callintel_private.conversation_gap());
    ending uuid := callintel_private.lowest_id(range_to + callintel_private.conversation_span());
begin
    return array(select distinct e.conversation_key
                   from callintel_private.events e
                  where e.org_id = org and e.id >= lowest and e.id < ending and e.level >= 2
                    and e.conversation_key is not null);
end $$;

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
        level smallint,
        events bigint,
        talk_s bigint)
    language plpgsql stable
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set enable_sort = off set jit = off as $$
declare
    leg  record;
    keys uuid[];
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
                           greatest(e.level, 1::smallint),
                           count(*),
                           coalesce(sum(e.duration_s), 0)
                      from callintel_private.events e
                     where e.org_id = org
                       and e.id >= r.lowest and e.id < r.ending
                       and e.occurred_at >= r.starts and e.occurred_at < r.ends and e.conversation_key is null
                     group by 1, 2, 3, 4, 5, 6, 7) s;
    for leg in select lower(x) as starts, upper(x) as ends from unnest(legs) as x loop
        return query
        select true,
               date_bin('15 minutes', v.started_at, '2000-01-01 00:00Z'),
               v.channel,
               v.direction,
               v.outcome,
               coalesce(v.line_id, callintel_private.nil()),
               coalesce(v.member_id, callintel_private.nil()),
               1::smallint,
               count(*),
               callintel_private.total(v.talk_s)
          from callintel_private.conversations(org, leg.starts, leg.ends, null, null) v
         group by 2, 3, 4, 5, 6, 7;
        keys := callintel_private.restricted_keys(org, leg.starts, leg.ends);
        continue when keys = '{}';
        -- What sessions see who see contacts up to level 1, up to level 2, and all (null).
        return query
        select true,
               date_bin('15 minutes', v.started_at, '2000-01-01 00:00Z'),
               v.channel,
               v.direction,
               v.outcome,
               coalesce(v.line_id, callintel_private.nil()),
               coalesce(v.member_id, callintel_private.nil()),
               d.level,
               callintel_private.total(d.factor),
               callintel_private.total(d.factor * v.talk_s)
          from (values (null::smallint), (1::smallint), (2::smallint)) as s (above),
               lateral (select x.*
                          from callintel_private.conversations(
                              org, leg.starts, leg.ends, s.above, null, keys, s.above is not null) x
                        offset 0) v,
               (values (null::smallint, 1::smallint, -1::bigint), (null, 3::smallint, 1),
                       (1::smallint, 1::smallint, 1), (1::smallint, 2::smallint, -1),
                       (2::smallint, 2::smallint, 1), (2::smallint, 3::smallint, -1)) as d (above, level, factor)
         where d.above is not distinct from s.above
         group by 2, 3, 4, 5, 6, 7, 8
        having callintel_private.total(d.factor) <> 0 or callintel_private.total(d.factor * v.talk_s) <> 0;
    end loop;
end $$;
comment on function callintel_private.compute_cells is
    'Returns the number of events and their talk time by quarter of an hour, channel, direction, outcome, line, member '
    'and level.';

-- Returns the keys of conversations that begin in a range and have a record of a listed contact.
create or replace function callintel_private.listed_keys(
    org uuid, range_from timestamptz, range_to timestamptz, listed uuid[]) returns uuid[]
    language plpgsql stable
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan set jit = off as $$
declare
    lowest uuid := callintel_private.lowest_id(range_from - callintel_private.conversation_gap());
    ending uuid := callintel_private.lowest_id(range_to + callintel_private.conversation_span());
begin
    return array(select distinct e.conversation_key
                   from unnest(listed) as l (contact),
                        lateral (select x.conversation_key
                                   from callintel_private.events x
                                  where x.org_id = org and x.contact_id = l.contact and x.id >= any (array[lowest])
                                    and x.id < ending and x.level = 2 and x.conversation_key is not null
                                 offset 0) e);
end $$;

-- Returns what a session that sees contacts up to level 1 and the listed ones sees beyond level 1. listed: restricted
-- contacts whose rule names the session's member.
create or replace function callintel_private.add_listed(org uuid, times tstzmultirange, listed uuid[])
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
    if listed = '{}' or times = '{}' then
        return;
    end if;
    return query
    select date_bin('15 minutes', e.occurred_at, '2000-01-01 00:00Z'),
           e.channel,
           e.direction,
           e.outcome,
           coalesce(e.line_id, callintel_private.nil()),
           coalesce(e.member_id, callintel_private.nil()),
           count(*),
           coalesce(sum(e.duration_s), 0)
      from unnest(listed) as l (contact),
           lateral (select x.*
                      from callintel_private.events x
                     where x.org_id = org and x.contact_id = l.contact and x.id >= any (array[lowest]) and x.id < ending
                       and x.occurred_at >= range_from and x.occurred_at < range_to and x.occurred_at <@ times
                       and x.level = 2 and x.conversation_key is null
                    offset 0) e
     group by 1, 2, 3, 4, 5, 6;
    keys := callintel_private.listed_keys(org, range_from, range_to, listed);
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
                  from callintel_private.conversations(
                      org, range_from, range_to, 1::smallint, null, keys, true) a
                union all
                select 1, s.*
                  from callintel_private.conversations(
                      org, range_from, range_to, 1::smallint, listed, keys, true) s) v
         where v.started_at <@ times;
    end if;
end $$;
comment on function callintel_private.add_listed is
    'Returns the number of events, with a sign, that listed contacts add to what a session sees.';

-- Counts by hour of UTC the events of contacts above a level, and the conversations that their records alone are:
-- single events in the first ranges, conversations in the second ones.
create or replace function callintel_private.compute_hidden(
    org uuid, singles tstzmultirange, legs tstzmultirange, above smallint)
    returns table (has_legs boolean, bucket timestamptz, channel smallint, direction smallint, events bigint)
    language plpgsql stable
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set jit = off as $$
begin
    return query
    select false, date_bin('1 hour', e.occurred_at, '2000-01-01 00:00Z'), e.channel, e.direction, count(*)
      from (select lower(x) as starts,
                   upper(x) as ends,
                   callintel_private.lowest_id(lower(x)) as lowest,
                   callintel_private.lowest_id(upper(x) + interval '999 microseconds') as ending
              from unnest(singles) as x
            offset 0) r,
           lateral (select y.*
                      from callintel_private.events y
                     where y.org_id = org and y.id >= r.lowest and y.id < r.ending
                       and y.occurred_at >= r.starts and y.occurred_at < r.ends
                       and y.level >= 2 and y.level > above and y.conversation_key is null
                    offset 0) e
     group by 2, 3, 4;
    return query
    select true, date_bin('1 hour', v.started_at, '2000-01-01 00:00Z'), v.channel, v.direction, count(*)
      from unnest(legs) as r,
           callintel_private.conversations(org, lower(r), upper(r), above, null) v
     group by 2, 3, 4;
end $$;
comment on function callintel_private.compute_hidden is
    'Returns the number of events of contacts above a level by hour of UTC, channel and direction.';

-- Returns what listed contacts take away from the hidden events of a session that sees contacts up to level 1.
create or replace function callintel_private.take_listed(
    org uuid, range_from timestamptz, range_to timestamptz, listed uuid[])
    returns table (bucket timestamptz, channel smallint, direction smallint, events bigint)
    language plpgsql stable
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set jit = off as $$
declare
    lowest uuid := callintel_private.lowest_id(range_from);
    ending uuid := callintel_private.lowest_id(range_to);
    keys   uuid[];
begin
    if listed = '{}' then
        return;
    end if;
    return query
    select date_bin('1 hour', e.occurred_at, '2000-01-01 00:00Z'), e.channel, e.direction, -count(*)
      from unnest(listed) as l (contact),
           lateral (select x.*
                      from callintel_private.events x
                     where x.org_id = org and x.contact_id = l.contact and x.id >= any (array[lowest]) and x.id < ending
                       and x.occurred_at >= range_from and x.occurred_at < range_to
                       and x.level = 2 and x.conversation_key is null
                    offset 0) e
     group by 1, 2, 3;
    keys := callintel_private.listed_keys(org, range_from, range_to, listed);
    if keys <> '{}' then
        return query
        select date_bin('1 hour', v.started_at, '2000-01-01 00:00Z'), v.channel, v.direction,
               callintel_private.total(v.factor)
          from (select -1::bigint as factor, a.*
                  from callintel_private.conversations(org, range_from, range_to, 1::smallint, null, keys) a
                union all
                select 1, s.*
                  from callintel_private.conversations(org, range_from, range_to, 1::smallint, listed, keys) s) v
         group by 1, 2, 3;
    end if;
end $$;
comment on function callintel_private.take_listed is
    'Returns the number of events, with a negative sign, that listed contacts take from the hidden events of a '
    'session.';

grant execute on function callintel_private.total to callintel_member;
reset role;
