-- purpose: the figures of dashboards. Each is computed inside one function, so that rows that are only counted never
--          leave it.
-- Messages count each. Calls count by conversation (R__conversations.sql): an event without a conversation key is one.
-- The functions belong to callintel_member, whose policies limit them to what the session may see; R__hidden_events.sql
-- adds events of contacts that are hidden from it.
-- "to_timestamp(0) at time zone zone" raises an error for an unknown time zone even if the org has no events.

set role callintel_definer;

-- The width of the intervals in which events are counted before date_trunc, which is ten times slower with a time zone,
-- assigns the counts to buckets. Events before 1980 are not accepted, and since then the offset of every IANA time zone
-- has been a multiple of 15 minutes. A name with digits may be a POSIX time zone, which can have any offset.
create or replace function callintel_private.bin_width(unit text, zone text) returns interval
    language sql immutable parallel safe as $$
    select case when unit in ('hour', 'day', 'week', 'month', 'quarter', 'year') and zone !~ '[0-9]'
                then interval '15 minutes' else interval '1 microsecond' end
$$;
grant execute on function callintel_private.bin_width to callintel_member;

set role callintel_member;

create or replace function callintel.count_events(
    range_from timestamptz,
    range_to timestamptz,
    unit text,
    zone text,
    asked callintel.figure_filter default null)
    returns table (
        bucket timestamptz,
        utc_offset_minutes integer,
        channel smallint,
        direction smallint,
        events bigint,
        talk_s bigint)
    language plpgsql stable security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off
    set enable_sort = off set jit = off as $$
declare
    org uuid := (select c.org_id from callintel_private.session_context c);
begin
    return query
    -- The offset is computed once for each bucket, not for each channel and direction.
    with g as materialized (
        select c.bucket, c.channel, c.direction, c.events, c.talk_s
          from callintel_private.count_by(range_from, range_to, unit, zone, null, asked) c
        union all
        select k.bucket, k.channel, k.direction, k.events, 0
          from callintel_private.count_hidden_events(range_from, range_to, unit, zone) k
         where callintel_private.is_wide(asked)
           and (asked.channel is null or k.channel = asked.channel)
           and (asked.direction is null or k.direction = asked.direction)
    ), offsets as (
        select b.bucket,
               (date_part('epoch', (b.bucket at time zone zone) - (b.bucket at time zone 'UTC')) / 60)::integer
                   as minutes
          from (select distinct x.bucket from g x) b
    )
    select s.bucket, o.minutes, s.channel, s.direction, s.events, s.talk_s
      from (select g.bucket, g.channel, g.direction, callintel_private.total(g.events) as events,
                   callintel_private.total(g.talk_s) as talk_s
              from g
             group by 1, 2, 3) s
      join offsets o on o.bucket = s.bucket
     order by 1, 3, 4;
end $$;
comment on function callintel.count_events is
    'Returns the number of events and the talk time by bucket of time, channel and direction. unit is a unit of '
    'date_trunc, zone an IANA name.';

create or replace function callintel.count_events_by_hour(
    range_from timestamptz, range_to timestamptz, zone text, asked callintel.figure_filter default null)
    returns table (day_of_week integer, hour_of_day integer, events bigint)
    language plpgsql stable security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off
    set enable_sort = off set jit = off as $$
declare
    org uuid := (select c.org_id from callintel_private.session_context c);
begin
    return query
    select extract(dow from g.hour)::integer, extract(hour from g.hour)::integer, callintel_private.total(g.events)
      from (select c.bucket at time zone zone as hour, c.events
              from callintel_private.count_by(range_from, range_to, 'hour', zone, 'time', asked) c
            union all
            select k.bucket at time zone zone, k.events
              from callintel_private.count_hidden_events(range_from, range_to, 'hour', zone) k
             where callintel_private.is_wide(asked)
               and (asked.channel is null or k.channel = asked.channel)
               and (asked.direction is null or k.direction = asked.direction)) g
     group by 1, 2
     order by 3 desc, 1, 2;
end $$;
comment on function callintel.count_events_by_hour is
    'Returns the number of events by day of the week (0 is Sunday) and hour of the day in a time zone.';

create or replace function callintel.count_events_by_contact(
    range_from timestamptz, range_to timestamptz, most integer, asked callintel.figure_filter default null)
    returns table (contact_id uuid, events bigint, talk_s bigint, last_event timestamptz)
    language plpgsql stable security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off
    set enable_sort = off set jit = off as $$
declare
    org uuid := (select c.org_id from callintel_private.session_context c);
begin
    return query
    with g as (
        select b.item as contact_id,
               sum(b.events)::bigint as events,
               sum(b.talk_s)::bigint as talk_s,
               max(b.last_at) as last_event
          from callintel_private.count_seen(range_from, range_to, null, null, 'contact', asked) b
         where b.item is not null
         group by 1
    ), top as (
        select g.*
          from g
         where g.events >= callintel.smallest_group()
         order by g.events desc, g.talk_s desc, g.contact_id
         limit most
    ), other as (
        select g.events, g.talk_s from g where g.contact_id not in (select t.contact_id from top t)
        union all
        select k.events, 0
          from callintel_private.count_hidden_events(range_from, range_to, null, null) k
         where callintel_private.is_wide(asked)
           and (asked.channel is null or k.channel = asked.channel)
           and (asked.direction is null or k.direction = asked.direction)
    )
    select r.contact_id, r.events, r.talk_s, r.last_event
      from (select t.* from top t
            union all
            select null, sum(o.events)::bigint, sum(o.talk_s)::bigint, null from other o having count(*) > 0) r
     order by r.contact_id is null, 2 desc, 3 desc, 1;
end $$;
comment on function callintel.count_events_by_contact is
    'Returns the contacts with the most events, and last, without a contact, all remaining contacts combined.';

-- One pass over the calls of each contact, latest first. The frame ends before the current call, so that its minimum is
-- the next outbound call. It only ever grows, so that each call is added once. A call from a withheld number (contact
-- null) cannot be returned.
create or replace function callintel.count_unanswered_calls(
    range_from timestamptz, range_to timestamptz, zone text, asked callintel.figure_filter default null)
    returns table (day date, calls bigint, unanswered bigint, called_back bigint, median_s double precision)
    language plpgsql stable security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    org      uuid := (select c.org_id from callintel_private.session_context c);
    lowest   uuid := callintel_private.lowest_id(range_from);
    ending   uuid := callintel_private.lowest_id(range_to + interval '24 hours 999 microseconds');
    wanted   record := (select f from callintel_private.resolve_filter(range_from, range_to, asked) f);
    times    tstzmultirange := wanted.times;
    members  uuid[] := wanted.members;
begin
    perform to_timestamp(0) at time zone zone;
    return query
    select d.day, sum(d.calls)::bigint, sum(d.unanswered)::bigint, sum(d.called_back)::bigint, max(d.median_s)
      from (select (c.occurred_at at time zone zone)::date as day,
                   count(*) as calls,
                   count(*) filter (where c.unanswered) as unanswered,
                   count(*) filter (where c.unanswered
                                    and c.next_call <= c.occurred_at + interval '24 hours') as called_back,
                   percentile_cont(0.5)
                       within group (order by extract(epoch from c.next_call - c.occurred_at)::double precision)
                       filter (where c.unanswered and c.next_call <= c.occurred_at + interval '24 hours') as median_s
              from (select k.*, k.outcome in (2, 3, 4, 5) as unanswered,
                           case when k.contact_id is not null then
                               min(k.occurred_at) filter (where k.direction = 2) over (
                                   partition by k.contact_id order by k.occurred_at desc
                                   groups between unbounded preceding and 1 preceding)
                           end as next_call
                      from (select e.occurred_at, e.direction, e.outcome, e.contact_id, e.line_id, e.member_id,
                                   e.source_id
                              from callintel_private.events e
                             where e.org_id = org and e.id >= lowest and e.id < ending
                               and e.occurred_at >= range_from and e.occurred_at < range_to + interval '24 hours'
                               and e.channel = 1 and e.conversation_key is null
                            union all
                            select v.started_at, v.direction, v.outcome, v.contact_id, v.line_id, v.member_id,
                                   v.source_id
                              from callintel_private.conversations(
                                  org, range_from, range_to + interval '24 hours', null, null) v
                             where v.channel = 1) k) c
             where c.direction = 1 and c.occurred_at < range_to
               -- The filter is about the call, not about the call that returns it.
               and (asked.contact_id is null or c.contact_id = asked.contact_id)
               and (asked.source_id is null or c.source_id = asked.source_id)
               and (asked.in_hours is null or c.occurred_at <@ times)
               and callintel_private.fits(asked, members, 1::smallint, 1::smallint, c.outcome, c.line_id, c.member_id)
             group by 1
            union all
            select k.day, k.calls, k.unanswered, k.called_back, null
              from callintel_private.count_hidden_unanswered(range_from, range_to, zone) k
             where callintel_private.is_wide(asked)
               and (asked.channel is null or asked.channel = 1)
               and (asked.direction is null or asked.direction = 1)) d
     group by 1
     order by 1;
end $$;
comment on function callintel.count_unanswered_calls is
    'Returns inbound calls per day, how many were unanswered, how many of those were returned within 24 hours, and the '
    'median time to return them in seconds.';

-- Both windows share one sort, latest first: the next row is the previous message, and the growing frame contains all
-- later ones.
create or replace function callintel.measure_response_times(
    range_from timestamptz, range_to timestamptz, asked callintel.figure_filter default null)
    returns table (messages bigint, answered bigint, median_s double precision, p90_s double precision)
    language plpgsql stable rows 1 security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    org      uuid := (select c.org_id from callintel_private.session_context c);
    lowest   uuid := callintel_private.lowest_id(range_from - interval '24 hours');
    ending   uuid := callintel_private.lowest_id(range_to + interval '24 hours 999 microseconds');
    wanted   record := (select f from callintel_private.resolve_filter(range_from, range_to, asked) f);
    times    tstzmultirange := wanted.times;
    members  uuid[] := wanted.members;
begin
    return query
    select count(*), count(m.answer_s),
           percentile_cont(0.5) within group (order by m.answer_s),
           percentile_cont(0.9) within group (order by m.answer_s)
      from (select x.*,
                   case when x.next_outbound <= x.occurred_at + interval '24 hours'
                        then extract(epoch from x.next_outbound - x.occurred_at)::double precision end as answer_s
              from (select e.occurred_at,
                           e.channel,
                           e.direction,
                           e.outcome,
                           e.contact_id,
                           e.line_id,
                           e.member_id,
                           e.source_id,
                           lead(e.direction) over thread as direction_before,
                           lead(e.occurred_at) over thread as time_before,
                           min(e.occurred_at) filter (where e.direction = 2) over (
                               partition by e.contact_id order by e.occurred_at desc
                               groups between unbounded preceding and 1 preceding) as next_outbound
                      from callintel_private.events e
                     where e.org_id = org and e.id >= lowest and e.id < ending
                       and e.occurred_at >= range_from - interval '24 hours'
                       and e.occurred_at < range_to + interval '24 hours'
                       and e.channel in (2, 3) and e.contact_id is not null
                    window thread as (partition by e.contact_id order by e.occurred_at desc, e.id desc)) x) m
     where m.direction = 1 and m.occurred_at >= range_from and m.occurred_at < range_to
       and (m.direction_before is distinct from 1 or m.time_before < m.occurred_at - interval '24 hours')
       -- The filter is about the message that waits, not about its answer.
       and (asked.contact_id is null or m.contact_id = asked.contact_id)
       and (asked.source_id is null or m.source_id = asked.source_id)
       and (asked.in_hours is null or m.occurred_at <@ times)
       and callintel_private.fits(asked, members, m.channel, m.direction, m.outcome, m.line_id, m.member_id);
end $$;
comment on function callintel.measure_response_times is
    'Returns the number of inbound messages that start a wait, how many were answered within 24 hours, and the median '
    'and 90th percentile of the time to answer in seconds.';

grant execute on function
    callintel.count_events,
    callintel.count_events_by_hour,
    callintel.count_events_by_contact,
    callintel.count_unanswered_calls,
    callintel.measure_response_times
    to callintel_app;
reset role;
