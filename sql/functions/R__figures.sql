-- purpose: figures of which events of contacts that are hidden from the session are no part: answer rate, activity of
--          members and of lines, because they are narrower than the total of an hour; and where figures come from
-- The functions that an application calls belong to callintel_member.

set role callintel_definer;

-- The activity of the members or of the lines of the org.
create or replace function callintel_private.count_by_item(
    range_from timestamptz, range_to timestamptz, dimension text, asked callintel.figure_filter)
    returns table (
        item uuid,
        inbound_calls bigint,
        answered_calls bigint,
        outbound_calls bigint,
        messages bigint,
        talk_s bigint)
    language plpgsql stable
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    org uuid := (select c.org_id from callintel_private.session_context c);
begin
    return query
    select nullif(c.item, callintel_private.nil()),
           coalesce(sum(c.events) filter (where c.channel = 1 and c.direction = 1), 0)::bigint,
           coalesce(sum(c.answered) filter (where c.channel = 1 and c.direction = 1), 0)::bigint,
           coalesce(sum(c.events) filter (where c.channel = 1 and c.direction = 2), 0)::bigint,
           coalesce(sum(c.events) filter (where c.channel in (2, 3)), 0)::bigint,
           coalesce(sum(c.talk_s) filter (where c.channel = 1), 0)::bigint as talk_s
      from callintel_private.count_by(range_from, range_to, null, null, dimension, asked) c
     group by c.item
     order by c.item = callintel_private.nil(), 2 desc, 6 desc, 1;
end $$;
comment on function callintel_private.count_by_item is
    'Returns calls, messages and talk time by line or by member.';

-- Whole local days or months before a range of whole local days or months; otherwise the same length of time.
create or replace function callintel.previous_period(
    range_from timestamptz, range_to timestamptz, zone text, out starts timestamptz, out ends timestamptz)
    language plpgsql stable
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    local_from timestamp := range_from at time zone zone;
    local_to   timestamp := range_to at time zone zone;
    months     integer;
begin
    ends := range_from;
    starts := range_from;
    if not isfinite(range_from) or not isfinite(range_to) then
        return;
    end if;
    months := (12 * (extract(year from local_to) - extract(year from local_from))
               + extract(month from local_to) - extract(month from local_from))::integer;
    starts := greatest('0001-01-01Z', case
        when date_trunc('month', local_from) = local_from and date_trunc('month', local_to) = local_to
        then (local_from - make_interval(months => months)) at time zone zone
        when date_trunc('day', local_from) = local_from and date_trunc('day', local_to) = local_to
        then (local_from - make_interval(days => local_to::date - local_from::date)) at time zone zone
        else range_from - (range_to - range_from) end);
end $$;
comment on function callintel.previous_period is
    'Returns the period before a range: as many months, if the range consists of whole months of the zone; as many '
    'days, if it consists of whole days; otherwise the same length of time.';

grant execute on function callintel_private.count_by_item to callintel_member;
grant execute on function callintel.previous_period to callintel_app;

set role callintel_member;

create or replace function callintel.count_calls(
    range_from timestamptz,
    range_to timestamptz,
    unit text,
    zone text,
    asked callintel.figure_filter default null)
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
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    org uuid := (select c.org_id from callintel_private.session_context c);
begin
    return query
    select c.bucket,
           (extract(epoch from (c.bucket at time zone zone) - (c.bucket at time zone 'UTC')) / 60)::integer,
           c.direction,
           c.events,
           c.answered,
           c.missed,
           c.talk_s
      from callintel_private.count_by(range_from, range_to, unit, zone, null, asked) c
     where c.channel = 1
     order by 1, 3;
end $$;
comment on function callintel.count_calls is
    'Returns the calls by bucket of time and direction, how many were answered or missed, and the talk time. Calls of '
    'hidden contacts are not counted. unit is a unit of date_trunc, zone an IANA name.';

create or replace function callintel.count_by_member(
    range_from timestamptz, range_to timestamptz, asked callintel.figure_filter default null)
    returns table (
        member_id uuid,
        inbound_calls bigint,
        answered_calls bigint,
        outbound_calls bigint,
        messages bigint,
        talk_s bigint)
    language plpgsql stable security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    org uuid := (select c.org_id from callintel_private.session_context c);
begin
    return query select i.* from callintel_private.count_by_item(range_from, range_to, 'member', asked) i;
end $$;
comment on function callintel.count_by_member is
    'Returns calls, messages and talk time by member; without a member for events that have none. Events of hidden '
    'contacts are not counted.';

create or replace function callintel.count_by_line(
    range_from timestamptz, range_to timestamptz, asked callintel.figure_filter default null)
    returns table (
        line_id uuid,
        inbound_calls bigint,
        answered_calls bigint,
        outbound_calls bigint,
        messages bigint,
        talk_s bigint)
    language plpgsql stable security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    org uuid := (select c.org_id from callintel_private.session_context c);
begin
    return query select i.* from callintel_private.count_by_item(range_from, range_to, 'line', asked) i;
end $$;
comment on function callintel.count_by_line is
    'Returns calls, messages and talk time by own line; without a line for events that have none. Events of hidden '
    'contacts are not counted.';

-- Returns what an application learns about the source of an answer. It is derived from the question alone: whether
-- buckets are marked would show when events of hidden contacts were written.
create or replace function callintel.figure_source(
    range_from timestamptz,
    range_to timestamptz,
    unit text,
    zone text,
    dimension text,
    asked callintel.figure_filter default null)
    returns smallint
    language plpgsql stable security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    verified record := (select c from callintel_private.session_context c);
begin
    if verified.permissions & 1 /* read_events */ = 0 then
        return null;
    end if;
    return callintel_private.cell_grain(range_from, range_to, unit, zone, dimension, asked);
end $$;
comment on function callintel.figure_source is
    'Returns the coarsest cells that answer a question: 0 none, it is answered from the events; 1 quarters of an hour, '
    '2 hours, 3 days; null without the permission ReadEvents. Buckets in which events were written recently are read '
    'from the events in any case.';

grant execute on function
    callintel.count_calls,
    callintel.count_by_member,
    callintel.count_by_line,
    callintel.figure_source
    to callintel_app;
reset role;
