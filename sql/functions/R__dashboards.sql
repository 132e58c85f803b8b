-- purpose: the figures of dashboards. Each is computed inside one function, so that rows that are only counted never
--          leave it.
-- Each message counts separately. Calls count by conversation (R__conversations.sql): an event without a conversation
-- key is one. The functions belong to callintel_member, whose policies limit them to what the session may see;
-- R__hidden_events.sql adds events of contacts that are hidden from it.
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
    set enable_sort = off set enable_nestloop = off set jit = off as $$
declare
    org uuid := (select c.org_id from callintel_private.session_context c);
begin
    -- An error for an unknown time zone or unit even if the org has no events.
    perform to_timestamp(0) at time zone zone, date_trunc(unit, to_timestamp(0), zone);
    if callintel_private.has_totals(range_from, range_to, unit, zone, asked) then
        return query
        select v.bucket, v.utc_offset_minutes, x.channel::smallint, x.direction::smallint, x.events, x.talk_s
          from callintel.count_volume(range_from, range_to, unit, zone, asked) v,
               lateral (values
                            (1, 1, v.inbound_calls, v.inbound_calls_s),
                            (1, 2, v.outbound_calls, v.outbound_calls_s),
                            (2, 1, v.inbound_sms, v.inbound_sms_s),
                            (2, 2, v.outbound_sms, v.outbound_sms_s),
                            (3, 1, v.inbound_mms, v.inbound_mms_s),
                            (3, 2, v.outbound_mms, v.outbound_mms_s),
                            (4, 1, v.inbound_voicemails, v.inbound_voicemails_s),
                            (4, 2, v.outbound_voicemails, v.outbound_voicemails_s))
               as x (channel, direction, events, talk_s)
         where x.events <> 0
         order by 1, 3, 4;
        return;
    end if;
    return query
    -- Most rows have no hidden events, so the two are joined and not added up again. The offset is computed once for
    -- each bucket, not for each channel and direction.
    with c as materialized (
        select x.bucket, x.channel, x.direction, x.events, x.talk_s
          from callintel_private.count_by(range_from, range_to, unit, zone, null, asked) x
    ), k as materialized (
        select x.bucket, x.channel, x.direction, x.events
          from callintel_private.count_hidden_events(range_from, range_to, unit, zone) x
         where callintel_private.is_wide(asked)
           and (asked.channel is null or x.channel = asked.channel)
           and (asked.direction is null or x.direction = asked.direction)
    ), offsets as (
        select b.bucket,
               (date_part('epoch', (b.bucket at time zone zone) - (b.bucket at time zone 'UTC')) / 60)::integer
                   as minutes
          from (select distinct x.bucket from (select c.bucket from c union all select k.bucket from k) x) b
         where zone <> 'UTC'
    )
    select s.bucket, coalesce(o.minutes, 0), s.channel, s.direction, s.events, s.talk_s
      from (select c.bucket, c.channel, c.direction, c.events + coalesce(k.events, 0) as events, c.talk_s
              from c
              left join k on k.bucket = c.bucket and k.channel = c.channel and k.direction = c.direction
            union all
            select k.bucket, k.channel, k.direction, k.events, 0
              from k
             where not exists (select from c
                                where c.bucket = k.bucket and c.channel = k.channel and c.direction = k.direction)) s
      left join offsets o on o.bucket = s.bucket
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

-- Whole days of the home zone are read from cells (rank_contacts), with all contacts but the first ones in one row. The
-- time of the last event is looked up where cells do not tell it.
create or replace function callintel.count_events_by_contact(
    range_from timestamptz, range_to timestamptz, most integer, asked callintel.figure_filter default null)
    returns table (contact_id uuid, events bigint, talk_s bigint, last_event timestamptz)
    language plpgsql stable security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off
    set enable_sort = off set jit = off as $$
declare
    org       uuid := (select c.org_id from callintel_private.session_context c);
    has_cells boolean := callintel_private.has_day_cells(null, 'contact', asked);
begin
    return query
    with g as materialized (
        select b.contact_id,
               callintel_private.total(b.events) as events,
               callintel_private.total(b.talk_s) as talk_s,
               max(b.last_at) as last_event,
               bool_and(b.is_exact) as is_exact
          from (select c.contact_id, c.events, c.talk_s, c.last_at, c.is_exact
                  from callintel_private.rank_contacts(range_from, range_to, most, asked) c
                 where has_cells
                union all
                select s.item, s.events, s.talk_s, s.last_at, true
                  from callintel_private.count_seen(range_from, range_to, null, null, 'contact', asked) s
                 where not has_cells and s.item is not null) b
         group by 1
    ), top as materialized (
        select g.*
          from g
         where g.events >= callintel.smallest_group() and g.contact_id is not null
         order by g.events desc, g.talk_s desc, g.contact_id
         limit most
    ), other as (
        select g.events, g.talk_s
          from g
         where g.contact_id is null or g.contact_id not in (select t.contact_id from top t)
        union all
        select k.events, 0
          from callintel_private.count_hidden_events(range_from, range_to, null, null) k
         where callintel_private.is_wide(asked)
           and (asked.channel is null or k.channel = asked.channel)
           and (asked.direction is null or k.direction = asked.direction)
    )
    select r.contact_id, r.events, r.talk_s, r.last_event
      from (select t.contact_id, t.events, t.talk_s,
                   case when t.is_exact then t.last_event
                        else (select max(s.last_at)
                                from callintel_private.count_seen(
                                    range_from, range_to, null, null, 'contact',
                                    row(null, null, null, null, null, null, t.contact_id, null, null, null)
                                        ::callintel.figure_filter) s) end as last_event
              from top t
            union all
            select null, callintel_private.total(o.events), callintel_private.total(o.talk_s), null
              from other o having count(*) > 0) r
     order by r.contact_id is null, 2 desc, 3 desc, 1;
end $$;
comment on function callintel.count_events_by_contact is
    'Returns the contacts with the most events, and last, without a contact, all remaining contacts combined.';

-- The median of times that are counted by value, as percentile_cont computes it.
create or replace function callintel.count_unanswered_calls(
    range_from timestamptz, range_to timestamptz, zone text, asked callintel.figure_filter default null)
    returns table (day date, calls bigint, unanswered bigint, called_back bigint, median_s double precision)
    language plpgsql stable security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off set jit = off as $$
declare
    org       uuid := (select c.org_id from callintel_private.session_context c);
    has_cells boolean := callintel_private.has_day_cells(zone, 'wait', asked);
begin
    perform to_timestamp(0) at time zone zone;
    return query
    with w as materialized (
        select r.day, r.wait_s, callintel_private.total(r.events) as events
          from (select (c.bucket at time zone zone)::date as day, c.wait_s, c.events
                  from callintel_private.count_waits(range_from, range_to, zone, 2::smallint, asked) c
                 where has_cells
                   and (asked.channel is null or asked.channel = 1)
                   and (asked.direction is null or asked.direction = 1)
                union all
                select s.day, s.wait_s, s.events
                  from callintel_private.seen_returns(range_from, range_to, zone, asked) s
                 where not has_cells) r
         group by 1, 2
    ), ordered as (
        select t.day, t.wait_s, t.upto, 0.5 * (t.number - 1) as place
          from (select x.day,
                       x.wait_s,
                       callintel_private.total(x.events) over (partition by x.day order by x.wait_s) as upto,
                       callintel_private.total(x.events) over (partition by x.day) as number
                  from w x
                 where x.wait_s >= 0) t
    ), medians as (
        select p.day,
               (p.below + (p.above - p.below) * (p.place - floor(p.place)))::double precision as median_s
          from (select o.day,
                       o.place,
                       min(o.wait_s) filter (where o.upto > floor(o.place)) as below,
                       min(o.wait_s) filter (where o.upto > ceil(o.place)) as above
                  from ordered o
                 group by 1, 2) p
    )
    select d.day, callintel_private.total(d.calls), callintel_private.total(d.unanswered),
           callintel_private.total(d.called_back), max(m.median_s)
      from (select x.day,
                   callintel_private.total(x.events) as calls,
                   coalesce(callintel_private.total(x.events) filter (where x.wait_s > -2), 0) as unanswered,
                   coalesce(callintel_private.total(x.events) filter (where x.wait_s >= 0), 0) as called_back
              from w x
             group by 1
            union all
            select k.day, k.calls, k.unanswered, k.called_back
              from callintel_private.count_hidden_unanswered(range_from, range_to, zone) k
             where callintel_private.is_wide(asked)
               and (asked.channel is null or asked.channel = 1)
               and (asked.direction is null or asked.direction = 1)) d
      left join medians m on m.day = d.day
     group by 1
     order by 1;
end $$;
comment on function callintel.count_unanswered_calls is
    'Returns inbound calls per day, how many were unanswered, how many of those were returned within 24 hours, and the '
    'median time to return them in seconds.';

create or replace function callintel.measure_response_times(
    range_from timestamptz, range_to timestamptz, asked callintel.figure_filter default null)
    returns table (messages bigint, answered bigint, median_s double precision, p90_s double precision)
    language plpgsql stable rows 1 security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off set jit = off as $$
declare
    org       uuid := (select c.org_id from callintel_private.session_context c);
    has_cells boolean := callintel_private.has_day_cells(null, 'wait', asked);
begin
    return query
    with w as materialized (
        select r.wait_s, callintel_private.total(r.events) as events
          from (select c.wait_s, c.events
                  from callintel_private.count_waits(range_from, range_to, null, 1::smallint, asked) c
                 where has_cells
                   and (asked.channel is null or c.channel = asked.channel)
                   and (asked.direction is null or asked.direction = 1)
                union all
                select s.wait_s, s.events
                  from callintel_private.seen_answers(range_from, range_to, asked) s
                 where not has_cells) r
         group by 1
    ), ordered as (
        select t.wait_s, t.upto, t.number
          from (select x.wait_s,
                       callintel_private.total(x.events) over (order by x.wait_s) as upto,
                       callintel_private.total(x.events) over () as number
                  from w x
                 where x.wait_s >= 0) t
    ), percentiles as (
        select p.share, (p.below + (p.above - p.below) * (p.place - floor(p.place)))::double precision as seconds
          from (select s.share,
                       s.share * (o.number - 1) as place,
                       min(o.wait_s) filter (where o.upto > floor(s.share * (o.number - 1))) as below,
                       min(o.wait_s) filter (where o.upto > ceil(s.share * (o.number - 1))) as above
                  from ordered o, (values (0.5), (0.9)) as s (share)
                 group by 1, 2) p
    )
    select coalesce((select callintel_private.total(x.events) from w x), 0),
           coalesce((select callintel_private.total(x.events) from w x where x.wait_s >= 0), 0),
           (select p.seconds from percentiles p where p.share = 0.5),
           (select p.seconds from percentiles p where p.share = 0.9);
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
