-- purpose: computing cells from the events of marked buckets. callintel_ops runs these functions, one org at a time
-- They run as callintel_definer in a context of the org, so that row-level security keeps maintenance of an org away
-- from all others as well.

set role callintel_definer;

-- Opens a context of no member that reads all events of an org. Only functions of this file call it.
create or replace function callintel_private.enter_org(org uuid) returns void language plpgsql as $$
declare
    context text;
begin
    select o.org_id::text || ',' || callintel_private.nil()::text || ',00000,' || o.lock_number::text || ','
               || (6163 /* read_events | read_all_events | read_dashboards | see_restricted | see_hidden */)::text
      into context
      from callintel_private.orgs o
     where o.org_id = org;
    if not found then
        raise exception 'The org does not exist.' using errcode = 'CI004', hint = 'Check the id of the org.';
    end if;
    perform set_config('callintel.context', context, true);
    perform set_config(
        'callintel.seal',
        encode(sha256(k.pad || timestamptz_send(transaction_timestamp()) || convert_to(context, 'UTF8')), 'hex'),
        true)
       from callintel_private.context_key k;
end $$;

create or replace function callintel_private.list_orgs() returns setof uuid
    language plpgsql stable security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
begin
    return query select o.org_id from callintel_private.orgs o order by o.org_id;
end $$;
comment on function callintel_private.list_orgs is 'Returns the ids of all orgs, for maintenance.';

-- Marks every day from the first event or cell of an org to the last, and lets figures use cells from now on. Waits
-- for writers of the org first: the marks of a writer with functions of a former version would be missing otherwise.
-- Figures read the events until recompute_rollups has computed the days. Cells of dropped months stay as they are.
create or replace function callintel_private.rebuild_rollups(org uuid) returns bigint
    language plpgsql volatile security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    first_at timestamptz;
    last_at  timestamptz;
    marks    bigint;
    final    tstzmultirange;
begin
    if current_setting('transaction_isolation') <> 'read committed' then
        raise exception 'rebuild_rollups needs the isolation level read committed.'
            using errcode = '25001', hint = 'Call it in a transaction of its own.';
    end if;
    perform callintel_private.enter_org(org);
    perform callintel_private.lock_merges((select c.lock_number from callintel_private.session_context c));
    insert into callintel_private.rollup_states (org_id, day_zone, format)
    select o.org_id, coalesce(o.home_zone, 'UTC'), callintel_private.cell_format()
      from callintel_private.orgs o
     where o.org_id = org
        on conflict on constraint rollup_states_org_id_pk do update set format = excluded.format;
    final := callintel_private.final_months(org);
    select r.first_at, r.last_at into first_at, last_at from callintel_private.rollup_range(org) r;
    insert into callintel_private.dirty_buckets (org_id, bucket, is_day, has_legs)
    select org, d, true, true
      from generate_series(date_trunc('day', first_at, 'UTC'), last_at, interval '1 day') d
     where not final @> d;
    get diagnostics marks = row_count;
    return marks;
end $$;
comment on function callintel_private.rebuild_rollups is
    'Marks all days of an org, so that recompute_rollups computes all cells again. Figures stay correct meanwhile.';

-- Computes the cells of up to max_days marked days, the latest first, and deletes their marks: exactly the ones that
-- its snapshot shows, because the transaction is repeatable read. A writer that commits later has marks of its own. Two
-- computations of one org at a time end with 40001 in one of them, because both write rollup_states.
create or replace function callintel_private.recompute_rollups(
    org uuid, max_days integer, out days integer, out is_enabled boolean)
    language plpgsql volatile security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off
    set jit = off as $$
declare
    zone    text;
    former  text;
    picked  timestamptz[];
    singles tstzmultirange;
    legs    tstzmultirange;
    touched tstzmultirange;
    hours   tstzmultirange;
    reached tstzmultirange;
    final   tstzmultirange := '{}';
begin
    if current_setting('transaction_isolation') <> 'repeatable read' then
        raise exception 'recompute_rollups needs the isolation level repeatable read.'
            using errcode = '25001', hint = 'Begin the transaction with this level.';
    end if;
    perform callintel_private.enter_org(org);
    days := 0;
    former := callintel_private.cell_zone(org);
    is_enabled := former is not null;
    if not is_enabled then
        return;
    end if;
    zone := (select coalesce(o.home_zone, 'UTC') from callintel_private.orgs o where o.org_id = org);
    picked := array(select distinct date_trunc('day', d.bucket, 'UTC')
                      from callintel_private.dirty_buckets d
                     where d.org_id = org
                     order by 1 desc
                     limit max_days);
    if picked = '{}' and zone = former then
        return;
    end if;
    update callintel_private.rollup_states s set day_zone = zone, recomputed_at = clock_timestamp()
     where s.org_id = org;

    select coalesce(range_agg(tstzrange(m.bucket, m.bucket + m.width)), '{}'),
           coalesce(range_agg(tstzrange(m.bucket - callintel_private.conversation_span(),
                                        m.bucket + m.width + callintel_private.conversation_gap()))
                        filter (where m.has_legs),
                    '{}')
      into singles, legs
      from (select d.bucket, d.has_legs,
                   case when d.is_day then interval '24 hours' else interval '15 minutes' end as width
              from unnest(picked) as p (day)
              join callintel_private.dirty_buckets d on d.org_id = org and d.bucket >= p.day
               and d.bucket < p.day + interval '24 hours'
             group by 1, 2, 3) m;
    -- Cells by contact and of waiting times depend on events hours before and after their day (clean_days).
    reached := (select coalesce(range_agg(tstzrange(lower(r) - interval '49 hours', upper(r) + interval '24 hours')),
                                '{}')
                  from unnest(singles) as r);
    -- The events of dropped months are gone, so their cells stay as they are.
    final := callintel_private.final_months(org);
    singles := singles - final;
    legs := legs - final;
    delete from callintel_private.total_cells c
     using callintel_private.cell_ranges('{}', '{}', '{}', '{}', singles, legs) r
     where c.org_id = org and c.grain = 1 and c.has_legs = r.has_legs and c.bucket >= r.starts and c.bucket < r.ends;
    delete from callintel_private.event_cells c
     using callintel_private.cell_ranges('{}', '{}', '{}', '{}', singles, legs) r
     where c.org_id = org and not c.is_day and c.has_legs = r.has_legs and c.bucket >= r.starts and c.bucket < r.ends;
    delete from callintel_private.member_cells c
     using callintel_private.cell_ranges('{}', '{}', '{}', '{}', singles, legs) r
     where c.org_id = org and not c.is_day and c.has_legs = r.has_legs and c.bucket >= r.starts and c.bucket < r.ends;
    with computed as materialized (
        select c.* from callintel_private.compute_cells(org, singles, legs) c
    ), by_line as (
        insert into callintel_private.event_cells (
            org_id, is_day, has_legs, bucket, channel, direction, outcome, line_id, level, events, talk_s)
        select org, false, c.has_legs, c.bucket, c.channel, c.direction, c.outcome, c.line_id, c.level,
               sum(c.events), sum(c.talk_s)
          from computed c
         group by c.has_legs, c.bucket, c.channel, c.direction, c.outcome, c.line_id, c.level
        having sum(c.events) <> 0 or sum(c.talk_s) <> 0
    ), in_total as (
        insert into callintel_private.total_cells (
            org_id, grain, has_legs, bucket, channel, direction, level, events, answered, missed, talk_s)
        select org, 1, c.has_legs, c.bucket, c.channel, c.direction, c.level, sum(c.events),
               coalesce(sum(c.events) filter (where c.outcome = 1), 0),
               coalesce(sum(c.events) filter (where c.outcome in (2, 3, 4, 5)), 0),
               sum(c.talk_s)
          from computed c
         group by c.has_legs, c.bucket, c.channel, c.direction, c.level
    )
    insert into callintel_private.member_cells (
        org_id, is_day, has_legs, bucket, member_id, channel, direction, outcome, level, events, talk_s)
    select org, false, c.has_legs, c.bucket, c.member_id, c.channel, c.direction, c.outcome, c.level,
           sum(c.events), sum(c.talk_s)
      from computed c
     group by c.has_legs, c.bucket, c.member_id, c.channel, c.direction, c.outcome, c.level
    having sum(c.events) <> 0 or sum(c.talk_s) <> 0;

    -- The hours that contain these buckets. An hour of which a bucket is still marked is not used.
    hours := (select coalesce(range_agg(tstzrange(
                  date_bin('1 hour', lower(r), '2000-01-01 00:00Z'),
                  date_bin('1 hour', upper(r) + interval '1 hour' - interval '1 microsecond', '2000-01-01 00:00Z'))),
                  '{}')
                from unnest(singles + legs) as r);
    delete from callintel_private.total_cells c
     using callintel_private.cell_ranges('{}', '{}', hours, hours, '{}', '{}') r
     where c.org_id = org and c.grain = r.grain and c.has_legs = r.has_legs
       and c.bucket >= r.starts and c.bucket < r.ends;
    insert into callintel_private.total_cells (
        org_id, grain, has_legs, bucket, channel, direction, level, events, answered, missed, talk_s)
    select org, 2, r.has_legs, date_bin('1 hour', c.bucket, '2000-01-01 00:00Z'), c.channel, c.direction, c.level,
           sum(c.events), sum(c.answered), sum(c.missed), sum(c.talk_s)
      from callintel_private.cell_ranges('{}', '{}', hours, hours, '{}', '{}') r,
           lateral (select q.* from callintel_private.total_cells q
                     where q.org_id = org and not q.of_hidden and q.grain = 1 and q.has_legs = r.has_legs
                       and q.bucket >= r.starts and q.bucket < r.ends
                    offset 0) c
     group by 3, 4, 5, 6, 7;
    insert into callintel_private.total_cells (
        org_id, of_hidden, grain, has_legs, bucket, channel, direction, level, events, answered, missed, talk_s)
    select org, true, 2, h.has_legs, h.bucket, h.channel, h.direction, l.above, sum(h.events), 0, 0, 0
      from (values (1::smallint), (2::smallint)) as l (above),
           lateral (select x.* from callintel_private.compute_hidden(org, hours, hours, l.above) x offset 0) h
     group by h.has_legs, h.bucket, h.channel, h.direction, l.above;

    -- The local days that contain these buckets, or all days if the zone of the org has changed.
    if zone = former then
        touched := (select coalesce(range_agg(tstzrange(d.starts, d.ends)), '{}')
                    from unnest(singles + legs) as r,
                         callintel_private.local_days(lower(r), upper(r), zone) d);
    else
        touched := '{(,)}';
    end if;
    delete from callintel_private.total_cells c using unnest(touched) as r
     where c.org_id = org and c.grain = 3 and r @> c.bucket;
    delete from callintel_private.event_cells c using unnest(touched) as r
     where c.org_id = org and c.is_day and r @> c.bucket;
    delete from callintel_private.member_cells c using unnest(touched) as r
     where c.org_id = org and c.is_day and r @> c.bucket;
    if zone <> former then
        touched := (select coalesce(range_agg(tstzrange(d.starts, d.ends)), '{}')
                    from (select min(c.bucket) as first_at, max(c.bucket) as last_at
                            from callintel_private.event_cells c where c.org_id = org) x,
                         callintel_private.local_days(x.first_at, x.last_at + interval '15 minutes', zone) d);
    end if;
    insert into callintel_private.total_cells (
        org_id, of_hidden, grain, has_legs, bucket, channel, direction, level, events, answered, missed, talk_s)
    select org, x.of_hidden, 3, x.has_legs, d.starts, c.channel, c.direction, c.level,
           sum(c.events), sum(c.answered), sum(c.missed), sum(c.talk_s)
      from (values (false, false), (false, true), (true, false), (true, true)) as x (of_hidden, has_legs),
           unnest(touched) as r,
           callintel_private.local_days(lower(r), upper(r), zone) d,
           lateral (select q.* from callintel_private.total_cells q
                     where q.org_id = org and q.of_hidden = x.of_hidden
                       and q.grain = case when x.of_hidden then 2 else 1 end and q.has_legs = x.has_legs
                       and q.bucket >= d.starts and q.bucket < d.ends
                    offset 0) c
     group by x.of_hidden, x.has_legs, d.starts, c.channel, c.direction, c.level;
    insert into callintel_private.event_cells (
        org_id, is_day, has_legs, bucket, channel, direction, outcome, line_id, level, events, talk_s)
    select org, true, x.has_legs, d.starts, c.channel, c.direction, c.outcome, c.line_id, c.level,
           sum(c.events), sum(c.talk_s)
      from (values (false), (true)) as x (has_legs),
           unnest(touched) as r,
           callintel_private.local_days(lower(r), upper(r), zone) d,
           lateral (select q.* from callintel_private.event_cells q
                     where q.org_id = org and not q.is_day and q.has_legs = x.has_legs
                       and q.bucket >= d.starts and q.bucket < d.ends
                    offset 0) c
     group by x.has_legs, d.starts, c.channel, c.direction, c.outcome, c.line_id, c.level
    having sum(c.events) <> 0 or sum(c.talk_s) <> 0;
    insert into callintel_private.member_cells (
        org_id, is_day, has_legs, bucket, member_id, channel, direction, outcome, level, events, talk_s)
    select org, true, x.has_legs, d.starts, c.member_id, c.channel, c.direction, c.outcome, c.level,
           sum(c.events), sum(c.talk_s)
      from (values (false), (true)) as x (has_legs),
           unnest(touched) as r,
           callintel_private.local_days(lower(r), upper(r), zone) d,
           lateral (select q.* from callintel_private.member_cells q
                     where q.org_id = org and not q.is_day and q.has_legs = x.has_legs
                       and q.bucket >= d.starts and q.bucket < d.ends
                    offset 0) c
     group by x.has_legs, d.starts, c.member_id, c.channel, c.direction, c.outcome, c.level
    having sum(c.events) <> 0 or sum(c.talk_s) <> 0;

    if zone <> former then
        reached := reached + touched;
        final := case when final = '{}' then '{}' else callintel_private.final_days(org, former) end;
        delete from callintel_private.contact_cells c where c.org_id = org;
        delete from callintel_private.wait_cells c where c.org_id = org and not final @> c.bucket;
    end if;
    reached := (select coalesce(range_agg(tstzrange(d.starts, d.ends)), '{}')
                  from unnest(reached) as r,
                       callintel_private.local_days(lower(r), upper(r), zone) d
                 where d.is_plain);
    delete from callintel_private.contact_cells c
     using callintel_private.cell_ranges('{}', reached, '{}', '{}', '{}', '{}') r
     where c.org_id = org and c.bucket >= r.starts and c.bucket < r.ends;
    insert into callintel_private.contact_cells (
        org_id, bucket, contact_id, level, events, messages, talk_s, last_at)
    select org, c.bucket, c.contact_id, c.level, c.events, c.messages, c.talk_s, c.last_at
      from callintel_private.compute_contacts(org, reached, zone) c;
    reached := reached - callintel_private.final_days(org, zone);
    delete from callintel_private.wait_cells c
     using callintel_private.cell_ranges('{}', reached, '{}', '{}', '{}', '{}') r
     where c.org_id = org and c.bucket >= r.starts and c.bucket < r.ends;
    insert into callintel_private.wait_cells (org_id, kind, bucket, channel, level, wait_s, events)
    select org, w.kind, w.bucket, w.channel, w.level, w.wait_s, w.events
      from callintel_private.compute_waits(org, reached, zone) w;

    delete from callintel_private.dirty_buckets d using unnest(picked) as p (day)
     where d.org_id = org and d.bucket >= p.day and d.bucket < p.day + interval '24 hours';
    days := cardinality(picked);
end $$;
comment on function callintel_private.recompute_rollups is
    'Computes the cells of up to max_days marked days of an org and returns how many days it computed. is_enabled is '
    'false for an org whose figures do not use cells yet; call rebuild_rollups first.';

-- The range of time that verify_rollups has to compare, and how many months it has to skip.
create or replace function callintel_private.rollup_range(
    org uuid, out first_at timestamptz, out last_at timestamptz, out final_months integer)
    language plpgsql stable security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
begin
    perform callintel_private.enter_org(org);
    select min(x.moment), max(x.moment) into first_at, last_at
      from ((select e.occurred_at as moment
               from callintel_private.events e where e.org_id = org order by e.id limit 1)
            union all
            (select e.occurred_at from callintel_private.events e where e.org_id = org order by e.id desc limit 1)
            union all
            select min(c.bucket) from callintel_private.event_cells c where c.org_id = org
            union all
            select max(c.bucket) from callintel_private.event_cells c where c.org_id = org) x;
    -- Within the time that days have cells for (local_days): an event outside of it must not become millions of days.
    first_at := case when first_at < '1980-01-01Z' then '1980-01-01Z' else first_at end;
    last_at := case when last_at > '2100-01-01Z' then '2100-01-01Z' else last_at end;
    final_months := (select count(*) from callintel_private.dropped_months d where d.org_id = org);
end $$;
comment on function callintel_private.rollup_range is
    'Returns the time of the first and the last event or cell of an org, and the number of dropped months, whose cells '
    'are final.';

grant execute on function
    callintel_private.list_orgs,
    callintel_private.rebuild_rollups,
    callintel_private.recompute_rollups,
    callintel_private.rollup_range
    to callintel_ops;
reset role;
