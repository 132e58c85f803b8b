-- purpose: counting events with contacts that are kept from the session, without showing them
-- To whoever reads all events a dashboard counts all of them. What tells one event from another is left out: moments are whole hours of UTC, which
-- no range or time zone cuts; there are no durations; and a range with less than smallest_group of them counts none. docs/rls.md says what remains.

-- The kept contacts are an array, so that the plan walks the index by contact: what it costs goes with their events, not with those of the org.

set role callintel_definer;

create or replace function callintel.smallest_group() returns bigint
    language sql immutable parallel safe as $$ select 5::bigint $$;
comment on function callintel.smallest_group is 'How many events have to be together for a dashboard to count them apart from others.';

-- Null where there is nothing to count, or the member counts what they see: the first and the last hour otherwise.
create or replace function callintel_private.kept_hours(first_moment timestamptz, end_moment timestamptz) returns tstzrange
    language plpgsql stable as $$
declare
    verified    record := (select c from callintel_private.session_context c);
    first_hour  timestamptz := date_trunc('hour', first_moment + interval '1 hour' - interval '1 microsecond', 'UTC');
    end_hour    timestamptz := date_trunc('hour', end_moment, 'UTC');
begin
    -- 1 + 2 + 16: facts, of every member, in dashboards; 32768: nobody is kept from anybody
    if verified.permissions & 19 <> 19 or verified.permissions & 32768 <> 0 or end_hour <= first_hour then
        return null;
    end if;
    return tstzrange(first_hour, end_hour);
end $$;

create or replace function callintel.count_kept_events(
    first_id uuid, end_id uuid, first_moment timestamptz, end_moment timestamptz, unit text, zone text)
    returns table (bucket timestamptz, channel smallint, direction smallint, events bigint)
    language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
    org   uuid := callintel.org_if(0);
    hours tstzrange := callintel_private.kept_hours(first_moment, end_moment);
    kept  uuid[];
begin
    if hours is null then
        return;
    end if;
    kept := array(select callintel_private.contacts_kept_from(2));
    return query
    select g.bucket, g.channel, g.direction, g.events
      from (select date_trunc(unit, date_trunc('hour', e.occurred_at, 'UTC'), zone) as bucket, e.channel, e.direction,
                   count(*) as events, sum(count(*)) over () as together
              from callintel.events e
             where e.org_id = org and e.id >= first_id and e.id < end_id and e.occurred_at >= lower(hours) and e.occurred_at < upper(hours)
               and e.contact_id = any (kept)
             group by 1, 2, 3) g
     where g.together >= callintel.smallest_group();
end $$;
comment on function callintel.count_kept_events is
    'How many events with contacts kept from the session there are, by bucket of time, channel and direction; for who reads all events and dashboards, nothing for others.';

create or replace function callintel.count_kept_unanswered(
    first_id uuid, end_id uuid, first_moment timestamptz, end_moment timestamptz, zone text)
    returns table (day date, calls bigint, unanswered bigint, called_back bigint)
    language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
    org   uuid := callintel.org_if(0);
    hours tstzrange := callintel_private.kept_hours(first_moment, end_moment);
    kept  uuid[];
begin
    if hours is null then
        return;
    end if;
    kept := array(select callintel_private.contacts_kept_from(2));
    -- the same windows as for the calls that the member sees
    return query
    select g.day, g.calls, g.unanswered, g.called_back
      from (select (date_trunc('hour', c.occurred_at, 'UTC') at time zone zone)::date as day, count(*) as calls,
                   count(*) filter (where c.missed) as unanswered,
                   count(*) filter (where c.missed and c.next_call <= c.occurred_at + interval '24 hours') as called_back,
                   sum(count(*)) over () as together
              from (select e.occurred_at, e.direction, e.outcome in (2, 3, 4, 5) as missed,
                           min(e.occurred_at) filter (where e.direction = 2) over (
                               partition by e.contact_id order by e.occurred_at desc groups between unbounded preceding and 1 preceding) as next_call
                      from callintel.events e
                     where e.org_id = org and e.id >= first_id and e.id < end_id
                       and e.occurred_at >= lower(hours) and e.occurred_at < upper(hours) + interval '24 hours' and e.channel = 1
                       and e.contact_id = any (kept)) c
             where c.direction = 1 and c.occurred_at < upper(hours)
             group by 1) g
     where g.together >= callintel.smallest_group();
end $$;
comment on function callintel.count_kept_unanswered is
    'Inbound calls of contacts kept from the session by day, how many nobody took, and how many of those were called back within 24 hours; as count_kept_events.';

grant execute on function callintel.smallest_group, callintel.count_kept_events, callintel.count_kept_unanswered to callintel_app;
reset role;
