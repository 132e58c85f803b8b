-- purpose: business hours, holidays and the home zone of the org

set role callintel_owner;
grant update (home_zone) on callintel_private.orgs to callintel_definer;
reset role;
set role callintel_definer;

-- PostgreSQL also accepts abbreviations and POSIX rules, where a typing error such as Foo+3 is a zone of its own. The
-- SDK's dashboards accept the same names.
create or replace function callintel_private.check_zone(zone text) returns void
    language plpgsql stable as $$
begin
    if zone is null or length(zone) > 64
       or zone !~ '^(UTC|Etc/GMT([+]([0-9]|1[0-2])|-([0-9]|1[0-4]))|[A-Za-z_]+(/[A-Za-z_-]+){1,2})$' then
        raise exception sqlstate '22023';
    end if;
    perform to_timestamp(0) at time zone zone;
exception when invalid_parameter_value then
    raise exception 'The time zone name is invalid or unknown to the database.'
        using errcode = 'CI025', hint = 'Use an IANA name such as "Europe/Copenhagen".';
end $$;

create or replace function callintel.set_business_hours(
    zone text,
    weekdays smallint[],
    opens integer[],
    closes integer[],
    days_closed date[])
    returns void
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    org uuid;
begin
    select l.org into org from callintel_private.lock_roles(128 /* manage_members */) l;
    perform callintel_private.check_zone(zone);
    -- unnest fills shorter arrays with nulls, and a comparison with null is not true.
    if (cardinality(weekdays) <= 200 and cardinality(opens) <= 200 and cardinality(closes) <= 200
        and cardinality(days_closed) <= 1000) is not true
       or exists (select from unnest(weekdays, opens, closes) as h (weekday, opens, closes)
                   where (h.weekday between 0 and 6 and h.opens >= 0 and h.opens < h.closes
                          and h.closes <= 1440) is not true)
       or exists (select from (select h.opens,
                                      lag(h.closes) over (partition by h.weekday order by h.opens, h.closes) as before
                                 from unnest(weekdays, opens, closes) as h (weekday, opens, closes)) o
                   where o.opens < o.before)
       or exists (select from unnest(days_closed) d (day) where isfinite(d.day) is not true) then
        raise exception 'The business hours are not valid.'
            using errcode = 'CI265',
                  hint = 'An interval must open before it closes, on one day, and intervals of a day must not overlap. '
                         'Divide an interval over midnight into two. At most 200 intervals and 1000 holidays.';
    end if;

    update callintel_private.orgs o set home_zone = zone where o.org_id = org;
    delete from callintel_private.business_hours b where b.org_id = org;
    insert into callintel_private.business_hours (org_id, weekday, opens, closes)
    select org, h.weekday, make_time(h.opens / 60, h.opens % 60, 0), make_time(h.closes / 60, h.closes % 60, 0)
      from unnest(weekdays, opens, closes) as h (weekday, opens, closes);
    delete from callintel_private.holidays d where d.org_id = org;
    insert into callintel_private.holidays (org_id, day) select distinct org, d.day from unnest(days_closed) d (day);
    perform callintel_private.audit('set', 'business_hours', cardinality(weekdays));
end $$;
comment on function callintel.set_business_hours is
    'Replaces the home zone, the business hours and the holidays of the org. weekdays: 0 is Sunday. opens and closes: '
    'minutes of the day, up to 1440.';
grant execute on function callintel.set_business_hours to callintel_app;

reset role;
set role callintel_member;

create or replace function callintel.read_business_hours(
    out zone text,
    out weekdays smallint[],
    out opens integer[],
    out closes integer[],
    out days_closed date[])
    language plpgsql stable security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    org uuid := (select c.org_id from callintel_private.session_context c);
begin
    zone := (select o.home_zone from callintel_private.orgs o where o.org_id = org);
    select coalesce(array_agg(b.weekday order by b.weekday, b.opens), '{}'),
           coalesce(array_agg((extract(epoch from b.opens) / 60)::integer order by b.weekday, b.opens), '{}'),
           coalesce(array_agg((extract(epoch from b.closes) / 60)::integer order by b.weekday, b.opens), '{}')
      into weekdays, opens, closes
      from callintel_private.business_hours b
     where b.org_id = org;
    days_closed := array(select d.day from callintel_private.holidays d where d.org_id = org order by d.day);
end $$;
comment on function callintel.read_business_hours is
    'Returns the home zone of the org, and its business hours and holidays to sessions with the permission '
    'ReadDashboards, in the form in which set_business_hours takes them.';
grant execute on function callintel.read_business_hours to callintel_app;

reset role;
