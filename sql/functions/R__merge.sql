-- purpose: moving a batch into events and contents: new records, changed ones, corrected times, and what the source took back
-- batch is the name of the table that holds it: a staging slot, or callintel_private.staging_stream, where a transaction sees its own rows only.

set role callintel_owner;
grant select, insert, update, delete on callintel.events, callintel.event_contents, callintel.event_details, callintel.event_parts,
    callintel.event_participants, callintel.event_keys, callintel.event_tombstones to callintel_definer;
grant select, delete on callintel.event_embeddings to callintel_definer;
grant select, insert on callintel.dirty_buckets to callintel_definer;
reset role;
set role callintel_definer;
-- before records could change
drop function if exists callintel.merge_batch(integer, uuid);
-- before there was a second lane
drop function if exists callintel_private.take_back(uuid, uuid, integer, uuid), callintel_private.drop_tombstoned(uuid, integer),
    callintel_private.move_corrected(uuid, uuid, integer), callintel_private.update_events(uuid, uuid, integer),
    callintel_private.merge_contents(uuid, uuid, integer);

create or replace function callintel_private.record_key(id uuid) returns uuid
    language sql immutable parallel safe as $$ select ('00000000-0000' || substr(id::text, 14))::uuid $$;
comment on function callintel_private.record_key is 'An event''s id without its time: the same for a record whose time was corrected.';

create or replace function callintel_private.mark_dirty(org uuid, ids uuid[]) returns void language sql as $$
    insert into callintel.dirty_buckets (org_id, bucket)
    select distinct org, date_bin('15 minutes', e.occurred_at, 'epoch') from callintel.events e where e.org_id = org and e.id = any (ids)
        on conflict do nothing
$$;

create or replace function callintel_private.remove_events(org uuid, ids uuid[]) returns void language plpgsql as $$
begin
    perform callintel_private.mark_dirty(org, ids);
    delete from callintel.event_embeddings e where e.org_id = org and e.event_id = any (ids);
    delete from callintel.event_participants e where e.org_id = org and e.event_id = any (ids);
    delete from callintel.event_parts e where e.org_id = org and e.event_id = any (ids);
    delete from callintel.event_details e where e.org_id = org and e.event_id = any (ids);
    delete from callintel.event_contents e where e.org_id = org and e.event_id = any (ids);
    delete from callintel.events e where e.org_id = org and e.id = any (ids);
end $$;

-- Records of colleagues that a member's batch asks to take back: they stay, and are not kept out when they are delivered again.
create or replace function callintel_private.keys_of_others(org uuid, self uuid, batch text, change smallint) returns uuid[] language plpgsql as $$
declare
    keys uuid[];
begin
    if self is not null then
        execute format($sql$
            select array_agg(distinct callintel_private.record_key(s.id)) from %s s
             where s.change = $3
               and exists (select from callintel.events e
                            where e.org_id = $1 and e.member_id is distinct from $2
                              and e.id in (s.id, (select k.event_id from callintel.event_keys k
                                                   where k.org_id = $1 and k.record_key = callintel_private.record_key(s.id))))$sql$, batch)
           into keys using org, self, change;
    end if;
    return coalesce(keys, '{}');
end $$;

-- What the source deleted or redacted. Deletions leave the batch; redactions go on as records without words.
create or replace function callintel_private.take_back(
    org uuid, self uuid, batch text, source uuid, out suppressed bigint, out updated uuid[]) language plpgsql as $$
declare
    keys     uuid[];
    names    text[];
    redacted uuid[];
    targets  uuid[];
    others   uuid[];
    fresh    bigint;
begin
    execute format($sql$ select array_agg(distinct callintel_private.record_key(id)), array_agg(distinct external_id)
                           from %s where change = 1 $sql$, batch) into keys, names;
    others := callintel_private.keys_of_others(org, self, batch, 1::smallint);
    -- a deletion may not tell the time of what it deletes, so it is found by its key, or by its name where no key was kept
    select array_agg(e.id) into updated from callintel.events e
     where e.org_id = org and (self is null or e.member_id = self)
       and e.id in (select k.event_id from callintel.event_keys k where k.org_id = org and k.record_key = any (keys));
    if keys is not null and cardinality(keys) > coalesce(cardinality(updated), 0) + cardinality(others) then
        select array_agg(e.id) filter (where self is null or e.member_id = self),
               others || array_agg(callintel_private.record_key(e.id)) filter (where self is not null and e.member_id is distinct from self)
          into targets, others
          from callintel.events e where e.org_id = org and e.source_id = source and e.external_id = any (names);
        updated := (select array_agg(distinct x) from unnest(updated || targets) x);
    end if;
    keys := array(select x from unnest(keys) x where x <> all (others));
    updated := coalesce(updated, '{}');
    perform callintel_private.remove_events(org, updated);
    delete from callintel.event_keys k where k.org_id = org and k.record_key = any (keys);
    insert into callintel.event_tombstones as t (org_id, record_key, kind) select org, x, 1 from unnest(keys) x
        on conflict (org_id, record_key) do update set kind = 1, deleted_at = now() where t.kind <> 1;
    get diagnostics fresh = row_count;
    suppressed := greatest(0, fresh - cardinality(updated));
    execute format('delete from %s where change = 1', batch);

    execute format('select array_agg(distinct callintel_private.record_key(id)) from %s where change = 2', batch) into redacted;
    if redacted is not null then
        others := callintel_private.keys_of_others(org, self, batch, 2::smallint);
        redacted := array(select x from unnest(redacted) x where x <> all (others));
        insert into callintel.event_tombstones (org_id, record_key, kind) select org, x, 2 from unnest(redacted) x on conflict do nothing;
        targets := array(select k.event_id from callintel.event_keys k where k.org_id = org and k.record_key = any (redacted));
        delete from callintel.event_embeddings e where e.org_id = org and e.event_id = any (targets);
        delete from callintel.event_parts e where e.org_id = org and e.event_id = any (targets);
        with gone as (delete from callintel.event_contents e where e.org_id = org and e.event_id = any (targets) returning e.event_id)
        select updated || coalesce(array_agg(g.event_id), '{}') into updated from gone g;
    end if;
end $$;

-- Records whose source deleted them before do not come back; those whose words were taken away come without.
create or replace function callintel_private.drop_tombstoned(org uuid, batch text) returns bigint language plpgsql as $$
declare
    dropped bigint;
begin
    execute format($sql$
        delete from %s s using callintel.event_tombstones t
         where t.org_id = $1 and t.kind = 1 and t.record_key = callintel_private.record_key(s.id)$sql$, batch) using org;
    get diagnostics dropped = row_count;
    execute format($sql$
        update %s s set body = null, transcript = null, summary = null
          from callintel.event_tombstones t
         where t.org_id = $1 and t.kind = 2 and t.record_key = callintel_private.record_key(s.id)$sql$, batch) using org;
    return dropped;
end $$;

-- A record that is known under another time: its row gives way to the one in the batch, and its content goes along under the new id.
create or replace function callintel_private.move_corrected(org uuid, self uuid, batch text) returns uuid[] language plpgsql as $$
declare
    former  uuid[];
    present uuid[];
    kept    uuid[];
    keys    uuid[];
    moved   uuid[];
begin
    execute format($sql$
        select array_agg(x.former) filter (where x.is_newer and x.former <> x.present),
               array_agg(x.present) filter (where x.is_newer and x.former <> x.present),
               array_agg(x.key), array_agg(case when x.is_newer then x.present else x.former end)
          from (select distinct on (k.record_key) k.record_key as key, k.event_id as former, s.id as present,
                       bool_or(s.id <> k.event_id) over (partition by k.record_key) as differs,
                       coalesce(d.modified_at <= s.modified_at, true) and ($2 is null or e.member_id = $2 or e.id is null) as is_newer
                  from %1$s s
                  join callintel.event_keys k on k.org_id = $1 and k.record_key = callintel_private.record_key(s.id)
                  left join callintel.events e on e.org_id = $1 and e.id = k.event_id
                  left join callintel.event_details d on d.org_id = $1 and d.event_id = k.event_id
                 where s.external_id is not null
                 order by k.record_key, s.modified_at desc nulls last, s.place desc, s.ctid desc) x
         where x.differs$sql$, batch) into former, present, keys, kept using org, self;
    if keys is null then
        return '{}';
    end if;
    -- of several deliveries with several times one counts
    execute format($sql$
        delete from %s s using unnest($1, $2) as x (key, kept)
         where callintel_private.record_key(s.id) = x.key and s.id <> x.kept$sql$, batch) using keys, kept;
    select array_agg(x.present) into moved
      from unnest(former, present) as x (former, present) join callintel.events e on e.org_id = org and e.id = x.former;
    execute format($sql$
        update %s s
           set contact_id = coalesce(s.contact_id, e.contact_id), member_id = coalesce(s.member_id, e.member_id),
               duration_s = coalesce(s.duration_s, e.duration_s), outcome = case when s.outcome = 0 then e.outcome else s.outcome end
          from unnest($2, $3) as x (former, present) join callintel.events e on e.org_id = $1 and e.id = x.former
         where s.id = x.present$sql$, batch) using org, former, present;
    update callintel.event_contents c set event_id = x.present, sealed_id = coalesce(c.sealed_id, x.former)
      from unnest(former, present) as x (former, present) where c.org_id = org and c.event_id = x.former;
    update callintel.event_details c set event_id = x.present
      from unnest(former, present) as x (former, present) where c.org_id = org and c.event_id = x.former;
    update callintel.event_participants c set event_id = x.present
      from unnest(former, present) as x (former, present) where c.org_id = org and c.event_id = x.former;
    -- what is derived is made anew; parts are delivered again or were sealed under the former id
    update callintel.event_parts c set event_id = x.present
      from unnest(former, present) as x (former, present) where c.org_id = org and c.event_id = x.former;
    perform callintel_private.remove_events(org, former);
    update callintel.event_keys k set event_id = x.present
      from unnest(former, present) as x (former, present) where k.org_id = org and k.record_key = callintel_private.record_key(x.present);
    return coalesce(moved, '{}');
end $$;

reset role;
