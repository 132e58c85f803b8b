-- purpose: reading cells by contact and cells of waiting times, and computing waiting times from the events that a
--          session sees
-- Only figures call these functions. The functions without "security definer" run with the rights of callintel_member,
-- whose policies limit them to what the session may see.

set role callintel_definer;

-- Whether cells of days answer a question of the session. dimension: contact or wait. zone is null for a figure without
-- buckets of time. Waiting times of a member who is listed for a restricted contact are read from the events: a
-- conversation can belong to the contact or to another one, depending on who is listed. rank_contacts adds that up.
create or replace function callintel_private.has_day_cells(
    zone text, dimension text, asked callintel.figure_filter) returns boolean
    language plpgsql stable security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    verified record := (select c from callintel_private.session_context c);
    day_zone text := callintel_private.cell_zone(verified.org_id);
begin
    return verified.permissions & 3 /* read_events | read_all_events */ = 3
       and day_zone is not null and (zone is null or zone = day_zone)
       and callintel_private.is_wide(asked)
       and (dimension = 'wait' or asked.channel is null and asked.direction is null)
       and (dimension = 'contact' or verified.max_level >= 2 or callintel_private.own_listings() = '{}');
end $$;
comment on function callintel_private.has_day_cells is
    'Whether cells by contact or cells of waiting times answer a question of the session.';

-- Whether cells by contact answer a question about the contacts of days, weeks, months or years. A contact that is
-- listed for the session has events in the cells of a level that it does not read.
create or replace function callintel_private.has_contact_days(
    unit text, zone text, asked callintel.figure_filter) returns boolean
    language plpgsql stable as $$
begin
    return unit in ('day', 'week', 'month', 'quarter', 'year')
       and callintel_private.has_day_cells(zone, 'contact', asked)
       and callintel_private.has_day_cells(zone, 'wait', asked);
end $$;
comment on function callintel_private.has_contact_days is 'Whether count_contact_days answers a question.';

-- Returns waiting times of messages (1) or calls (2): from cells, and from the events of what is left of the range.
-- Everything is read by one role. A function that two roles call in turn is planned again each time, because policies
-- depend on the role; for conversations, that takes longer than the rest of an answer.
create or replace function callintel_private.count_waits(
    range_from timestamptz,
    range_to timestamptz,
    zone text,
    asked_kind smallint,
    asked callintel.figure_filter)
    returns table (bucket timestamptz, channel smallint, wait_s integer, events bigint)
    language plpgsql stable security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off set enable_sort = off set jit = off as $$
declare
    verified  record := (select c from callintel_private.session_context c);
    org       uuid := verified.org_id;
    max_level smallint := verified.max_level;
    day_zone  text;
    days      tstzmultirange;
begin
    if not callintel_private.has_day_cells(zone, 'wait', asked) or asked_kind not in (1, 2)
       or not range_from < range_to then
        return;
    end if;
    day_zone := callintel_private.cell_zone(org);
    days := callintel_private.clean_days(org, range_from, range_to, true);
    return query
    select w.bucket, w.channel, w.wait_s, callintel_private.total(w.events)
      from (select c.bucket, c.channel, c.wait_s, c.events
              from (select lower(d) as starts, upper(d) as ends from unnest(days) as d offset 0) r,
                   lateral (select x.*
                              from callintel_private.wait_cells x
                             where x.org_id = org and x.kind = asked_kind and x.bucket >= r.starts
                               and x.bucket < r.ends and x.level <= max_level
                            offset 0) c
            union all
            select e.bucket, e.channel, e.wait_s, e.events
              from unnest(tstzmultirange(tstzrange(range_from, range_to)) - days) as x,
                   callintel_private.compute_waits_up_to(
                       org, lower(x), upper(x), day_zone, max_level, asked_kind) e) w
     group by 1, 2, 3
    having callintel_private.total(w.events) <> 0;
end $$;
comment on function callintel_private.count_waits is
    'Returns the number of messages (1) or calls (2) that the session sees, by day, channel and waiting time.';

-- Returns the contacts of a range: from cells, and from the events of what is left of it, by one role as well.
create or replace function callintel_private.count_contact_cells(
    range_from timestamptz, range_to timestamptz, asked callintel.figure_filter)
    returns table (contact_id uuid, events bigint, talk_s bigint, last_at timestamptz, is_exact boolean)
    language plpgsql stable security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off set enable_sort = off set jit = off as $$
declare
    verified  record := (select c from callintel_private.session_context c);
    org       uuid := verified.org_id;
    max_level smallint := verified.max_level;
    days      tstzmultirange;
begin
    if not callintel_private.has_day_cells(null, 'contact', asked) or not range_from < range_to then
        return;
    end if;
    days := callintel_private.clean_days(org, range_from, range_to, false);
    return query
    select w.contact_id,
           callintel_private.total(w.events),
           callintel_private.total(w.talk_s),
           max(w.last_at),
           bool_and(w.last_at is not null)
      from (select c.contact_id, c.events, c.talk_s, c.last_at
              from (select lower(d) as starts, upper(d) as ends from unnest(days) as d offset 0) r,
                   lateral (select x.contact_id, x.events, x.talk_s, x.last_at
                              from callintel_private.contact_cells x
                             where x.org_id = org and x.bucket >= r.starts and x.bucket < r.ends
                               and x.level <= max_level and x.contact_id <> callintel_private.nil()
                            offset 0) c
            union all
            select e.contact_id, e.events, e.talk_s, e.last_at
              from callintel_private.compute_contacts(
                       org, tstzmultirange(tstzrange(range_from, range_to)) - days, 'UTC') e
             where e.level <= max_level and e.contact_id <> callintel_private.nil()) w
     group by 1
    having callintel_private.total(w.events) <> 0;
end $$;
comment on function callintel_private.count_contact_cells is
    'Returns the number of events of the contacts that the session sees, their talk time, the time of the last one, '
    'and whether this time is exact.';

-- Returns the contacts by bucket of time: from cells, and from the events of what is left of the range, by one role as
-- well.
create or replace function callintel_private.count_contact_days(
    range_from timestamptz, range_to timestamptz, unit text, zone text, asked callintel.figure_filter)
    returns table (bucket timestamptz, contact_id uuid)
    language plpgsql stable security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off set enable_sort = off set jit = off as $$
declare
    verified  record := (select c from callintel_private.session_context c);
    org       uuid := verified.org_id;
    max_level smallint := verified.max_level;
    days      tstzmultirange;
begin
    if not callintel_private.has_contact_days(unit, zone, asked) or not range_from < range_to then
        return;
    end if;
    days := callintel_private.clean_days(org, range_from, range_to, false);
    return query
    select date_trunc(unit, w.bucket, zone), w.contact_id
      from (select c.bucket, c.contact_id, c.events
              from (select lower(d) as starts, upper(d) as ends from unnest(days) as d offset 0) r,
                   lateral (select x.bucket, x.contact_id, x.events
                              from callintel_private.contact_cells x
                             where x.org_id = org and x.bucket >= r.starts and x.bucket < r.ends
                               and x.level <= max_level and x.contact_id <> callintel_private.nil()
                            offset 0) c
            union all
            select e.bucket, e.contact_id, e.events
              from callintel_private.compute_contacts(
                       org, tstzmultirange(tstzrange(range_from, range_to)) - days, zone) e
             where e.level <= max_level and e.contact_id <> callintel_private.nil()) w
     group by 1, 2
    having callintel_private.total(w.events) <> 0;
end $$;
comment on function callintel_private.count_contact_days is
    'Returns the contacts with an event that the session sees, once for each bucket of time in which they have one.';

-- The inbound calls of a range that the session sees, by day and by the time until they were returned: one pass over
-- the calls of each contact, latest first. The frame ends before the current call, so that its minimum is the next
-- outbound call. It only ever grows, so that each call is added once. A call from a withheld number (contact null)
-- cannot be returned.
create or replace function callintel_private.seen_returns(
    range_from timestamptz, range_to timestamptz, zone text, asked callintel.figure_filter)
    returns table (day date, wait_s integer, events bigint)
    language plpgsql stable
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    org      uuid := (select c.org_id from callintel_private.session_context c);
    lowest   uuid := callintel_private.lowest_id(range_from);
    ending   uuid := callintel_private.lowest_id(range_to + interval '24 hours 999 microseconds');
    wanted   record := (select f from callintel_private.resolve_filter(range_from, range_to, asked) f);
    times    tstzmultirange := wanted.times;
    members  uuid[] := wanted.members;
    contacts uuid[] := callintel_private.seen_contacts(range_from, range_to, asked);
begin
    return query
    select (c.occurred_at at time zone zone)::date,
           case when not c.unanswered then -2
                when c.next_call <= c.occurred_at + interval '24 hours'
                then callintel_private.rounded_wait(date_part('epoch', c.next_call - c.occurred_at)) else -1 end,
           count(*)
      from (select k.*, k.outcome in (2, 3, 4, 5) as unanswered,
                   case when k.contact_id is not null then
                       min(k.occurred_at) filter (where k.direction = 2) over (
                           partition by k.contact_id order by k.occurred_at desc
                           groups between unbounded preceding and 1 preceding)
                   end as next_call
              from (select e.occurred_at, e.direction, e.outcome, e.contact_id, e.line_id, e.member_id, e.source_id
                      from callintel_private.events e
                     where e.org_id = org and e.id >= lowest and e.id < ending
                       and e.occurred_at >= range_from and e.occurred_at < range_to + interval '24 hours'
                       and e.channel = 1 and e.conversation_key is null
                    union all
                    select v.started_at, v.direction, v.outcome, v.contact_id, v.line_id, v.member_id, v.source_id
                      from callintel_private.conversations(
                          org, range_from, range_to + interval '24 hours', null, null) v
                     where v.channel = 1) k) c
     where c.direction = 1 and c.occurred_at < range_to
       -- The filter is about the call, not about the call that returns it.
       and (asked.contact_id is null or c.contact_id = asked.contact_id)
       and (asked.contact_kind is null or c.contact_id = any (contacts))
       and (asked.source_id is null or c.source_id = asked.source_id)
       and (asked.in_hours is null or c.occurred_at <@ times)
       and callintel_private.fits(asked, members, 1::smallint, 1::smallint, c.outcome, c.line_id, c.member_id)
     group by 1, 2;
end $$;
comment on function callintel_private.seen_returns is
    'Returns the inbound calls that the session sees by day and time until they were returned, as in wait_cells.';

-- The inbound messages of a range that start a wait. Both windows share one sort, latest first: the next row is the
-- previous message, and the growing frame contains all later ones.
create or replace function callintel_private.seen_answers(
    range_from timestamptz, range_to timestamptz, asked callintel.figure_filter)
    returns table (channel smallint, wait_s integer, events bigint)
    language plpgsql stable
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    org      uuid := (select c.org_id from callintel_private.session_context c);
    lowest   uuid := callintel_private.lowest_id(range_from - interval '24 hours');
    ending   uuid := callintel_private.lowest_id(range_to + interval '24 hours 999 microseconds');
    wanted   record := (select f from callintel_private.resolve_filter(range_from, range_to, asked) f);
    times    tstzmultirange := wanted.times;
    members  uuid[] := wanted.members;
    contacts uuid[] := callintel_private.seen_contacts(range_from, range_to, asked);
begin
    return query
    select m.channel,
           case when m.next_outbound <= m.occurred_at + interval '24 hours'
                then callintel_private.rounded_wait(date_part('epoch', m.next_outbound - m.occurred_at)) else -1 end,
           count(*)
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
            window thread as (partition by e.contact_id order by e.occurred_at desc, e.id desc)) m
     where m.direction = 1 and m.occurred_at >= range_from and m.occurred_at < range_to
       and (m.direction_before is distinct from 1 or m.time_before < m.occurred_at - interval '24 hours')
       -- The filter is about the message that waits, not about its answer.
       and (asked.contact_id is null or m.contact_id = asked.contact_id)
       and (asked.contact_kind is null or m.contact_id = any (contacts))
       and (asked.source_id is null or m.source_id = asked.source_id)
       and (asked.in_hours is null or m.occurred_at <@ times)
       and callintel_private.fits(asked, members, m.channel, m.direction, m.outcome, m.line_id, m.member_id)
     group by 1, 2;
end $$;
comment on function callintel_private.seen_answers is
    'Returns the inbound messages that start a wait and that the session sees, by channel and time to the answer, as '
    'in wait_cells.';

grant execute on function
    callintel_private.has_day_cells,
    callintel_private.count_waits,
    callintel_private.count_contact_cells,
    callintel_private.has_contact_days,
    callintel_private.count_contact_days,
    callintel_private.seen_returns,
    callintel_private.seen_answers
    to callintel_member;
reset role;
