-- purpose: pages of contacts, the latest first: whom to call back, and threads
-- The functions belong to callintel_member, whose policies limit them to what the session may see. Contacts that are
-- hidden from the session are no part of them.
-- A page is found by walking back in time: the first stretch in which a contact occurs has its latest event. The first
-- stretch has some 400 events, and each further one is four times as long, so a page of a large org reads little more
-- than its own events. Everything else about the contacts of a page is then looked up by contact.

set role callintel_definer;

-- The time of the first and of the latest event of a range, as far as the session sees, and how long it takes to walk
-- back over 400 events; null if there are fewer.
create or replace function callintel_private.seen_bounds(
    range_from timestamptz, range_to timestamptz, out first_at timestamptz, out last_at timestamptz, out width interval)
    language plpgsql stable
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off
    -- With sorting enabled, a generic plan expects few rows in the range, and reads and sorts all events of the org.
    set enable_sort = off as $$
declare
    org    uuid := (select c.org_id from callintel_private.session_context c);
    lowest uuid := callintel_private.lowest_id(range_from);
    ending uuid := callintel_private.lowest_id(range_to + interval '999 microseconds');
begin
    first_at := (select e.occurred_at from callintel_private.events e
                  where e.org_id = org and e.id >= lowest and e.id < ending order by e.id limit 1);
    last_at := (select e.occurred_at from callintel_private.events e
                 where e.org_id = org and e.id >= lowest and e.id < ending order by e.id desc limit 1);
    width := greatest(interval '1 second',
                      last_at - (select e.occurred_at from callintel_private.events e
                                  where e.org_id = org and e.id >= lowest and e.id < ending
                                  order by e.id desc offset 400 limit 1));
end $$;

-- Counts calls and messages of some contacts from cells, for sessions and filters that cells by contact answer, and
-- that are not listed for a contact. is_exact: whether last_at is the time of the last one.
create or replace function callintel_private.count_threads(
    range_from timestamptz, range_to timestamptz, asked callintel.figure_filter, people uuid[])
    returns table (contact_id uuid, calls bigint, messages bigint, last_at timestamptz, is_exact boolean)
    language plpgsql stable rows 50 security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off set jit = off as $$
declare
    verified  record := (select c from callintel_private.session_context c);
    org       uuid := verified.org_id;
    max_level smallint := verified.max_level;
    days      tstzmultirange;
begin
    if not (callintel_private.has_day_cells(null, 'contact', asked)
            and callintel_private.has_day_cells(null, 'wait', asked)) or not range_from < range_to then
        return;
    end if;
    days := callintel_private.clean_days(org, range_from, range_to, false);
    return query
    select w.contact_id,
           callintel_private.total(w.events - w.messages),
           callintel_private.total(w.messages),
           max(w.last_at),
           bool_and(w.last_at is not null)
      from (select c.contact_id, c.events, c.messages, c.last_at
              from unnest(people) as p (contact),
                   lateral (select x.contact_id, x.events, x.messages, x.last_at
                              from callintel_private.contact_cells x
                             where x.org_id = org and x.contact_id = p.contact and x.bucket >= lower(days)
                               and x.bucket < upper(days) and x.level <= max_level and days @> x.bucket
                               and x.contact_id <> callintel_private.nil()
                            offset 0) c
            union all
            select e.contact_id, e.events, e.messages, e.last_at
              from callintel_private.compute_contacts(
                       org, tstzmultirange(tstzrange(range_from, range_to)) - days, 'UTC') e
             where e.level <= max_level and e.contact_id = any (people)
               and e.contact_id <> callintel_private.nil()) w
     group by 1
    having callintel_private.total(w.events) <> 0;
end $$;
comment on function callintel_private.count_threads is
    'Returns the number of calls and messages of some contacts that the session sees, and the time of the last one.';

-- The contacts with unanswered calls in a range, and when somebody last talked with them, or tried to, until now. The
-- filter selects unanswered calls; whoever called back, and on whichever line, takes the contact off the list.
create or replace function callintel_private.missed_contacts(
    range_from timestamptz, range_to timestamptz, asked callintel.figure_filter, only_contacts uuid[])
    returns table (
        contact_id uuid, calls bigint, first_call timestamptz, last_call timestamptz, last_talk timestamptz)
    language plpgsql stable
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off
    set enable_sort = on set jit = off as $$
declare
    org      uuid := (select c.org_id from callintel_private.session_context c);
    lowest   uuid := callintel_private.lowest_id(range_from);
    wanted   record := (select f from callintel_private.resolve_filter(range_from, range_to, asked) f);
    times    tstzmultirange := wanted.times;
    members  uuid[] := wanted.members;
    contacts uuid[] := callintel_private.seen_contacts(range_from, range_to, asked);
    keys     uuid[] := case when only_contacts is not null
                            then callintel_private.seen_keys(range_from, 'infinity', asked, only_contacts) end;
begin
    return query
    select t.contact_id, t.calls, t.first_call, t.last_call, t.last_talk
      from (select k.contact_id,
                   count(*) filter (where k.is_asked) as calls,
                   min(k.moment) filter (where k.is_asked) as first_call,
                   max(k.moment) filter (where k.is_asked) as last_call,
                   max(k.moment) filter (where k.direction = 2 or k.outcome = 1) as last_talk
              from (select c.*,
                           c.direction = 1 and c.outcome in (2, 3, 4, 5) and c.moment < range_to
                           and (asked.contact_id is null or c.contact_id = asked.contact_id)
                           and (asked.contact_kind is null or c.contact_id = any (contacts))
                           and (asked.source_id is null or c.source_id = asked.source_id)
                           and (asked.in_hours is null or c.moment <@ times)
                           and callintel_private.fits(
                                   asked, members, c.channel, c.direction, c.outcome, c.line_id, c.member_id)
                               as is_asked
                      -- Each call executes one of the two scans.
                      from (select e.occurred_at as moment, e.channel, e.direction, e.outcome, e.contact_id, e.line_id,
                                   e.member_id, e.source_id
                              from callintel_private.events e
                             where only_contacts is null and e.org_id = org and e.id >= lowest
                               and e.occurred_at >= range_from and e.channel = 1 and e.conversation_key is null
                               and e.contact_id is not null
                            union all
                            select y.occurred_at, y.channel, y.direction, y.outcome, y.contact_id, y.line_id,
                                   y.member_id, y.source_id
                              from unnest(only_contacts) as o (contact),
                                   lateral (select x.*
                                              from callintel_private.events x
                                             where x.org_id = org and x.contact_id = o.contact and x.id >= lowest
                                               and x.occurred_at >= range_from and x.channel = 1
                                               and x.conversation_key is null
                                            offset 0) y
                            union all
                            select v.started_at, v.channel, v.direction, v.outcome, v.contact_id, v.line_id,
                                   v.member_id, v.source_id
                              from callintel_private.conversations(org, range_from, 'infinity', null, null, keys) v
                             where v.channel = 1 and v.contact_id is not null
                               and (only_contacts is null or v.contact_id = any (only_contacts))) c) k
             group by 1) t
     where t.calls > 0;
end $$;

comment on function callintel_private.seen_bounds is
    'Returns the time of the first and of the last event of a range, as far as the session sees, and how far its last '
    '400 events reach back.';
comment on function callintel_private.missed_contacts is
    'Returns the contacts with unanswered calls in a range, as far as the session sees, and when somebody last talked '
    'with them.';

grant execute on function
    callintel_private.seen_bounds,
    callintel_private.count_threads,
    callintel_private.missed_contacts
    to callintel_member;

set role callintel_member;

create or replace function callintel.list_calls_to_return(
    range_from timestamptz,
    range_to timestamptz,
    asked callintel.figure_filter,
    before_time timestamptz,
    before_contact uuid,
    page integer)
    returns table (contact_id uuid, calls bigint, first_call timestamptz, last_call timestamptz)
    language plpgsql stable rows 50 security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off
    set enable_sort = on set jit = off as $$
declare
    org    uuid := (select c.org_id from callintel_private.session_context c);
    missed callintel.figure_filter;
    bounds record;
    ends   timestamptz;
    starts timestamptz;
    ending uuid;
    width  interval;
    size   integer := least(page, 1000);
    known  uuid[] := '{}';
    people uuid[];
    found  integer := 0;
    added  integer;
begin
    bounds := (select b from callintel_private.seen_bounds(
                                 range_from, least(range_to, before_time + interval '1 microsecond')) b);
    if bounds.last_at is null then
        return;
    end if;
    ends := least(range_to, before_time + interval '1 microsecond', bounds.last_at + interval '1 millisecond');
    width := coalesce(bounds.width, ends - bounds.first_at + interval '1 millisecond');
    -- What kind of contact is meant depends on the whole range.
    if asked.contact_kind is not null then
        return query
        select t.contact_id, t.calls, t.first_call, t.last_call
          from callintel_private.missed_contacts(range_from, range_to, asked, null) t
         where (t.last_talk is null or t.last_talk < t.last_call)
           and (before_time is null or (t.last_call, t.contact_id) < (before_time, before_contact))
         order by t.last_call desc, t.contact_id desc
         limit size;
        return;
    end if;
    missed := asked;
    missed.channel := 1;
    missed.direction := 1;
    if asked.channel <> 1 or asked.direction <> 1 then
        return;
    end if;
    while found < size and ends > greatest(range_from, bounds.first_at - interval '1 millisecond') loop
        starts := greatest(range_from, ends - width);
        ending := callintel_private.lowest_id(ends + interval '999 microseconds');
        -- Most of them were called back with a call of one record; the rest is looked at more closely.
        people := array(select distinct s.item
                          from callintel_private.count_seen(starts, ends, null, null, 'contact', missed) s
                         where s.missed > 0 and s.item is not null and s.item <> all (known)
                           and not exists (select from callintel_private.events e
                                            where e.org_id = org and e.contact_id = s.item and e.id >= ending
                                              and e.channel = 1 and e.conversation_key is null
                                              and (e.direction = 2 or e.outcome = 1)));
        -- A contact whose latest call is after the page before was on an earlier page, or was called back.
        return query
        select t.contact_id, t.calls, t.first_call, t.last_call
          from callintel_private.missed_contacts(range_from, range_to, asked, people) t
         where (t.last_talk is null or t.last_talk < t.last_call)
           and (before_time is null or (t.last_call, t.contact_id) < (before_time, before_contact))
         order by t.last_call desc, t.contact_id desc
         limit size - found;
        get diagnostics added = row_count;
        found := found + added;
        known := known || people;
        ends := starts;
        width := width * 4;
    end loop;
end $$;
comment on function callintel.list_calls_to_return is
    'Returns a page of the contacts with unanswered calls in a range that nobody has returned until now, the latest '
    'first; before_time and before_contact are those of the last row of the previous page, or null. At most 1000 '
    'rows.';

create or replace function callintel.list_threads(
    range_from timestamptz,
    range_to timestamptz,
    asked callintel.figure_filter,
    before_time timestamptz,
    before_contact uuid,
    page integer)
    returns table (contact_id uuid, calls bigint, messages bigint, last_event timestamptz)
    language plpgsql stable rows 50 security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off
    set enable_sort = on set jit = off as $$
declare
    org    uuid := (select c.org_id from callintel_private.session_context c);
    bounds record;
    ends   timestamptz;
    starts timestamptz;
    width  interval;
    size   integer := least(page, 1000);
    known  uuid[] := '{}';
    people uuid[];
    next   uuid[];
    found  integer := 0;
    added  integer;
begin
    if not (callintel_private.has_day_cells(null, 'contact', asked)
            and callintel_private.has_day_cells(null, 'wait', asked)) then
        return query
        select t.item, t.calls, t.messages, t.last_event
          from (select b.item,
                       coalesce(callintel_private.total(b.events) filter (where b.channel in (1, 4)), 0) as calls,
                       coalesce(callintel_private.total(b.events) filter (where b.channel in (2, 3)), 0) as messages,
                       max(b.last_at) as last_event
                  from callintel_private.count_seen(range_from, range_to, null, null, 'contact', asked) b
                 where b.item is not null
                 group by 1) t
         where before_time is null or (t.last_event, t.item) < (before_time, before_contact)
         order by t.last_event desc, t.item desc
         limit size;
        return;
    end if;
    bounds := (select b from callintel_private.seen_bounds(
                                 range_from, least(range_to, before_time + interval '1 microsecond')) b);
    if bounds.last_at is null then
        return;
    end if;
    ends := least(range_to, before_time + interval '1 microsecond', bounds.last_at + interval '1 millisecond');
    width := coalesce(bounds.width, ends - bounds.first_at + interval '1 millisecond');
    while found < size and ends > greatest(range_from, bounds.first_at - interval '1 millisecond') loop
        starts := greatest(range_from, ends - width);
        -- The latest first.
        people := array(select s.item
                          from callintel_private.count_seen(starts, ends, null, null, 'contact', asked) s
                         where s.item is not null and s.item <> all (known)
                         group by s.item
                         order by max(s.last_at) desc, s.item desc);
        known := known || people;
        while found < size and people <> '{}' loop
            next := people[1 : size];
            people := people[size + 1 :];
            -- A contact whose latest event is after the page before was on an earlier page.
            return query
            select t.contact_id, t.calls, t.messages, t.last_event
              from (select c.contact_id, c.calls, c.messages,
                           case when c.is_exact then c.last_at
                                else (select max(s.last_at)
                                        from callintel_private.count_seen(
                                                 range_from, range_to, null, null, 'contact', asked,
                                                 array[c.contact_id]) s) end as last_event
                      from callintel_private.count_threads(range_from, range_to, asked, next) c) t
             where before_time is null or (t.last_event, t.contact_id) < (before_time, before_contact)
             order by t.last_event desc, t.contact_id desc
             limit size - found;
            get diagnostics added = row_count;
            found := found + added;
        end loop;
        ends := starts;
        width := width * 4;
    end loop;
end $$;
comment on function callintel.list_threads is
    'Returns a page of the contacts with calls or messages in a range, the one with the latest first; before_time and '
    'before_contact are those of the last row of the previous page, or null. At most 1000 rows.';

grant execute on function
    callintel.list_calls_to_return,
    callintel.list_threads
    to callintel_app;
reset role;
