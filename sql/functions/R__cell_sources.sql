-- purpose: which time of a question is counted from which source: from cells of days, of hours of UTC or of quarters of
--          an hour, or from the events
-- These functions look at the marks, so only code that counts calls them. What a question tells about its source
-- (R__figures.sql) does not depend on marks: a mark shows that somebody wrote an event, perhaps of a hidden contact.

set role callintel_owner;
grant select, insert, update, delete on callintel_private.rollup_states to callintel_definer;
grant select, insert, delete on
    callintel_private.total_cells,
    callintel_private.event_cells,
    callintel_private.member_cells
    to callintel_definer;
reset role;
set role callintel_definer;

-- Stands for a member or a line that is not known.
create or replace function callintel_private.nil() returns uuid
    language sql immutable parallel safe as $$ select '00000000-0000-0000-0000-000000000000'::uuid $$;

-- The cells that these functions compute and read. An org whose cells have another format is answered from the events
-- until its cells are computed again.
create or replace function callintel_private.cell_format() returns smallint
    language sql immutable parallel safe as $$ select 5::smallint $$;

-- The zone whose days have cells; null if the org is answered from the events.
create or replace function callintel_private.cell_zone(org uuid) returns text
    language plpgsql stable as $$
begin
    return (select s.day_zone
              from callintel_private.rollup_states s
             where s.org_id = org and s.format = callintel_private.cell_format());
end $$;

-- Returns the months whose events were dropped. Their cells are final: they answer questions whatever is marked there,
-- and nothing computes them again.
create or replace function callintel_private.final_months(org uuid) returns tstzmultirange
    language plpgsql stable
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
begin
    return (select coalesce(range_agg(tstzrange(d.month::timestamptz, d.month::timestamptz + interval '1 month')), '{}')
              from callintel_private.dropped_months d
             where d.org_id = org);
end $$;

-- Returns the marked time near a range: for single events the marked buckets themselves; for conversations the time in
-- which conversations begin that depend on an event in a marked bucket.
create or replace function callintel_private.marked(
    org uuid, range_from timestamptz, range_to timestamptz, for_legs boolean) returns tstzmultirange
    language plpgsql stable as $$
declare
    before interval := case when for_legs then callintel_private.conversation_span() else '0' end;
    beyond interval := case when for_legs then callintel_private.conversation_gap() else '0' end;
begin
    return (select coalesce(range_agg(tstzrange(m.bucket - before, m.bucket + m.width + beyond)), '{}')
              from (select distinct d.bucket, case when d.is_day then interval '24 hours'
                                                   else interval '15 minutes' end as width
                      from callintel_private.dirty_buckets d
                     where d.org_id = org and (d.has_legs or not for_legs)
                       and d.bucket > range_from - interval '24 hours' - beyond
                       and d.bucket < range_to + before) m)
         - callintel_private.final_months(org);
end $$;

-- Returns the local days that a range touches, from 1980 to 2100. Where clocks are set back at midnight, the hour
-- before midnight exists twice, and the two days cannot be distinguished by time alone: their cells are not used.
create or replace function callintel_private.local_days(range_from timestamptz, range_to timestamptz, zone text)
    returns table (starts timestamptz, ends timestamptz, is_plain boolean)
    language sql stable as $$
    select d.starts, d.ends,
           date_trunc('day', d.starts - interval '15 minutes', zone) < d.starts
               and date_trunc('day', d.starts, zone) = d.starts
               and date_trunc('day', d.ends - interval '15 minutes', zone) < d.ends
               and date_trunc('day', d.ends, zone) = d.ends
      from (select x.day at time zone zone as starts, (x.day + interval '1 day') at time zone zone as ends
              from generate_series(
                       date_trunc('day', greatest(range_from, '1980-01-01Z') at time zone zone) - interval '1 day',
                       date_trunc('day', least(range_to, '2100-01-01Z') at time zone zone),
                       interval '1 day') as x (day)) d
     where d.ends > range_from and d.starts < range_to
    offset 0
$$;

-- Returns the days of a zone that reach into a dropped month.
create or replace function callintel_private.final_days(org uuid, zone text) returns tstzmultirange
    language sql stable as $$
    select coalesce(range_agg(tstzrange(d.starts, d.ends)), '{}')
      from unnest(callintel_private.final_months(org)) as r,
           callintel_private.local_days(lower(r), upper(r), zone) d
$$;

-- Returns the whole hours of UTC, or quarters of an hour, within some ranges.
create or replace function callintel_private.whole_steps(ranges tstzmultirange, width interval) returns tstzmultirange
    language sql stable as $$
    select coalesce(range_agg(tstzrange(s.starts, s.ends)), '{}')
      from (select date_bin(width, lower(r) + width - interval '1 microsecond', '2000-01-01 00:00Z') as starts,
                   date_bin(width, upper(r), '2000-01-01 00:00Z') as ends
              from unnest(ranges) as r) s
     where s.starts < s.ends
$$;

-- Whether every hour of a zone begins with an hour of UTC during a range.
create or replace function callintel_private.has_whole_hours(
    range_from timestamptz, range_to timestamptz, zone text) returns boolean
    language sql stable as $$
    select zone = 'UTC'
        or not exists (select from (select t from generate_series(greatest(range_from, '1980-01-01Z'),
                                                                  least(range_to, '2100-01-01Z'),
                                                                  interval '1 day') as t
                                    union all
                                    select least(range_to, '2100-01-01Z')) x
                        where extract(epoch from (x.t at time zone zone) - (x.t at time zone 'UTC'))::integer
                                  % 3600 <> 0)
$$;

-- Returns which cells answer a question. cube: 1 totals, 2 by outcome and line, 3 by member; null if no cells do.
-- dimension: null, time, line or member. unit is null for a question without buckets of time.
create or replace function callintel_private.choose_cells(
    org uuid,
    range_from timestamptz,
    range_to timestamptz,
    unit text,
    zone text,
    dimension text,
    asked callintel.figure_filter,
    out cube smallint,
    out has_days boolean,
    out has_hours boolean)
    language plpgsql stable as $$
declare
    day_zone text := callintel_private.cell_zone(org);
    by_line  boolean := coalesce(dimension = 'line', false) or asked.line_id is not null;
    by_member boolean := coalesce(dimension = 'member', false) or asked.member_id is not null
                         or asked.team_id is not null;
begin
    if day_zone is null or by_line and by_member or asked.contact_id is not null or asked.source_id is not null
       or asked.contact_kind is not null
       or (unit is null or callintel_private.bin_width(unit, zone) = interval '15 minutes') is not true then
        return;
    end if;
    cube := case when by_member then 3 when by_line or asked.outcome is not null then 2 else 1 end;
    has_days := unit is null or unit <> 'hour' and zone = day_zone;
    has_hours := cube = 1 and (unit is null or callintel_private.has_whole_hours(range_from, range_to, zone));
end $$;

-- Returns which time is counted from which source, for single events and for conversations.
create or replace function callintel_private.find_sources(
    org uuid,
    times tstzmultirange,
    has_days boolean,
    has_hours boolean,
    out day_singles tstzmultirange,
    out day_legs tstzmultirange,
    out hour_singles tstzmultirange,
    out hour_legs tstzmultirange,
    out quarter_singles tstzmultirange,
    out quarter_legs tstzmultirange,
    out event_singles tstzmultirange,
    out event_legs tstzmultirange)
    language plpgsql stable as $$
declare
    day_zone text := callintel_private.cell_zone(org);
    quarters tstzmultirange := callintel_private.whole_steps(times, '15 minutes');
begin
    day_singles := '{}';
    day_legs := '{}';
    hour_singles := '{}';
    hour_legs := '{}';
    quarter_singles := '{}';
    quarter_legs := '{}';
    if day_zone is not null and quarters <> '{}' then
        quarter_singles := quarters - callintel_private.marked(org, lower(quarters), upper(quarters), false);
        quarter_legs := quarters - callintel_private.marked(org, lower(quarters), upper(quarters), true);
        if has_days then
            select coalesce(range_agg(x.day) filter (where x.day <@ quarter_singles), '{}'),
                   coalesce(range_agg(x.day) filter (where x.day <@ quarter_legs), '{}')
              into day_singles, day_legs
              from (select tstzrange(d.starts, d.ends) as day
                      from callintel_private.local_days(lower(quarters), upper(quarters), day_zone) d
                     where d.is_plain) x;
        end if;
    end if;
    event_singles := times - quarter_singles;
    event_legs := times - quarter_legs;
    quarter_singles := quarter_singles - day_singles;
    quarter_legs := quarter_legs - day_legs;
    if has_hours then
        hour_singles := callintel_private.whole_steps(quarter_singles, '1 hour');
        hour_legs := callintel_private.whole_steps(quarter_legs, '1 hour');
        quarter_singles := quarter_singles - hour_singles;
        quarter_legs := quarter_legs - hour_legs;
    end if;
end $$;

-- Returns the ranges of cells as rows. Row-level security lets a condition use an index only if no function in it could
-- reveal a row, and lower and upper could; so the bounds are computed here. grain is that of total_cells.
create or replace function callintel_private.cell_ranges(
    day_singles tstzmultirange,
    day_legs tstzmultirange,
    hour_singles tstzmultirange,
    hour_legs tstzmultirange,
    quarter_singles tstzmultirange,
    quarter_legs tstzmultirange)
    returns table (grain smallint, has_legs boolean, starts timestamptz, ends timestamptz)
    language sql immutable as $$
    select s.grain::smallint, s.has_legs, lower(r), upper(r)
      from (values (3, false, day_singles),
                   (3, true, day_legs),
                   (2, false, hour_singles),
                   (2, true, hour_legs),
                   (1, false, quarter_singles),
                   (1, true, quarter_legs)) as s (grain, has_legs, ranges),
           unnest(s.ranges) as r
    offset 0
$$;

-- Returns when the org is open within a range, by the clock of its home zone.
create or replace function callintel_private.open_times(org uuid, range_from timestamptz, range_to timestamptz)
    returns tstzmultirange
    language plpgsql stable as $$
declare
    zone text := (select coalesce(o.home_zone, 'UTC') from callintel_private.orgs o where o.org_id = org);
begin
    return (select coalesce(range_agg(tstzrange(s.opens, s.closes)), '{}')
              from (select (d.day + b.opens) at time zone zone as opens,
                           (d.day + b.closes) at time zone zone as closes
                      from (select x::date as day
                              from generate_series(
                                       (greatest(range_from, '1980-01-01Z') at time zone zone)::date - 1,
                                       (least(range_to, '2100-01-01Z') at time zone zone)::date,
                                       interval '1 day') as x) d
                      join callintel_private.business_hours b on b.org_id = org
                       and b.weekday = extract(dow from d.day)
                     where not exists (select from callintel_private.holidays h
                                        where h.org_id = org and h.day = d.day)) s
             where s.opens < s.closes);
end $$;

-- Returns what a filter means: the time to count, and the members to count; null for all members.
create or replace function callintel_private.resolve_filter(
    range_from timestamptz,
    range_to timestamptz,
    asked callintel.figure_filter,
    out times tstzmultirange,
    out members uuid[])
    language plpgsql stable security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    verified record := (select c from callintel_private.session_context c);
    opened   tstzmultirange;
begin
    if (asked.team_id is not null or asked.in_hours is not null)
       and verified.permissions & 16 /* read_dashboards */ = 0 then
        perform callintel_private.refuse_permission(16 /* read_dashboards */);
    end if;
    times := case when range_from < range_to then tstzmultirange(tstzrange(range_from, range_to)) else '{}' end;
    if asked.in_hours is not null then
        opened := callintel_private.open_times(verified.org_id, range_from, range_to);
        times := case when asked.in_hours then times * opened else times - opened end;
    end if;
    if asked.team_id is not null then
        members := array(select t.member_id from callintel_private.team_members t
                          where t.org_id = verified.org_id and t.team_id = asked.team_id);
    end if;
    if asked.member_id is not null then
        members := case when asked.member_id = any (members) is not false then array[asked.member_id]
                        else '{}'::uuid[] end;
    end if;
    -- The nil UUID stands for an unknown member.
    members := array_remove(members, callintel_private.nil());
end $$;
comment on function callintel_private.resolve_filter is
    'Returns the time and the members that a filter of figures means.';

-- Whether a filter asks for the channel or the direction only. Narrower questions leave hidden contacts out.
create or replace function callintel_private.is_wide(asked callintel.figure_filter) returns boolean
    language sql immutable parallel safe as $$
    select asked.outcome is null and asked.member_id is null and asked.team_id is null and asked.line_id is null
           and asked.contact_id is null and asked.source_id is null and asked.in_hours is null
           and asked.contact_kind is null
$$;

grant execute on function
    callintel_private.nil,
    callintel_private.resolve_filter,
    callintel_private.is_wide
    to callintel_member;
reset role;
