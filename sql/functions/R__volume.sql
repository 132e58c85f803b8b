-- purpose: volume with one row for each bucket: 90 days by hour are 2,160 rows, and more than 12,000 by channel and
--          direction
-- Each function that returns rows to another one stores them once, which takes longer than counting them. So this
-- function adds up cells, events of marked buckets and hidden events in one pass, and channels and directions are
-- columns. R__cells.sql describes where the numbers come from.

set role callintel_definer;

create or replace function callintel_private.count_volume_cells(
    range_from timestamptz,
    range_to timestamptz,
    unit text,
    zone text,
    asked callintel.figure_filter)
    returns table (
        bucket timestamptz,
        inbound_calls bigint,
        outbound_calls bigint,
        inbound_sms bigint,
        outbound_sms bigint,
        inbound_mms bigint,
        outbound_mms bigint,
        inbound_voicemails bigint,
        outbound_voicemails bigint,
        inbound_calls_s bigint,
        outbound_calls_s bigint,
        inbound_sms_s bigint,
        outbound_sms_s bigint,
        inbound_mms_s bigint,
        outbound_mms_s bigint,
        inbound_voicemails_s bigint,
        outbound_voicemails_s bigint)
    language plpgsql stable security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off
    set enable_sort = off set jit = off as $$
declare
    verified  record := (select c from callintel_private.session_context c);
    org       uuid := verified.org_id;
    max_level smallint := verified.max_level;
    is_hourly boolean := unit = 'hour';
    listed    uuid[] := case when verified.max_level = 1 then callintel_private.own_listings() else '{}' end;
    chosen    record;
    wanted    record;
    s         record;
begin
    if verified.permissions & 3 /* read_events | read_all_events */ <> 3 then
        perform callintel_private.refuse_permission(2 /* read_all_events */);
    end if;
    chosen := callintel_private.choose_cells(org, range_from, range_to, unit, zone, null, asked);
    if chosen.cube is distinct from 1 then
        return;
    end if;
    wanted := callintel_private.resolve_filter(range_from, range_to, asked);
    s := callintel_private.find_sources(org, wanted.times, chosen.has_days, chosen.has_hours);
    return query
    select b.bucket,
           coalesce(callintel_private.total(b.events) filter (where b.slot = 2), 0),
           coalesce(callintel_private.total(b.events) filter (where b.slot = 3), 0),
           coalesce(callintel_private.total(b.events) filter (where b.slot = 4), 0),
           coalesce(callintel_private.total(b.events) filter (where b.slot = 5), 0),
           coalesce(callintel_private.total(b.events) filter (where b.slot = 6), 0),
           coalesce(callintel_private.total(b.events) filter (where b.slot = 7), 0),
           coalesce(callintel_private.total(b.events) filter (where b.slot = 8), 0),
           coalesce(callintel_private.total(b.events) filter (where b.slot = 9), 0),
           coalesce(callintel_private.total(b.talk_s) filter (where b.slot = 2), 0),
           coalesce(callintel_private.total(b.talk_s) filter (where b.slot = 3), 0),
           coalesce(callintel_private.total(b.talk_s) filter (where b.slot = 4), 0),
           coalesce(callintel_private.total(b.talk_s) filter (where b.slot = 5), 0),
           coalesce(callintel_private.total(b.talk_s) filter (where b.slot = 6), 0),
           coalesce(callintel_private.total(b.talk_s) filter (where b.slot = 7), 0),
           coalesce(callintel_private.total(b.talk_s) filter (where b.slot = 8), 0),
           coalesce(callintel_private.total(b.talk_s) filter (where b.slot = 9), 0)
      from (select case when is_hourly and r.grain = 2 then c.bucket
                        else date_trunc(unit, c.bucket, zone) end as bucket,
                   c.channel, c.direction, c.channel * 2 + c.direction - 1 as slot, c.events, c.talk_s
              from callintel_private.cell_ranges(
                       s.day_singles, s.day_legs, s.hour_singles, s.hour_legs, s.quarter_singles, s.quarter_legs) r,
                   lateral (select x.bucket, x.channel, x.direction, x.events, x.talk_s
                              from callintel_private.total_cells x
                             where x.org_id = org and not x.of_hidden and x.grain = r.grain
                               and x.has_legs = r.has_legs and x.bucket >= r.starts and x.bucket < r.ends
                               and x.level <= max_level
                            offset 0) c
            union all
            select date_trunc(unit, e.bucket, zone), e.channel, e.direction, e.channel * 2 + e.direction - 1, e.events,
                   e.talk_s
              from callintel_private.compute_cells(org, s.event_singles, s.event_legs) e
             where e.level <= max_level
            union all
            select date_trunc(unit, l.bucket, zone), l.channel, l.direction, l.channel * 2 + l.direction - 1, l.events,
                   l.talk_s
              from callintel_private.add_listed(org, wanted.times, listed) l
            union all
            select h.bucket, h.channel, h.direction, h.channel * 2 + h.direction - 1, h.events, 0
              from callintel_private.count_hidden_events(range_from, range_to, unit, zone) h
             where callintel_private.is_wide(asked)) b
     where (asked.channel is null or b.channel = asked.channel)
       and (asked.direction is null or b.direction = asked.direction)
     group by b.bucket
    having callintel_private.total(b.events) <> 0
     order by 1;
end $$;
comment on function callintel_private.count_volume_cells is
    'Returns the number of events that the session sees or counts as hidden ones, and the talk time, by bucket of '
    'time, for questions that total_cells answer.';

-- Whether total_cells answer a question.
create or replace function callintel_private.has_totals(
    range_from timestamptz, range_to timestamptz, unit text, zone text, asked callintel.figure_filter) returns boolean
    language plpgsql stable security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    verified record := (select c from callintel_private.session_context c);
begin
    return verified.permissions & 3 /* read_events | read_all_events */ = 3
       and coalesce((select c.cube = 1
                       from callintel_private.choose_cells(
                                verified.org_id, range_from, range_to, unit, zone, null, asked) c),
                    false);
end $$;
comment on function callintel_private.has_totals is 'Whether count_volume_cells answers a question.';

grant execute on function callintel_private.count_volume_cells, callintel_private.has_totals to callintel_member;

set role callintel_member;

create or replace function callintel.count_volume(
    range_from timestamptz,
    range_to timestamptz,
    unit text,
    zone text,
    asked callintel.figure_filter default null)
    returns table (
        bucket timestamptz,
        utc_offset_minutes integer,
        inbound_calls bigint,
        outbound_calls bigint,
        inbound_sms bigint,
        outbound_sms bigint,
        inbound_mms bigint,
        outbound_mms bigint,
        inbound_voicemails bigint,
        outbound_voicemails bigint,
        inbound_calls_s bigint,
        outbound_calls_s bigint,
        inbound_sms_s bigint,
        outbound_sms_s bigint,
        inbound_mms_s bigint,
        outbound_mms_s bigint,
        inbound_voicemails_s bigint,
        outbound_voicemails_s bigint)
    language plpgsql stable security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off set jit = off as $$
declare
    org uuid := (select c.org_id from callintel_private.session_context c);
begin
    -- An error for an unknown time zone even if the org has no events.
    perform to_timestamp(0) at time zone zone;
    if callintel_private.has_totals(range_from, range_to, unit, zone, asked) then
        return query
        select v.bucket,
               case when zone = 'UTC' then 0
                    else (date_part('epoch', (v.bucket at time zone zone) - (v.bucket at time zone 'UTC'))
                          / 60)::integer end,
               v.inbound_calls,
               v.outbound_calls,
               v.inbound_sms,
               v.outbound_sms,
               v.inbound_mms,
               v.outbound_mms,
               v.inbound_voicemails,
               v.outbound_voicemails,
               v.inbound_calls_s,
               v.outbound_calls_s,
               v.inbound_sms_s,
               v.outbound_sms_s,
               v.inbound_mms_s,
               v.outbound_mms_s,
               v.inbound_voicemails_s,
               v.outbound_voicemails_s
          from callintel_private.count_volume_cells(range_from, range_to, unit, zone, asked) v;
    else
        return query
        select e.bucket,
               e.utc_offset_minutes,
               coalesce(callintel_private.total(e.events) filter (where e.channel = 1 and e.direction = 1), 0),
               coalesce(callintel_private.total(e.events) filter (where e.channel = 1 and e.direction = 2), 0),
               coalesce(callintel_private.total(e.events) filter (where e.channel = 2 and e.direction = 1), 0),
               coalesce(callintel_private.total(e.events) filter (where e.channel = 2 and e.direction = 2), 0),
               coalesce(callintel_private.total(e.events) filter (where e.channel = 3 and e.direction = 1), 0),
               coalesce(callintel_private.total(e.events) filter (where e.channel = 3 and e.direction = 2), 0),
               coalesce(callintel_private.total(e.events) filter (where e.channel = 4 and e.direction = 1), 0),
               coalesce(callintel_private.total(e.events) filter (where e.channel = 4 and e.direction = 2), 0),
               coalesce(callintel_private.total(e.talk_s) filter (where e.channel = 1 and e.direction = 1), 0),
               coalesce(callintel_private.total(e.talk_s) filter (where e.channel = 1 and e.direction = 2), 0),
               coalesce(callintel_private.total(e.talk_s) filter (where e.channel = 2 and e.direction = 1), 0),
               coalesce(callintel_private.total(e.talk_s) filter (where e.channel = 2 and e.direction = 2), 0),
               coalesce(callintel_private.total(e.talk_s) filter (where e.channel = 3 and e.direction = 1), 0),
               coalesce(callintel_private.total(e.talk_s) filter (where e.channel = 3 and e.direction = 2), 0),
               coalesce(callintel_private.total(e.talk_s) filter (where e.channel = 4 and e.direction = 1), 0),
               coalesce(callintel_private.total(e.talk_s) filter (where e.channel = 4 and e.direction = 2), 0)
          from callintel.count_events(range_from, range_to, unit, zone, asked) e
         group by 1, 2
         order by 1, 2;
    end if;
end $$;
comment on function callintel.count_volume is
    'Returns what count_events returns with one row for each bucket: the number of events by channel and direction, '
    'and with _s the talk time in seconds.';
grant execute on function callintel.count_volume to callintel_app;

reset role;
