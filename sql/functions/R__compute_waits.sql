-- purpose: what cells by contact and cells of waiting times contain
-- Both have the days of the home zone only. They are computed for ranges of whole days. R__day_cells.sql computes
-- the same from the events that a session sees.

set role callintel_definer;

-- Rounds a time in seconds so that times can be counted by value: to whole seconds below 128, and to the middle of 64
-- equal steps between powers of two beyond. The error is at most half a second or 1 in 128 (0.8 %).
create or replace function callintel_private.rounded_wait(seconds double precision) returns integer
    language sql immutable parallel safe as $$
    select case when r.step = 0 then r.whole else (r.whole >> r.step << r.step) + (1 << (r.step - 1)) end
      from (select w.whole,
                   width_bucket(w.whole, '{128,256,512,1024,2048,4096,8192,16384,32768,65536}'::integer[]) as step
              from (select round(seconds)::integer as whole) w) r
$$;

-- Returns the conversations that begin in a range with the level and the sign that cells give them.
create or replace function callintel_private.leveled_conversations(
    org uuid, range_from timestamptz, range_to timestamptz)
    returns table (
        level smallint,
        factor bigint,
        started_at timestamptz,
        channel smallint,
        direction smallint,
        outcome smallint,
        contact_id uuid,
        talk_s bigint)
    language plpgsql stable
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan set jit = off as $$
declare
    keys uuid[] := callintel_private.restricted_keys(org, range_from, range_to);
begin
    return query
    select 1::smallint, 1::bigint, v.started_at, v.channel, v.direction, v.outcome, v.contact_id, v.talk_s
      from callintel_private.conversations(org, range_from, range_to, null, null) v;
    if keys <> '{}' then
        return query
        select d.level, d.factor, v.started_at, v.channel, v.direction, v.outcome, v.contact_id, v.talk_s
          from (values (null::smallint), (1::smallint), (2::smallint)) as s (above),
               lateral (select x.*
                          from callintel_private.conversations(
                              org, range_from, range_to, s.above, null, keys, s.above is not null) x
                        offset 0) v,
               (values (null::smallint, 1::smallint, -1::bigint), (null, 3::smallint, 1),
                       (1::smallint, 1::smallint, 1), (1::smallint, 2::smallint, -1),
                       (2::smallint, 2::smallint, 1), (2::smallint, 3::smallint, -1)) as d (above, level, factor)
         where d.above is not distinct from s.above;
    end if;
end $$;

create or replace function callintel_private.compute_contacts(org uuid, days tstzmultirange, zone text)
    returns table (
        bucket timestamptz,
        contact_id uuid,
        level smallint,
        events bigint,
        messages bigint,
        talk_s bigint,
        last_at timestamptz)
    language plpgsql stable
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set enable_sort = off set jit = off as $$
begin
    return query
    select b.bucket,
           coalesce(b.contact_id, callintel_private.nil()),
           b.level,
           callintel_private.total(b.events),
           callintel_private.total(b.messages),
           callintel_private.total(b.talk_s),
           case when grouping(b.contact_id) = 0 and min(b.events) > 0 then max(b.last_at) end
      from (select date_trunc('day', e.occurred_at, zone) as bucket,
                   e.contact_id,
                   greatest(e.level, 1::smallint) as level,
                   count(*) as events,
                   count(*) filter (where e.channel in (2, 3)) as messages,
                   coalesce(sum(e.duration_s), 0) as talk_s,
                   max(e.occurred_at) as last_at
              from (select lower(x) as starts,
                           upper(x) as ends,
                           callintel_private.lowest_id(lower(x)) as lowest,
                           callintel_private.lowest_id(upper(x) + interval '999 microseconds') as ending
                      from unnest(days) as x
                    offset 0) r,
                   lateral (select y.*
                              from callintel_private.events y
                             where y.org_id = org and y.id >= r.lowest and y.id < r.ending
                               and y.occurred_at >= r.starts and y.occurred_at < r.ends
                               and y.conversation_key is null and y.contact_id is not null
                            offset 0) e
             group by 1, 2, 3
            union all
            select date_trunc('day', v.started_at, zone), v.contact_id, v.level, v.factor,
                   case when v.channel in (2, 3) then v.factor else 0 end, v.factor * v.talk_s, v.started_at
              from unnest(days) as r,
                   callintel_private.leveled_conversations(org, lower(r), upper(r)) v
             where v.contact_id is not null) b
     -- By contact, and all contacts together.
     group by grouping sets ((b.bucket, b.contact_id, b.level), (b.bucket, b.level))
    having callintel_private.total(b.events) <> 0
        or callintel_private.total(b.messages) <> 0
        or callintel_private.total(b.talk_s) <> 0
        or grouping(b.contact_id) = 0 and min(b.events) < 0;
end $$;
comment on function callintel_private.compute_contacts is
    'Returns the number of events by day, contact and level, and their talk time; with the nil UUID as the contact for '
    'all contacts together.';

-- Returns the waiting times of a range, of messages (1), calls (2) or both (null), as a session sees them that sees
-- contacts up to a level.
create or replace function callintel_private.compute_waits_up_to(
    org uuid, range_from timestamptz, range_to timestamptz, zone text, seen smallint, only_kind smallint)
    returns table (kind smallint, bucket timestamptz, channel smallint, wait_s integer, events bigint)
    language plpgsql stable
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set jit = off as $$
declare
    lowest uuid := callintel_private.lowest_id(range_from - interval '24 hours');
    first  uuid := callintel_private.lowest_id(range_from);
    ending uuid := callintel_private.lowest_id(range_to + interval '24 hours 999 microseconds');
begin
    if only_kind is distinct from 2 then
        return query
        select 1::smallint, date_trunc('day', m.occurred_at, zone), m.channel,
               case when m.next_outbound <= m.occurred_at + interval '24 hours'
                    then callintel_private.rounded_wait(date_part('epoch', m.next_outbound - m.occurred_at))
                    else -1 end,
               count(*)
          from (select e.occurred_at,
                       e.channel,
                       e.direction,
                       lead(e.direction) over thread as direction_before,
                       lead(e.occurred_at) over thread as time_before,
                       min(e.occurred_at) filter (where e.direction = 2) over (
                           partition by e.contact_id order by e.occurred_at desc
                           groups between unbounded preceding and 1 preceding) as next_outbound
                  from callintel_private.events e
                 where e.org_id = org and e.id >= lowest and e.id < ending
                   and e.occurred_at >= range_from - interval '24 hours'
                   and e.occurred_at < range_to + interval '24 hours'
                   and e.channel in (2, 3) and e.contact_id is not null and greatest(e.level, 1) <= seen
                window thread as (partition by e.contact_id order by e.occurred_at desc, e.id desc)) m
         where m.direction = 1 and m.occurred_at >= range_from and m.occurred_at < range_to
           and (m.direction_before is distinct from 1 or m.time_before < m.occurred_at - interval '24 hours')
         group by 2, 3, 4;
    end if;
    if only_kind is distinct from 1 then
        return query
        select 2::smallint, date_trunc('day', c.occurred_at, zone), 1::smallint,
               case when not c.missed then -2
                    when c.next_call <= c.occurred_at + interval '24 hours'
                    then callintel_private.rounded_wait(date_part('epoch', c.next_call - c.occurred_at)) else -1 end,
               count(*)
          from (select k.occurred_at, k.direction, k.outcome in (2, 3, 4, 5) as missed,
                       case when k.contact_id is not null then
                           min(k.occurred_at) filter (where k.direction = 2) over (
                               partition by k.contact_id order by k.occurred_at desc
                               groups between unbounded preceding and 1 preceding)
                       end as next_call
                  from (select e.occurred_at, e.direction, e.outcome, e.contact_id
                          from callintel_private.events e
                         where e.org_id = org and e.id >= first and e.id < ending
                           and e.occurred_at >= range_from and e.occurred_at < range_to + interval '24 hours'
                           and e.channel = 1 and e.conversation_key is null and greatest(e.level, 1) <= seen
                        union all
                        select v.started_at, v.direction, v.outcome, v.contact_id
                          from (select l.started_at, l.direction, l.outcome, l.contact_id,
                                       callintel_private.total(l.factor) as calls
                                  from callintel_private.leveled_conversations(
                                      org, range_from, range_to + interval '24 hours') l
                                 where l.channel = 1 and l.level <= seen
                                 group by 1, 2, 3, 4) v,
                               generate_series(1, v.calls)) k) c
         where c.direction = 1 and c.occurred_at < range_to
         group by 2, 3, 4;
    end if;
end $$;

-- Returns by day the calls of contacts that are hidden from a session, compared by whole hours.
create or replace function callintel_private.compute_hidden_returns(
    org uuid, range_from timestamptz, range_to timestamptz, zone text, above smallint, listed uuid[])
    returns table (bucket timestamptz, wait_s integer, events bigint)
    language plpgsql stable
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    lowest uuid := callintel_private.lowest_id(range_from);
    ending uuid := callintel_private.lowest_id(range_to + interval '24 hours');
begin
    return query
    select date_trunc('day', date_trunc('hour', c.occurred_at, 'UTC'), zone),
           -- Compared by whole hours: otherwise a member could find out the moment of a call by storing calls around
           -- it.
           case when not c.missed then -2
                when date_bin('1 hour', c.next_call, '2000-01-01 00:00Z')
                     <= date_bin('1 hour', c.occurred_at, '2000-01-01 00:00Z') + interval '24 hours' then 0
                else -1 end,
           count(*)
      from (select k.occurred_at, k.direction, k.outcome in (2, 3, 4, 5) as missed,
                   min(k.occurred_at) filter (where k.direction = 2) over (
                       partition by k.contact_id order by k.occurred_at desc
                       groups between unbounded preceding and 1 preceding) as next_call
              from (select e.occurred_at, e.direction, e.outcome, e.contact_id
                      from callintel_private.events e
                     where e.org_id = org and e.id >= lowest and e.id < ending
                       and e.occurred_at >= range_from and e.occurred_at < range_to + interval '24 hours'
                       and e.channel = 1 and e.conversation_key is null
                       and e.level >= 2 and callintel_private.is_hidden(e.level, e.contact_id, above, listed)
                    union all
                    select v.started_at, v.direction, v.outcome, v.contact_id
                      from callintel_private.conversations(
                          org, range_from, range_to + interval '24 hours', above, listed) v
                     where v.channel = 1) k) c
     where c.direction = 1 and c.occurred_at < range_to
     group by 1, 2;
end $$;
comment on function callintel_private.compute_hidden_returns is
    'Returns the inbound calls of hidden contacts by day: answered (-2), unanswered (-1), and returned within 24 hours '
    '(0).';

-- Returns what cells of waiting times contain, for ranges of whole days.
create or replace function callintel_private.compute_waits(org uuid, days tstzmultirange, zone text)
    returns table (
        kind smallint,
        bucket timestamptz,
        channel smallint,
        level smallint,
        wait_s integer,
        events bigint)
    language plpgsql stable
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set jit = off as $$
declare
    part record;
begin
    for part in select lower(x) as starts, upper(x) as ends from unnest(days) as x loop
        if not exists (select from callintel_private.events e
                        where e.org_id = org and e.level >= 2
                          and e.id >= callintel_private.lowest_id(part.starts - interval '30 hours')
                          and e.id < callintel_private.lowest_id(part.ends + interval '50 hours')) then
            return query
            select w.kind, w.bucket, w.channel, 1::smallint, w.wait_s, w.events
              from callintel_private.compute_waits_up_to(org, part.starts, part.ends, zone, 3::smallint, null) w;
            continue;
        end if;
        return query
        select w.kind, w.bucket, w.channel, d.level, w.wait_s, callintel_private.total(d.factor * w.events)
          from (values (1::smallint), (2::smallint), (3::smallint)) as s (seen),
               lateral (select x.*
                          from callintel_private.compute_waits_up_to(org, part.starts, part.ends, zone, s.seen, null) x
                        offset 0) w,
               (values (1::smallint, 1::smallint, 1::bigint), (1::smallint, 2::smallint, -1),
                       (2::smallint, 2::smallint, 1), (2::smallint, 3::smallint, -1),
                       (3::smallint, 3::smallint, 1)) as d (seen, level, factor)
         where d.seen = s.seen
         group by 1, 2, 3, 4, 5
        having callintel_private.total(d.factor * w.events) <> 0;
        -- Hours of UTC that belong to two local days are counted from the events.
        continue when not callintel_private.has_whole_hours(part.starts, part.ends, zone);
        return query
        select 3::smallint, h.bucket, 1::smallint, a.above, h.wait_s, h.events
          from (values (1::smallint), (2::smallint)) as a (above),
               lateral (select x.*
                          from callintel_private.compute_hidden_returns(
                              org, part.starts, part.ends, zone, a.above, null) x
                        offset 0) h;
    end loop;
end $$;
comment on function callintel_private.compute_waits is
    'Returns the number of messages and calls by day, kind, channel, level and waiting time.';

-- Returns the whole days within a range whose cells by contact, or of waiting times, are up to date: no mark is within
-- reach of what such a cell depends on. A call that is returned depends on records up to 24 hours after a return call
-- that begins up to 25 hours after it, and on records of conversations from four hours before. Waiting times of days
-- that reach into a dropped month are final.
create or replace function callintel_private.clean_days(
    org uuid, range_from timestamptz, range_to timestamptz, of_waits boolean) returns tstzmultirange
    language plpgsql stable as $$
declare
    zone  text := callintel_private.cell_zone(org);
    marks tstzmultirange;
    final tstzmultirange;
begin
    if zone is null or not range_from < range_to then
        return '{}';
    end if;
    final := case when of_waits then callintel_private.final_months(org) else '{}' end;
    marks := (select coalesce(range_agg(tstzrange(
                         m.bucket - case when m.has_legs then interval '24 hours' else '0' end
                                  - case when of_waits then interval '25 hours' else '0' end,
                         m.bucket + m.width + case when of_waits then interval '24 hours'
                                                   when m.has_legs then interval '4 hours' else '0' end)), '{}')
                from (select distinct d.bucket, d.has_legs,
                             case when d.is_day then interval '24 hours' else interval '15 minutes' end as width
                        from callintel_private.dirty_buckets d
                       where d.org_id = org and d.bucket > range_from - interval '48 hours'
                         and d.bucket < range_to + interval '49 hours') m);
    return (select coalesce(range_agg(tstzrange(d.starts, d.ends)), '{}')
              from callintel_private.local_days(range_from, range_to, zone) d
             where d.is_plain and d.starts >= range_from and d.ends <= range_to
               and (tstzrange(d.starts, d.ends) && final or not tstzrange(d.starts, d.ends) && marks));
end $$;
comment on function callintel_private.clean_days is
    'Returns the days of the home zone within a range whose cells are up to date.';

grant execute on function callintel_private.rounded_wait to callintel_member;
reset role;
