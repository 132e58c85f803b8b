-- purpose: reading the change feed as far as the session may see it

set role callintel_member;

-- The oldest transaction in progress is read before the entries, so every transaction below it has ended by then and
-- its entries are visible. Whether entries were removed is decided in the snapshot that reads the entries.
-- The oldest transaction in progress is no position to return: after a crash, ids below it are assigned again, unless
-- the flushed write-ahead log names them. A position is the newest entry that the session may see, which is committed,
-- or the last checkpoint. It is not an entry that the session may not see, because that would tell when it was written.
create or replace function callintel.read_changes(
    after_generation bigint,
    after_xact bigint,
    after_seq bigint,
    page integer)
    returns table (
        kind smallint,
        generation bigint,
        xact bigint,
        seq bigint,
        range_from timestamptz,
        range_to timestamptz,
        events bigint,
        member_id uuid,
        contact_id uuid,
        recorded_at timestamptz,
        audience text)
    language plpgsql volatile rows 100 security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    verified record := (select c from callintel_private.session_context c);
    org      uuid := verified.org_id;
    most     integer := least(greatest(page, 0), 5000);
    horizon  bigint;
    durable  bigint;
begin
    if verified.permissions & 1 /* read_events */ = 0 then
        perform callintel_private.refuse_permission(1 /* read_events */);
    end if;
    perform callintel_private.ensure_generation();
    horizon := pg_snapshot_xmin(pg_current_snapshot())::text::bigint;
    durable := callintel_private.durable_xact();
    return query
    with held as materialized (
        select s.generation,
               s.generation = 0
               or after_generation is not null
                  and (after_generation <> s.generation or after_xact > horizon or after_xact <= s.trimmed_to
                       or after_xact is null or after_seq is null) as is_stale,
               -- Removed entries were committed as well.
               least(horizon, greatest(durable, s.trimmed_to + 1)) as settled,
               -- Sessions with the same audience may see the same entries, so one of them can read for all. Computed
               -- here, in the snapshot that the policies use.
               case when verified.reads_all
                     and (verified.max_level >= 2 or callintel_private.own_listings() = '{}')
                    then format('all %s', verified.max_level)
                    else format('%s %s %s', verified.member_id, verified.reads_all::integer, verified.max_level) end
                   as audience
          from callintel_private.feed_state() s
    ), entries as materialized (
        select f.*
          from callintel_private.change_feed f
         where f.org_id = org and f.xact < horizon
           and (f.xact, f.seq) > (coalesce(after_xact, -1), coalesce(after_seq, -1))
         order by f.xact, f.seq
         limit most
    ), positions as materialized (
        select h.settled as xact, 0::bigint as seq from held h
        union all
        select after_xact, after_seq from held h where not h.is_stale and after_generation is not null
        union all
        (select e.xact, e.seq from entries e order by e.xact desc, e.seq desc limit 1)
        union all
        (select f.xact, f.seq
           from callintel_private.change_feed f
          where f.org_id = org and f.xact >= (select h.settled from held h) and f.xact < horizon
            and (most = 0 or (select h.is_stale from held h))
          order by f.xact desc, f.seq desc
          limit 1)
    ), reached as materialized (
        select p.xact, p.seq from positions p order by p.xact desc, p.seq desc limit 1
    )
    select 9::smallint, h.generation, r.xact, r.seq, null::timestamptz, null::timestamptz, null::bigint,
           null::uuid, null::uuid, statement_timestamp(), h.audience
      from held h cross join reached r where h.is_stale
    union all
    (select e.kind, h.generation, e.xact, e.seq, e.range_from, e.range_to, e.events, e.member_id, e.contact_id,
            e.recorded_at, h.audience
       from held h cross join entries e
      where not h.is_stale
      order by e.xact, e.seq)
    union all
    select 0::smallint, h.generation, r.xact, r.seq, null, null, null, null, null, statement_timestamp(), h.audience
      from held h cross join reached r
     where not h.is_stale and (most = 0 or (select count(*) from entries) < most);
end $$;
comment on function callintel.read_changes is
    'Returns a page of the change feed after a position, in the order of commits: kind 1 inserted, 2 updated, '
    '3 deleted, 4 visibility changed, 5 keys shredded. The last row of an incomplete page has kind 0 and the position '
    'to continue from. A single row of kind 9 means that entries are missing and everything has to be read again; it '
    'has the position to continue from then. A null position is the oldest entry. Returns at most '
    '5000 entries. Sessions with the same audience see the same entries.';

create or replace function callintel.change_feed_delay() returns interval
    language plpgsql stable security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    verified record := (select c from callintel_private.session_context c);
    org      uuid := verified.org_id;
    horizon  bigint := pg_snapshot_xmin(pg_current_snapshot())::text::bigint;
begin
    if verified.permissions & 1 /* read_events */ = 0 then
        perform callintel_private.refuse_permission(1 /* read_events */);
    end if;
    return (select statement_timestamp() - min(f.recorded_at)
              from callintel_private.change_feed f
             where f.org_id = org and f.xact >= horizon);
end $$;
comment on function callintel.change_feed_delay is
    'Returns for how long a committed entry of the change feed has been waiting for an older transaction that is in '
    'progress; null if none is waiting.';

grant execute on function callintel.read_changes, callintel.change_feed_delay to callintel_app;
reset role;
