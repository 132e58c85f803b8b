-- purpose: counting the calls and messages that a session sees from the events: for sessions that see own events only,
--          and for questions that no cells answer
-- Functions of callintel_member call these with their own rights, so policies limit them to what the session may see.
-- The results are the same as those from cells; RollupModelTests compares the two.
-- A look at the events of one contact has its lower bound as "id >= any (array[lowest])" (R__conversations.sql).

set role callintel_definer;

-- Returns the keys of conversations with a record of a contact or source, or of one of only_contacts; null if none of
-- them is asked for. A conversation has the contact of its first record, and the records of a key have one source.
create or replace function callintel_private.seen_keys(
    range_from timestamptz,
    range_to timestamptz,
    asked callintel.figure_filter,
    only_contacts uuid[] default null) returns uuid[]
    language plpgsql stable
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set jit = off as $$
declare
    org    uuid := (select c.org_id from callintel_private.session_context c);
    lowest uuid := callintel_private.lowest_id(range_from - callintel_private.conversation_gap());
    ending uuid := callintel_private.lowest_id(range_to + callintel_private.conversation_span());
begin
    if only_contacts is not null then
        return array(select distinct e.conversation_key
                       from unnest(only_contacts) as k (contact),
                            lateral (select x.conversation_key
                                       from callintel_private.events x
                                      where x.org_id = org and x.contact_id = k.contact and x.id >= any (array[lowest])
                                        and x.id < ending and x.conversation_key is not null
                                     offset 0) e);
    elsif asked.contact_id is not null then
        return array(select distinct e.conversation_key
                       from callintel_private.events e
                      where e.org_id = org and e.contact_id = asked.contact_id and e.id >= any (array[lowest])
                        and e.id < ending and e.conversation_key is not null
                        and (asked.source_id is null or e.source_id = asked.source_id));
    elsif asked.source_id is not null then
        return array(select distinct e.conversation_key
                       from callintel_private.events e
                      where e.org_id = org and e.id >= lowest and e.id < ending
                        and e.conversation_key is not null and e.source_id = asked.source_id);
    end if;
    return null;
end $$;
comment on function callintel_private.seen_keys is
    'Returns the keys of the conversations that a filter by contact or source can ask for.';

-- Returns the contacts with an event in a range that are new in it or were known before, as far as the session sees;
-- null if a filter asks for neither. Each contact is looked up once, not once for each of its events.
create or replace function callintel_private.seen_contacts(
    range_from timestamptz, range_to timestamptz, asked callintel.figure_filter) returns uuid[]
    language plpgsql stable
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set jit = off as $$
declare
    org    uuid := (select c.org_id from callintel_private.session_context c);
    lowest uuid := callintel_private.lowest_id(range_from);
    middle uuid := callintel_private.lowest_id(range_from + interval '999 microseconds');
    ending uuid := callintel_private.lowest_id(range_to + interval '999 microseconds');
begin
    if asked.contact_kind is null then
        return null;
    end if;
    return array(select c.contact_id
                   from (select distinct e.contact_id
                           from callintel_private.events e
                          where e.org_id = org and e.id >= lowest and e.id < ending
                            and e.occurred_at >= range_from and e.occurred_at < range_to
                            and e.contact_id is not null
                            and (asked.contact_id is null or e.contact_id = asked.contact_id)) c
                  where asked.contact_kind
                        = case when exists (select from callintel_private.events f
                                             where f.org_id = org and f.contact_id = c.contact_id and f.id < middle
                                               and f.occurred_at < range_from) then 2 else 1 end);
end $$;
comment on function callintel_private.seen_contacts is
    'Returns the contacts that a filter by new or returning contacts asks for.';

-- Without "enable_sort = off" the counts would sort every event: a generic plan expects only a few rows in the range of
-- an org, and then sorting seems cheaper than hashing. The one sort that remains at the end makes the plan look so
-- expensive that PostgreSQL would compile it, which takes longer than the count itself; hence "jit = off".
-- only_contacts limits the answer to some contacts, each of which is looked up by its index.
create or replace function callintel_private.count_seen(
    range_from timestamptz,
    range_to timestamptz,
    unit text,
    zone text,
    dimension text,
    asked callintel.figure_filter,
    only_contacts uuid[] default null)
    returns table (
        bucket timestamptz,
        channel smallint,
        direction smallint,
        item uuid,
        events bigint,
        answered bigint,
        missed bigint,
        talk_s bigint,
        last_at timestamptz)
    language plpgsql stable
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off
    set enable_sort = off set jit = off as $$
declare
    org      uuid := (select c.org_id from callintel_private.session_context c);
    lowest   uuid := callintel_private.lowest_id(range_from);
    ending   uuid := callintel_private.lowest_id(range_to + interval '999 microseconds');
    -- Null without buckets of time, so that the events are not divided by time.
    width    interval := case when unit is not null then callintel_private.bin_width(unit, zone) end;
    wanted   record := (select f from callintel_private.resolve_filter(range_from, range_to, asked) f);
    times    tstzmultirange := wanted.times;
    members  uuid[] := wanted.members;
    keys     uuid[] := callintel_private.seen_keys(range_from, range_to, asked, only_contacts);
    contacts uuid[] := callintel_private.seen_contacts(range_from, range_to, asked);
    one_sum  boolean := coalesce(dimension = 'time', false);
    is_plain boolean := asked is null and only_contacts is null;
begin
    return query
    select case when unit is not null then date_trunc(unit, b.moment, zone) end,
           case when not one_sum then b.channel end,
           case when not one_sum then b.direction end,
           b.item,
           callintel_private.total(b.events),
           coalesce(callintel_private.total(b.events) filter (where b.outcome = 1), 0),
           coalesce(callintel_private.total(b.events) filter (where b.outcome in (2, 3, 4, 5)), 0),
           callintel_private.total(b.talk_s),
           max(b.last_at)
      -- Each call executes one of the four scans. Without a filter, no condition of a filter is evaluated for each
      -- event, which would take as long as counting it.
      from (select date_bin(width, e.occurred_at, '2000-01-01 00:00Z') as moment,
                   e.channel,
                   e.direction,
                   e.outcome,
                   case dimension when 'line' then coalesce(e.line_id, callintel_private.nil())
                                  when 'member' then coalesce(e.member_id, callintel_private.nil())
                                  when 'contact' then e.contact_id end as item,
                   count(*) as events,
                   coalesce(sum(e.duration_s), 0) as talk_s,
                   max(e.occurred_at) as last_at
              from callintel_private.events e
             where is_plain
               and e.org_id = org and e.id >= lowest and e.id < ending and e.occurred_at >= range_from
               and e.occurred_at < range_to and e.conversation_key is null
             group by 1, 2, 3, 4, 5
            union all
            select date_bin(width, e.occurred_at, '2000-01-01 00:00Z'),
                   e.channel,
                   e.direction,
                   e.outcome,
                   case dimension when 'line' then coalesce(e.line_id, callintel_private.nil())
                                  when 'member' then coalesce(e.member_id, callintel_private.nil())
                                  when 'contact' then e.contact_id end,
                   count(*),
                   coalesce(sum(e.duration_s), 0),
                   max(e.occurred_at)
              from (select x.*
                      from callintel_private.events x
                     where not is_plain and asked.contact_id is null and only_contacts is null
                       and x.org_id = org and x.id >= lowest and x.id < ending and x.occurred_at >= range_from
                       and x.occurred_at < range_to and x.conversation_key is null
                    union all
                    select x.*
                      from callintel_private.events x
                     where asked.contact_id is not null and only_contacts is null and x.contact_id = asked.contact_id
                       and x.org_id = org and x.id >= any (array[lowest]) and x.id < ending
                       and x.occurred_at >= range_from
                       and x.occurred_at < range_to and x.conversation_key is null
                    union all
                    select y.*
                      from unnest(only_contacts) as k (contact),
                           lateral (select x.*
                                      from callintel_private.events x
                                     where x.org_id = org and x.contact_id = k.contact and x.id >= any (array[lowest])
                                       and x.id < ending and x.occurred_at >= range_from
                                       and x.occurred_at < range_to and x.conversation_key is null
                                    offset 0) y) e
             where (asked.contact_id is null or e.contact_id = asked.contact_id)
               and (asked.source_id is null or e.source_id = asked.source_id)
               and (asked.contact_kind is null or e.contact_id = any (contacts))
               and (asked.in_hours is null or e.occurred_at <@ times)
               and callintel_private.fits(asked, members, e.channel, e.direction, e.outcome, e.line_id, e.member_id)
             group by 1, 2, 3, 4, 5
            union all
            select date_bin(width, v.started_at, '2000-01-01 00:00Z'), v.channel, v.direction, v.outcome,
                   case dimension when 'line' then coalesce(v.line_id, callintel_private.nil())
                                  when 'member' then coalesce(v.member_id, callintel_private.nil())
                                  when 'contact' then v.contact_id end,
                   1,
                   v.talk_s,
                   v.started_at
              from callintel_private.conversations(org, range_from, range_to, null, null, keys) v
             where (asked.contact_id is null or v.contact_id = asked.contact_id)
               and (only_contacts is null or v.contact_id = any (only_contacts))
               and (asked.contact_kind is null or v.contact_id = any (contacts))
               and (asked.source_id is null or v.source_id = asked.source_id)
               and (asked.in_hours is null or v.started_at <@ times)
               and callintel_private.fits(asked, members, v.channel, v.direction, v.outcome, v.line_id, v.member_id)
           ) b
     group by 1, 2, 3, 4;
end $$;
comment on function callintel_private.count_seen is
    'Returns what count_cells returns, from the events, also by contact, and the time of the last one.';

-- Counts from cells if they answer the question, and from the events otherwise.
create or replace function callintel_private.count_by(
    range_from timestamptz,
    range_to timestamptz,
    unit text,
    zone text,
    dimension text,
    asked callintel.figure_filter)
    returns table (
        bucket timestamptz,
        channel smallint,
        direction smallint,
        item uuid,
        events bigint,
        answered bigint,
        missed bigint,
        talk_s bigint)
    language plpgsql stable
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    org uuid := (select c.org_id from callintel_private.session_context c);
begin
    -- An error for an unknown time zone even if the org has no events.
    perform to_timestamp(0) at time zone zone;
    if callintel_private.has_cells(range_from, range_to, unit, zone, dimension, asked) then
        return query
        select c.* from callintel_private.count_cells(range_from, range_to, unit, zone, dimension, asked) c;
    else
        return query
        select c.bucket, c.channel, c.direction, c.item, c.events, c.answered, c.missed, c.talk_s
          from callintel_private.count_seen(range_from, range_to, unit, zone, dimension, asked) c;
    end if;
end $$;
comment on function callintel_private.count_by is
    'Returns the number of events that the session sees, how many were answered or missed, and the talk time, by '
    'bucket of time, channel and direction, and if asked by line or member.';

grant execute on function
    callintel_private.seen_keys,
    callintel_private.seen_contacts,
    callintel_private.count_seen,
    callintel_private.count_by
    to callintel_member;
reset role;
