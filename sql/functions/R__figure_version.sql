-- purpose: the state that figures of a session are computed from, as one text, so that a process can keep answers and
--          know whether they still hold

set role callintel_definer;

-- Two equal versions mean equal answers to a question without business hours and teams. The version consists of what
-- the session sees (for a member who is listed for a contact, the member), the row of the org, which every change of a
-- rule and of a role writes, and the transactions that changed events, from the change feed and from the marks.
-- Computations delete marks, and write rollup_states. Of the transactions, the latest ones are enough, from one on that
-- is older than the oldest in progress: nothing is added before it. At least 64 are taken, so that a version does not
-- change when a transaction of somebody else ends.
-- The text is a keyed digest, because ids of transactions show how much others write. A version changes when events of
-- hidden contacts are written, so only sessions have one that count these events in figures, or see them.
create or replace function callintel.figure_version() returns text
    language plpgsql stable security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    verified record := (select c from callintel_private.session_context c);
    org      uuid := verified.org_id;
    listed   uuid[];
    oldest   bigint := pg_snapshot_xmin(pg_current_snapshot())::text::bigint;
    fed      bigint;
    entries  bigint[];
    marks    bigint[];
begin
    if verified.permissions & 3 /* read_events | read_all_events */ <> 3
       or verified.max_level < 3 and not callintel_private.counts_hidden(verified.permissions) then
        return null;
    end if;
    listed := case when verified.max_level = 1 then callintel_private.own_listings() else '{}' end;
    -- Null if there are fewer entries; then all of them are taken.
    fed := (select f.xact
              from callintel_private.change_feed f
             where f.org_id = org
             order by f.xact desc, f.seq desc
            offset 63 limit 1);
    fed := least(coalesce(fed, 0),
                 coalesce((select max(f.xact)
                             from callintel_private.change_feed f
                            where f.org_id = org and f.xact < oldest),
                          0));
    entries := array(select x.number
                       from callintel_private.change_feed f,
                            lateral (values (1, f.xact), (2, f.seq)) as x (place, number)
                      where f.org_id = org and f.xact >= fed
                      order by f.xact, f.seq, x.place);
    marks := array(select distinct d.xid::text::bigint
                     from callintel_private.dirty_buckets d
                    where d.org_id = org
                    order by 1 desc);
    marks := array(select m.xact
                     from unnest(marks) with ordinality as m (xact, place)
                    where m.place <= 64
                       or m.xact >= coalesce((select max(x) from unnest(marks) x where x < oldest), 0)
                    order by 1);
    return (select encode(sha256(k.pad || convert_to(jsonb_build_array(
                       org,
                       verified.permissions,
                       verified.purpose,
                       case when listed <> '{}' then verified.member_id end,
                       (select o.xmin::text from callintel_private.orgs o where o.org_id = org),
                       (select array[s.format::text, s.day_zone, s.recomputed_at::text]
                          from callintel_private.rollup_states s
                         where s.org_id = org),
                       (select array[f.generation, f.trimmed_to] from callintel_private.feed_state() f),
                       entries,
                       marks)::text, 'UTF8')), 'hex')
              from callintel_private.context_key k);
end $$;
comment on function callintel.figure_version is
    'Returns a digest of the state that figures of the session are computed from; null if the session may not know '
    'when others write. Equal digests mean equal answers to a question without business hours and teams.';

grant execute on function callintel.figure_version to callintel_app;
reset role;
