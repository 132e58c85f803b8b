-- purpose: figures by contact and by price: new and returning contacts, from cells or events; cost, from the events
-- The functions belong to callintel_member, whose policies limit them to what the session may see. Contacts that are
-- hidden from the session are no part of them.

set role callintel_member;

-- Distinct counts neither shift nor add: the contacts of a week are not the sum of those of its days.
create or replace function callintel.count_contacts(
    range_from timestamptz,
    range_to timestamptz,
    unit text,
    zone text,
    asked callintel.figure_filter default null)
    returns table (bucket timestamptz, utc_offset_minutes integer, contacts bigint, new_contacts bigint)
    language plpgsql stable security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off
    -- With sorting enabled, a generic plan sorts all events of a contact to find the first one.
    set enable_sort = off set jit = off as $$
declare
    org      uuid := (select c.org_id from callintel_private.session_context c);
    is_daily boolean := callintel_private.has_contact_days(unit, zone, asked);
    opening  uuid := callintel_private.lowest_id(date_trunc(unit, range_from, zone));
begin
    perform to_timestamp(0) at time zone zone;
    return query
    with seen as materialized (
        -- Each call executes one of the two functions.
        select d.bucket, d.contact_id as item
          from callintel_private.count_contact_days(range_from, range_to, unit, zone, asked) d
         where is_daily
        union all
        select b.bucket, b.item
          from callintel_private.count_seen(range_from, range_to, unit, zone, 'contact', asked) b
         where not is_daily and b.item is not null
         group by 1, 2
    ), firsts as materialized (
        -- Most contacts have an event before the range, and only that is looked up of them.
        select c.item,
               case when not exists (select from callintel_private.events e
                                      where e.org_id = org and e.contact_id = c.item and e.id < opening)
                    then (select e.occurred_at
                            from callintel_private.events e
                           where e.org_id = org and e.contact_id = c.item
                           order by e.id
                           limit 1) end as first_at
          from (select distinct s.item from seen s) c
    )
    select s.bucket,
           (extract(epoch from (s.bucket at time zone zone) - (s.bucket at time zone 'UTC')) / 60)::integer,
           count(*),
           count(*) filter (where date_trunc(unit, f.first_at, zone) = s.bucket)
      from seen s
      join firsts f on f.item = s.item
     group by s.bucket
     order by 1;
end $$;
comment on function callintel.count_contacts is
    'Returns the number of different contacts by bucket of time, and how many of them had their first event ever in '
    'it. Hidden contacts are not counted. unit is a unit of date_trunc, zone an IANA name.';

-- Each record has a price of its own, also each record of a call with several ones, so the filter is about records.
create or replace function callintel.sum_costs(
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
        currency text,
        records bigint,
        price_micros numeric)
    language plpgsql stable security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off
    set jit = off as $$
declare
    org      uuid := (select c.org_id from callintel_private.session_context c);
    lowest   uuid := callintel_private.lowest_id(range_from);
    ending   uuid := callintel_private.lowest_id(range_to + interval '999 microseconds');
    width    interval := callintel_private.bin_width(unit, zone);
    wanted   record := (select f from callintel_private.resolve_filter(range_from, range_to, asked) f);
    times    tstzmultirange := wanted.times;
    members  uuid[] := wanted.members;
    contacts uuid[] := callintel_private.seen_contacts(range_from, range_to, asked);
begin
    perform to_timestamp(0) at time zone zone;
    return query
    select g.bucket,
           (extract(epoch from (g.bucket at time zone zone) - (g.bucket at time zone 'UTC')) / 60)::integer,
           g.channel,
           g.direction,
           g.currency,
           g.records,
           g.price_micros
      from (select date_trunc(unit, p.moment, zone) as bucket,
                   p.channel,
                   p.direction,
                   p.currency,
                   sum(p.records)::bigint as records,
                   sum(p.price_micros) as price_micros
              from (select date_bin(width, e.occurred_at, '2000-01-01 00:00Z') as moment,
                           e.channel,
                           e.direction,
                           d.currency,
                           count(*) as records,
                           sum(d.price_micros) as price_micros
                      from callintel_private.event_details d,
                           -- One look for each price. As a plain join with the bounds of the range, a generic plan
                           -- reads all events of the range for each price.
                           lateral (select x.*
                                      from callintel_private.events x
                                     where x.org_id = org and x.id = d.event_id
                                    offset 0) e
                     where d.org_id = org and d.event_id >= lowest and d.event_id < ending
                       and d.price_micros is not null
                       and e.occurred_at >= range_from and e.occurred_at < range_to
                       and (asked.contact_id is null or e.contact_id = asked.contact_id)
                       and (asked.contact_kind is null or e.contact_id = any (contacts))
                       and (asked.source_id is null or e.source_id = asked.source_id)
                       and (asked.in_hours is null or e.occurred_at <@ times)
                       and callintel_private.fits(
                               asked, members, e.channel, e.direction, e.outcome, e.line_id, e.member_id)
                     group by 1, 2, 3, 4) p
             group by 1, 2, 3, 4) g
     order by 1, 3, 4, 5;
end $$;
comment on function callintel.sum_costs is
    'Returns the prices that sources reported, in millionths of the currency, by bucket of time, channel, direction '
    'and currency, and the number of records with a price. Events of hidden contacts are not counted. unit is a unit '
    'of date_trunc, zone an IANA name.';

grant execute on function
    callintel.count_contacts,
    callintel.sum_costs
    to callintel_app;
reset role;
