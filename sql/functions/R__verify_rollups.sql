-- purpose: comparing stored cells with the events. callintel_ops runs this function, one org at a time

set role callintel_definer;

-- Compares the cells that questions would use with the events, in one snapshot. Dropped months have no events any more,
-- so their cells are skipped, and so are those that depended on events of such a month.
create or replace function callintel_private.verify_rollups(
    org uuid, range_from timestamptz, range_to timestamptz, out compared bigint, out wrong bigint)
    language plpgsql stable security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off
    set jit = off as $$
declare
    zone    text;
    sources record;
    final   tstzmultirange;
    reached tstzmultirange; -- the time of which waiting times depended on a dropped month
begin
    perform callintel_private.enter_org(org);
    compared := 0;
    wrong := 0;
    zone := callintel_private.cell_zone(org);
    if zone is null then
        return;
    end if;
    -- Everything that is not marked is compared by quarters of an hour, and the whole hours and days of it besides.
    sources := callintel_private.find_sources(
        org, tstzmultirange(tstzrange(range_from, range_to)), false, false);
    final := callintel_private.final_months(org);
    sources.quarter_singles := sources.quarter_singles - final;
    sources.quarter_legs := sources.quarter_legs
        - (select coalesce(range_agg(tstzrange(lower(r) - callintel_private.conversation_span(),
                                               upper(r) + callintel_private.conversation_gap())), '{}')
             from unnest(final) as r);
    reached := (select coalesce(range_agg(tstzrange(lower(r) - interval '49 hours', upper(r) + interval '24 hours')),
                                '{}')
                  from unnest(final) as r);
    with computed as materialized (
        select c.*
          from callintel_private.compute_cells(org, sources.quarter_singles, sources.quarter_legs) c
    ), clean as materialized (
        select r.grain, r.has_legs, r.starts, r.ends
          from callintel_private.cell_ranges(
                   '{}',
                   '{}',
                   callintel_private.whole_steps(sources.quarter_singles, '1 hour'),
                   callintel_private.whole_steps(sources.quarter_legs, '1 hour'),
                   sources.quarter_singles,
                   sources.quarter_legs) r
        union all
        select 3, x.has_legs, d.starts, d.ends
          from (values (false, sources.quarter_singles), (true, sources.quarter_legs)) as x (has_legs, ranges),
               callintel_private.local_days(range_from, range_to, zone) d
         where d.is_plain and tstzrange(d.starts, d.ends) <@ x.ranges
    ), computed_hidden as materialized (
        select a.above, h.*
          from (values (1::smallint), (2::smallint)) as a (above),
               lateral (select x.*
                          from callintel_private.compute_hidden(
                                   org,
                                   callintel_private.whole_steps(sources.quarter_singles, '1 hour'),
                                   callintel_private.whole_steps(sources.quarter_legs, '1 hour'),
                                   a.above) x
                        offset 0) h
    ), clean_hidden as (
        select l.*
          from clean l
         where l.grain = 2 or l.grain = 3 and callintel_private.has_whole_hours(l.starts, l.ends, zone)
    ), stored as (
        select 0 as cube, c.grain, c.has_legs, c.bucket, c.channel, c.direction, null::smallint as outcome,
               null::uuid as item, c.level, c.events, c.answered, c.missed, c.talk_s
          from clean l
          join callintel_private.total_cells c on c.org_id = org and not c.of_hidden and c.grain = l.grain
           and c.has_legs = l.has_legs and c.bucket >= l.starts and c.bucket < l.ends
        union all
        select 3, c.grain, c.has_legs, c.bucket, c.channel, c.direction, null, null, c.level, c.events, c.answered,
               c.missed, c.talk_s
          from clean_hidden l
          join callintel_private.total_cells c on c.org_id = org and c.of_hidden and c.grain = l.grain
           and c.has_legs = l.has_legs and c.bucket >= l.starts and c.bucket < l.ends
        union all
        select 1, l.grain, c.has_legs, c.bucket, c.channel, c.direction, c.outcome, c.line_id, c.level, c.events, 0, 0,
               c.talk_s
          from clean l
          join callintel_private.event_cells c on c.org_id = org and c.is_day = (l.grain = 3)
           and c.has_legs = l.has_legs and c.bucket >= l.starts and c.bucket < l.ends
         where l.grain <> 2
        union all
        select 2, l.grain, c.has_legs, c.bucket, c.channel, c.direction, c.outcome, c.member_id, c.level, c.events,
               0, 0, c.talk_s
          from clean l
          join callintel_private.member_cells c on c.org_id = org and c.is_day = (l.grain = 3)
           and c.has_legs = l.has_legs and c.bucket >= l.starts and c.bucket < l.ends
         where l.grain <> 2
    ), placed as (
        -- An event is in one quarter of an hour, one hour and one day.
        select l.grain,
               case when l.grain = 1 then c.bucket
                    when l.grain = 2 then date_bin('1 hour', c.bucket, '2000-01-01 00:00Z')
                    else l.starts end as start,
               c.*
          from clean l
          join computed c on c.has_legs = l.has_legs and c.bucket >= l.starts and c.bucket < l.ends
    ), expected as (
        select 0 as cube, p.grain, p.has_legs, p.start, p.channel, p.direction, null::smallint as outcome,
               null::uuid as item, p.level, p.events, case when p.outcome = 1 then p.events else 0 end as answered,
               case when p.outcome in (2, 3, 4, 5) then p.events else 0 end as missed, p.talk_s
          from placed p
        union all
        select 3, l.grain, h.has_legs, case when l.grain = 2 then h.bucket else l.starts end, h.channel, h.direction,
               null, null, h.above, h.events, 0, 0, 0
          from clean_hidden l
          join computed_hidden h on h.has_legs = l.has_legs and h.bucket >= l.starts and h.bucket < l.ends
        union all
        select 1, p.grain, p.has_legs, p.start, p.channel, p.direction, p.outcome, p.line_id, p.level, p.events, 0, 0,
               p.talk_s
          from placed p
         where p.grain <> 2
        union all
        select 2, p.grain, p.has_legs, p.start, p.channel, p.direction, p.outcome, p.member_id, p.level, p.events, 0,
               0, p.talk_s
          from placed p
         where p.grain <> 2
    ), cells as (
        select sum(x.factor * x.events) as events,
               sum(x.factor * x.answered) as answered,
               sum(x.factor * x.missed) as missed,
               sum(x.factor * x.talk_s) as talk_s
          from (select 1 as factor, s.* from stored s union all select -1, e.* from expected e) x
         group by x.cube, x.grain, x.has_legs, x.bucket, x.channel, x.direction, x.outcome, x.item,
                  x.level
    )
    select count(*), count(*) filter (where (c.events, c.answered, c.missed, c.talk_s) <> (0, 0, 0, 0))
      into compared, wrong
      from cells c;
    with clean as materialized (
        select callintel_private.clean_days(org, range_from, range_to, false) as of_contacts,
               (select coalesce(range_agg(d), '{}')
                  from unnest(callintel_private.clean_days(org, range_from, range_to, true)) as c,
                       callintel_private.local_days(lower(c), upper(c), zone) y,
                       lateral (select tstzrange(y.starts, y.ends) as d) t
                 where not t.d && reached) as of_waits
    ), cells as (
        select sum(x.factor * x.events) as events, sum(x.factor * x.messages) as messages,
               sum(x.factor * x.talk_s) as talk_s, count(distinct x.last_at) filter (where x.last_at is not null)
                   as moments
          from (select 1 as factor, c.bucket, c.contact_id, c.level, c.events, c.messages, c.talk_s,
                       c.last_at
                  from clean l, unnest(l.of_contacts) as d, callintel_private.contact_cells c
                 where c.org_id = org and d @> c.bucket
                union all
                select -1, c.bucket, c.contact_id, c.level, c.events, c.messages, c.talk_s, c.last_at
                  from clean l, callintel_private.compute_contacts(org, l.of_contacts, zone) c) x
         group by x.bucket, x.contact_id, x.level
        union all
        select sum(x.factor * x.events), 0, 0, 0
          from (select 1 as factor, c.kind, c.bucket, c.channel, c.level, c.wait_s, c.events
                  from clean l, unnest(l.of_waits) as d, callintel_private.wait_cells c
                 where c.org_id = org and d @> c.bucket
                union all
                select -1, w.kind, w.bucket, w.channel, w.level, w.wait_s, w.events
                  from clean l, callintel_private.compute_waits(org, l.of_waits, zone) w) x
         group by x.kind, x.bucket, x.channel, x.level, x.wait_s
    )
    select compared + count(*), wrong + count(*) filter (
               where c.events <> 0 or c.messages <> 0 or c.talk_s <> 0 or c.moments > 1)
      into compared, wrong
      from cells c;
end $$;
comment on function callintel_private.verify_rollups is
    'Compares the cells of an org that begin in a range and are not marked with the events; returns how many it '
    'compared and how many are wrong.';

grant execute on function callintel_private.verify_rollups to callintel_ops;
reset role;
