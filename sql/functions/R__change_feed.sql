-- purpose: the change feed: writing entries in the transaction of a change, generations, and retention. What a session
--          reads is in R__read_changes.sql.
-- An entry covers a quarter of an hour, or a longer time where a batch covers more than about 250 quarters. So a batch
-- writes few entries, however many events it has (ADR 0039).

set role callintel_owner;
grant select, insert, update on callintel_private.change_feed to callintel_definer;
grant insert on callintel_private.change_feed to callintel_writer;
reset role;
set role callintel_definer;

create or replace function callintel_private.quarter(moment timestamptz) returns timestamptz
    language sql immutable parallel safe as $$ select date_bin('15 minutes', moment, 'epoch') $$;

-- Writes the entries of a batch from its groups: a quarter of an hour, a member, a level and, for restricted and hidden
-- contacts, the contact. The entries of each audience are computed from what that audience may see: otherwise the width
-- of its entries would tell of events that it may not see.
create or replace function callintel_private.feed_groups(
    org uuid,
    kind smallint,
    quarters timestamptz[],
    members uuid[],
    contacts uuid[],
    levels smallint[],
    counts bigint[]) returns void language plpgsql as $$
declare
    width interval;
    alone uuid;
    many  boolean;
begin
    select case when max(q) - min(q) < interval '64 hours' then interval '15 minutes'
                when max(q) - min(q) < interval '256 hours' then interval '1 hour'
                when max(q) - min(q) < interval '64 days' then interval '6 hours'
                when max(q) - min(q) < interval '256 days' then interval '1 day'
                when max(q) - min(q) < interval '1792 days' then interval '7 days'
                else interval '70 days' end,
           (array_agg(m))[1],
           count(distinct m) + coalesce(max(case when m is null then 1 end), 0) > 1
      into width, alone, many
      from unnest(quarters, members, levels) as g (q, m, l)
     where l = 0;
    insert into callintel_private.change_feed (
        org_id,
        kind,
        scope,
        level,
        events,
        member_id,
        contact_id,
        range_from,
        range_to)
    -- A batch of one member has the same entries for that member as for those who read all events.
    select org, feed_groups.kind, case when many or alone is null then 1 else 2 end, 0, sum(g.n),
           case when not many then alone end, null::uuid, date_bin(width, g.q, 'epoch'),
           date_bin(width, g.q, 'epoch') + width
      from unnest(quarters, levels, counts) as g (q, l, n)
     where g.l = 0
     group by date_bin(width, g.q, 'epoch')
    union all
    select org, feed_groups.kind, 3, 0, sum(g.n), g.m, null::uuid, min(g.q), max(g.q) + interval '15 minutes'
      from unnest(quarters, members, levels, counts) as g (q, m, l, n)
     where g.l = 0 and many and g.m is not null
     group by g.m
    union all
    select org, feed_groups.kind, case when g.m is null then 1 else 2 end, g.l, sum(g.n), g.m, g.c, min(g.q),
           max(g.q) + interval '15 minutes'
      from unnest(quarters, members, contacts, levels, counts) as g (q, m, c, l, n)
     where g.l >= 2
     group by g.l, g.m, g.c;
end $$;

-- For a batch that is inserted. known: the ids of its records that are stored already.
create or replace function callintel_private.feed_batch(org uuid, batch text, known uuid[]) returns void
    language plpgsql as $$
declare
    groups record;
begin
    execute format($sql$
        select array_agg(g.q) as quarters, array_agg(g.m) as members, array_agg(g.c) as contacts,
               array_agg(g.l) as levels, array_agg(g.n) as counts
          from (select callintel_private.quarter(r.occurred_at) as q, r.member_id as m,
                       case when r.level >= 2 then r.contact_id end as c,
                       case when r.level >= 2 then r.level else 0 end::smallint as l, count(*) as n
                  from (select s.occurred_at, s.member_id, s.contact_id, %s as level
                          from %s s where s.id <> all ($2)) r
                 group by 1, 2, 3, 4) g$sql$, callintel_private.level_expression(org), batch)
       into groups using org, known;
    if groups.quarters is not null then
        perform callintel_private.feed_groups(
            org,
            1::smallint,
            groups.quarters,
            groups.members,
            groups.contacts,
            groups.levels,
            groups.counts);
    end if;
end $$;

-- For records that are inserted from arrays.
create or replace function callintel_private.feed_records(
    org uuid, occurred timestamptz[], contacts uuid[], members uuid[]) returns void
    language plpgsql as $$
declare
    groups record;
begin
    select array_agg(g.q) as quarters, array_agg(g.m) as members, array_agg(g.c) as contacts,
           array_agg(g.l) as levels, array_agg(g.n) as counts
      into groups
      from (select callintel_private.quarter(r.at) as q, r.m,
                   case when r.level >= 2 then r.c end as c,
                   case when r.level >= 2 then r.level else 0 end::smallint as l, count(*) as n
              from (select t.at, t.c, t.m,
                           coalesce((select r.level
                                       from callintel_private.privacy_rules r
                                      where r.org_id = org and r.contact_id = t.c), 0) as level
                      from unnest(occurred, contacts, members) as t (at, c, m)) r
             group by 1, 2, 3, 4) g;
    if groups.quarters is not null then
        perform callintel_private.feed_groups(
            org,
            1::smallint,
            groups.quarters,
            groups.members,
            groups.contacts,
            groups.levels,
            groups.counts);
    end if;
end $$;

-- For stored events that were changed, or are about to be deleted.
create or replace function callintel_private.feed_events(org uuid, kind smallint, ids uuid[]) returns void
    language plpgsql as $$
declare
    groups record;
begin
    if coalesce(cardinality(ids), 0) = 0 then
        return;
    end if;
    select array_agg(g.q) as quarters, array_agg(g.m) as members, array_agg(g.c) as contacts,
           array_agg(g.l) as levels, array_agg(g.n) as counts
      into groups
      from (select callintel_private.quarter(e.occurred_at) as q, e.member_id as m,
                   case when e.level >= 2 then e.contact_id end as c,
                   case when e.level >= 2 then e.level else 0 end::smallint as l, count(*) as n
              from callintel_private.events e
             where e.org_id = org and e.id = any (ids)
             group by 1, 2, 3, 4) g;
    if groups.quarters is not null then
        perform callintel_private.feed_groups(
            org,
            feed_events.kind,
            groups.quarters,
            groups.members,
            groups.contacts,
            groups.levels,
            groups.counts);
    end if;
end $$;

-- Follows a change of privacy rules. The entries of a contact get its level, and entries that count events of a contact
-- that is restricted or hidden now no longer tell a number. The entry about the change names nothing: it tells every
-- reader to read again, and a reader who may not see the contact learns neither which contact it is nor when its events
-- happened.
create or replace function callintel_private.feed_levels(org uuid, changed uuid[]) returns void
    language plpgsql volatile as $$
declare
    covered tstzmultirange := (
        select range_agg(tstzrange(x.q, x.q + interval '15 minutes'))
          from (select distinct callintel_private.quarter(e.occurred_at) as q
                  from callintel_private.events e
                 where e.org_id = org and e.contact_id = any (changed) and e.level >= 2) x);
begin
    update callintel_private.change_feed f
       set level = coalesce((select r.level
                               from callintel_private.privacy_rules r
                              where r.org_id = org and r.contact_id = f.contact_id), 0)
     where f.org_id = org and f.contact_id = any (changed)
       and f.level <> coalesce((select r.level
                                  from callintel_private.privacy_rules r
                                 where r.org_id = org and r.contact_id = f.contact_id), 0);
    update callintel_private.change_feed f
       set events = null
     where f.org_id = org and f.contact_id is null and f.events is not null
       and tstzrange(f.range_from, f.range_to) && covered;
    insert into callintel_private.change_feed (org_id, kind, scope) values (org, 4, 0);
end $$;

-- Follows a change of roles, so that readers find out what they may see now.
create or replace function callintel_private.feed_rights(org uuid) returns void
    language plpgsql volatile as $$
begin
    insert into callintel_private.change_feed (org_id, kind, scope) values (org, 4, 0);
end $$;

-- Follows the shredding of keys of a contact, for members who read all events and for the members of its events.
create or replace function callintel_private.feed_shred(org uuid, contact uuid) returns void
    language plpgsql volatile as $$
declare
    stored_level smallint := coalesce((select r.level from callintel_private.privacy_rules r
                                        where r.org_id = org and r.contact_id = contact), 0);
begin
    insert into callintel_private.change_feed (org_id, kind, scope, level, member_id, contact_id)
    select org, 5, case when m.member_id is null then 1 else 3 end, stored_level, m.member_id, contact
      from (select null::uuid as member_id
            union
            select e.member_id from callintel_private.events e
             where e.org_id = org and e.contact_id = contact) m;
end $$;

reset role;
set role callintel_owner;

-- The server, the database, and the timeline, which differs after a failover and after point-in-time recovery.
create or replace function callintel_private.feed_identity(former text) returns text
    language plpgsql stable as $$
begin
    return (select s.system_identifier from pg_control_system() s)
        || ':' || (select d.oid from pg_database d where d.datname = current_database())
        || ':' || case when pg_is_in_recovery() then coalesce(split_part(former, ':', 3), '')
                       else left(pg_walfile_name(pg_current_wal_lsn()), 8) end;
end $$;

-- Whether the row was written in this database and not copied into it.
create or replace function callintel_private.feed_is_current() returns boolean
    language plpgsql volatile as $$
begin
    return exists (select from callintel_private.feed_generations g
                    where g.xmin::text::bigint = mod(g.written_by, 4294967296)
                      and g.identity = callintel_private.feed_identity(g.identity));
end $$;

-- Begins a new generation in a database that was restored, promoted or copied. Entries that were written before are
-- removed: their transaction ids do not continue, and every cursor of the former generation is answered by a resync.
create or replace function callintel_private.ensure_generation() returns void
    language plpgsql volatile security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
begin
    -- A transaction that cannot write begins no generation; feed_state answers it.
    if callintel_private.feed_is_current() or current_setting('transaction_read_only') = 'on' then
        return;
    end if;
    lock table callintel_private.feed_generations in share row exclusive mode;
    if callintel_private.feed_is_current() then
        return;
    end if;
    delete from callintel_private.change_feed f where f.org_id is not null;
    delete from callintel_private.feed_generations g where g.only_row;
    -- The time makes sure that two restores of one backup begin different generations.
    insert into callintel_private.feed_generations (generation, identity)
    values ((extract(epoch from clock_timestamp()) * 1000000)::bigint, callintel_private.feed_identity(null));
end $$;

-- The generation and what retention removed, as the snapshot of the calling statement sees them. The generation is 0
-- where a read-only transaction found that it should begin a new one.
create or replace function callintel_private.feed_state(out generation bigint, out trimmed_to bigint)
    language plpgsql stable security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
begin
    select case when callintel_private.feed_is_current() then g.generation else 0 end, g.trimmed_to
      into generation, trimmed_to
      from callintel_private.feed_generations g;
    generation := coalesce(generation, 0);
    trimmed_to := coalesce(trimmed_to, 0);
end $$;

-- The first transaction id that the last checkpoint did not know. Ids below it are never assigned again. After a crash,
-- ids above it are, unless the flushed write-ahead log names a higher one: those of transactions that rolled back, or
-- that committed without waiting for the disk.
create or replace function callintel_private.durable_xact() returns bigint
    language plpgsql stable security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
begin
    return (select split_part(c.next_xid, ':', 1)::bigint * 4294967296 + split_part(c.next_xid, ':', 2)::bigint
              from pg_control_checkpoint() c);
end $$;

grant execute on function
    callintel_private.ensure_generation,
    callintel_private.feed_state,
    callintel_private.durable_xact
    to callintel_member;

-- Entries of transactions that readers have not reached yet stay, however old they are.
create or replace function callintel.trim_change_feed(keep interval) returns bigint
    language plpgsql volatile security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    horizon bigint := pg_snapshot_xmin(pg_current_snapshot())::text::bigint;
    removed bigint;
    highest bigint;
begin
    if coalesce(keep < interval '1 hour', true) then
        raise exception 'The change feed keeps its entries for at least one hour.'
            using errcode = 'CI281', hint = 'Pass the time that readers may be away, for example 7 days.';
    end if;
    perform callintel_private.ensure_generation();
    with gone as (
        delete from callintel_private.change_feed f
         where f.org_id is not null and f.recorded_at < clock_timestamp() - keep and f.xact < horizon
        returning f.xact
    )
    select count(*), max(g.xact) into removed, highest from gone g;
    if removed > 0 then
        update callintel_private.feed_generations g
           set trimmed_to = greatest(g.trimmed_to, highest), written_by = pg_current_xact_id()::text::bigint
         where g.only_row;
    end if;
    return removed;
end $$;
comment on function callintel.trim_change_feed is
    'Removes entries of the change feed that are older than a time; returns how many. Readers that were away longer '
    'receive a resync.';
grant execute on function callintel.trim_change_feed to callintel_ops;

reset role;
