-- purpose: moving a batch into events and contents: records that were changed, corrected in time, deleted or redacted
-- batch is the name of the table that holds the batch: a staging slot, or callintel_private.staging_stream, where a
-- transaction sees its own rows only.

set role callintel_owner;
grant select, insert, update, delete on
    callintel_private.events,
    callintel_private.event_contents,
    callintel_private.event_details,
    callintel_private.event_parts,
    callintel_private.event_participants,
    callintel_private.event_keys,
    callintel_private.event_tombstones
    to callintel_definer;
grant select, insert, delete on callintel_private.dirty_buckets to callintel_definer;
reset role;
set role callintel_definer;
create or replace function callintel_private.record_key(id uuid) returns uuid
    language sql immutable parallel safe as $$ select ('00000000-0000' || substr(id::text, 14))::uuid $$;
comment on function callintel_private.record_key is
    'Returns the id of an event without its time: the same for a record whose time was corrected.';

-- Adds the marks of a transaction that writes events: for each quarter of an hour, or for each day if there are more
-- than 500. Every function that writes events calls it or a function below, in the same transaction (ADR 0040).
-- So does set_levels, when a privacy rule changes: cells are those of a level.
create or replace function callintel_private.add_marks(org uuid, buckets timestamptz[], with_legs boolean[])
    returns void language sql as $$
    insert into callintel_private.dirty_buckets (org_id, bucket, is_day, has_legs)
    select org,
           case when cardinality(buckets) > 500 then date_trunc('day', m.bucket, 'UTC') else m.bucket end,
           cardinality(buckets) > 500,
           bool_or(m.has_legs)
      from unnest(buckets, with_legs) as m (bucket, has_legs)
     group by 2
$$;

-- As in record_batch: an event of the future would become the watermark of its stream, and the end of every range of
-- figures. Called before events are stored, and not when stored ones change or are deleted.
create or replace function callintel_private.refuse_future(latest timestamptz) returns void language plpgsql as $$
begin
    if latest > clock_timestamp() + interval '3 days' then
        raise exception 'The event is in the future.'
            using errcode = 'CI022', hint = 'Check whether the unit or the epoch of its time is right.';
    end if;
end $$;

-- Marks the buckets of stored events.
create or replace function callintel_private.mark_dirty(org uuid, ids uuid[]) returns void language plpgsql as $$
begin
    if cardinality(ids) > 0 then
        perform callintel_private.add_marks(org, array_agg(t.bucket), array_agg(t.has_legs))
           from (select date_bin('15 minutes', e.occurred_at, 'epoch') as bucket,
                        bool_or(e.conversation_key is not null) as has_legs
                   from callintel_private.events e
                  where e.org_id = org and e.id = any (ids)
                  group by 1) t
        having count(*) > 0;
    end if;
end $$;

-- Marks the buckets of the records of a batch that are not stored yet.
create or replace function callintel_private.mark_batch(org uuid, batch text, known uuid[])
    returns void language plpgsql as $$
begin
    execute format($sql$
        select callintel_private.refuse_future(max(t.latest)),
               callintel_private.add_marks($1, array_agg(t.bucket), array_agg(t.has_legs))
          from (select date_bin('15 minutes', s.occurred_at, 'epoch') as bucket,
                       bool_or(s.conversation_key is not null) as has_legs,
                       max(s.occurred_at) as latest
                  from %s s %s
                 group by 1) t
        having count(*) > 0$sql$,
        batch,
        case when cardinality(known) > 0 then 'where s.id <> all ($2)' else '' end) using org, known;
end $$;

create or replace function callintel_private.remove_events(org uuid, ids uuid[]) returns void language plpgsql as $$
begin
    perform callintel_private.mark_dirty(org, ids);
    perform callintel_private.feed_events(org, 3::smallint, ids);
    delete from callintel_private.event_lexemes e where e.org_id = org and e.event_id = any (ids);
    perform callintel_private.forget_embeddings(org, ids);
    delete from callintel_private.event_participants e where e.org_id = org and e.event_id = any (ids);
    delete from callintel_private.event_parts e where e.org_id = org and e.event_id = any (ids);
    delete from callintel_private.event_details e where e.org_id = org and e.event_id = any (ids);
    delete from callintel_private.event_contents e where e.org_id = org and e.event_id = any (ids);
    delete from callintel_private.events e where e.org_id = org and e.id = any (ids);
end $$;

-- Returns the stored events of records by their record keys, and whether the batch may delete or redact each. A member
-- may do so with their own events, up to the highest level of contacts that the session may act on.
create or replace function callintel_private.stored_records(org uuid, self uuid, highest smallint, keys uuid[])
    returns table (event_id uuid, record_key uuid, is_allowed boolean) language plpgsql stable as $$
begin
    return query
    select e.id,
           callintel_private.record_key(e.id),
           (self is null or e.member_id is not distinct from self) and e.level <= highest
      from callintel_private.events e
     where e.org_id = org and e.id in (select k.event_id from callintel_private.event_keys k
                                        where k.org_id = org and k.record_key = any (keys));
end $$;

-- Deletes and redacts what the source deleted and redacted. Deletions leave the batch; redactions remain in it as
-- records without content. The batch of a member leaves a tombstone only for events that it deleted: a tombstone for a
-- record that is not stored would keep out a colleague's record. Events under a legal hold stay as they are.
create or replace function callintel_private.delete_or_redact(
    org uuid,
    self uuid,
    highest smallint,
    batch text,
    source uuid,
    out suppressed bigint,
    out updated uuid[]) language plpgsql as $$
declare
    keys     uuid[];
    names    text[];
    spared   uuid[];
    targets  uuid[];
    unspared uuid[];
    held     uuid[];
    fresh    bigint;
begin
    execute format($sql$ select array_agg(distinct callintel_private.record_key(id)), array_agg(distinct external_id)
                           from %s where change = 1 $sql$, batch) into keys, names;
    -- A deletion need not contain the time of the record. So the event is found by its record key, or by its external
    -- id where no key was kept.
    select coalesce(array_agg(r.event_id) filter (where r.is_allowed), '{}'),
           coalesce(array_agg(r.record_key) filter (where not r.is_allowed), '{}')
      into updated, spared from callintel_private.stored_records(org, self, highest, keys) r;
    if cardinality(keys) > cardinality(updated) + cardinality(spared) then
        select array_agg(e.id) filter (where x.is_allowed),
               array_agg(callintel_private.record_key(e.id)) filter (where not x.is_allowed)
          into targets, unspared
          from callintel_private.events e,
               lateral (select (self is null or e.member_id is not distinct from self) and e.level <= highest
                            as is_allowed) x
         where e.org_id = org and e.source_id = source and e.external_id = any (names);
        updated := array(select distinct x from unnest(updated || targets) x);
        spared := spared || coalesce(unspared, '{}');
    end if;
    held := callintel_private.held_events(org, updated);
    if held <> '{}' then
        updated := array(select x from unnest(updated) x where x <> all (held));
        spared := spared || array(select callintel_private.record_key(x) from unnest(held) x);
    end if;
    keys := case when self is null then array(select x from unnest(keys) x where x <> all (spared))
                 else array(select callintel_private.record_key(x) from unnest(updated) x) end;
    perform callintel_private.remove_events(org, updated);
    delete from callintel_private.event_keys k where k.org_id = org and k.record_key = any (keys);
    insert into callintel_private.event_tombstones as t (org_id, record_key, kind) select org, x, 1 from unnest(keys) x
        on conflict (org_id, record_key) do update set kind = 1, deleted_at = now() where t.kind <> 1;
    get diagnostics fresh = row_count;
    suppressed := greatest(0, fresh - cardinality(updated));
    execute format('delete from %s where change = 1', batch);

    execute format('select array_agg(distinct callintel_private.record_key(id)) from %s where change = 2', batch)
       into keys;
    if keys is not null then
        select coalesce(array_agg(r.event_id) filter (where r.is_allowed), '{}'),
               coalesce(array_agg(r.record_key) filter (where not r.is_allowed), '{}')
          into targets, spared from callintel_private.stored_records(org, self, highest, keys) r;
        -- Where no key was kept, the record in the batch has the id of the event.
        execute format($sql$
            select $4 || coalesce(array_agg(e.id) filter (where x.is_allowed), '{}'),
                   $5 || coalesce(array_agg(callintel_private.record_key(e.id)) filter (where not x.is_allowed), '{}')
              from callintel_private.events e,
                   lateral (select ($2 is null or e.member_id is not distinct from $2) and e.level <= $3
                                as is_allowed) x
             where e.org_id = $1 and e.id in (select s.id from %s s where s.change = 2)
               and e.id <> all ($4)$sql$, batch)
           into targets, spared using org, self, highest, targets, spared;
        held := callintel_private.held_events(org, targets);
        if held <> '{}' then
            targets := array(select x from unnest(targets) x where x <> all (held));
            spared := spared || array(select callintel_private.record_key(x) from unnest(held) x);
        end if;
        insert into callintel_private.event_tombstones (org_id, record_key, kind)
        select org, x, 2 from unnest(keys) x where x <> all (spared) on conflict do nothing;
        delete from callintel_private.event_lexemes e where e.org_id = org and e.event_id = any (targets);
        perform callintel_private.forget_embeddings(org, targets);
        delete from callintel_private.event_parts e where e.org_id = org and e.event_id = any (targets);
        with gone as (
            delete from callintel_private.event_contents e
             where e.org_id = org and e.event_id = any (targets)
            returning e.event_id
        )
        select updated || coalesce(array_agg(g.event_id), '{}') into updated from gone g;
    end if;
end $$;

-- Records that their source deleted are not stored again; redacted records are stored without content.
create or replace function callintel_private.drop_tombstoned(org uuid, batch text) returns bigint language plpgsql as $$
declare
    dropped bigint;
begin
    execute format($sql$
        delete from %s s using callintel_private.event_tombstones t
         where t.org_id = $1 and t.kind = 1
           and t.record_key = callintel_private.record_key(s.id)$sql$, batch) using org;
    get diagnostics dropped = row_count;
    execute format($sql$
        update %s s set body = null, transcript = null, summary = null
          from callintel_private.event_tombstones t
         where t.org_id = $1 and t.kind = 2
           and t.record_key = callintel_private.record_key(s.id)$sql$, batch) using org;
    return dropped;
end $$;

-- Whether a batch may assign an event to another contact. A member may not if a privacy rule applies to the event, and
-- nobody may if its contact is hidden from them, because the event would become visible. Content and references to
-- files stay encrypted for the contact that they were stored for, and the row remembers one such contact. So an event
-- whose content belongs to a former contact may only move back to that contact, or on with a record that brings the
-- content again.
create or replace function callintel_private.may_move(
    org uuid,
    self uuid,
    highest smallint,
    event uuid,
    stored_level smallint,
    contact uuid,
    brings_body boolean,
    brings_transcript boolean,
    brings_summary boolean)
    returns boolean language plpgsql stable as $$
begin
    return not (self is not null and stored_level > 0)
       and stored_level <= highest
       and not exists (select from callintel_private.event_contents c
                        where c.org_id = org and c.event_id = event and c.sealed_for is not null
                          and c.sealed_for <> contact
                          and (c.body is not null and not brings_body or c.transcript is not null
                               and not brings_transcript
                               or c.summary is not null and not brings_summary))
       and not exists (select from callintel_private.event_parts p
                        where p.org_id = org and p.event_id = event and p.sealed_for is not null
                          and p.sealed_for <> contact);
end $$;

-- Moves events whose source corrected their time. The stored row makes room for the one in the batch, and its content
-- moves along to the new id. A member cannot move an event of a contact under a privacy rule.
create or replace function callintel_private.move_corrected(org uuid, self uuid, highest smallint, batch text)
    returns uuid[] language plpgsql as $$
declare
    former  uuid[];
    present uuid[];
    kept    uuid[];
    keys    uuid[];
    moved   uuid[];
    child   text;
begin
    execute format($sql$
        select array_agg(x.former) filter (where x.is_newer and x.former <> x.present),
               array_agg(x.present) filter (where x.is_newer and x.former <> x.present),
               array_agg(x.key), array_agg(case when x.is_newer then x.present else x.former end)
          from (select distinct on (k.record_key) k.record_key as key, k.event_id as former, s.id as present,
                       bool_or(s.id <> k.event_id) over (partition by k.record_key) as differs,
                       coalesce(d.modified_at <= s.modified_at, true)
                           and not callintel_private.is_earlier(s.modified_at, s.outcome_rank, e.outcome_rank)
                           and ($2 is null or e.member_id = $2 and e.level = 0 or e.id is null)
                           and (e.id is null or s.contact_id is null
                                or s.contact_id = coalesce(e.merged_from, e.contact_id)
                                or callintel_private.may_move(
                                    $1,
                                    $2,
                                    $3,
                                    e.id,
                                    e.level,
                                    s.contact_id,
                                    s.body is not null,
                                    s.transcript is not null,
                                    s.summary is not null)) as is_newer
                  from %1$s s
                  join callintel_private.event_keys k on k.org_id = $1
                   and k.record_key = callintel_private.record_key(s.id)
                  left join callintel_private.events e on e.org_id = $1 and e.id = k.event_id
                  left join callintel_private.event_details d on d.org_id = $1 and d.event_id = k.event_id
                 where s.external_id is not null
                 order by k.record_key, s.modified_at desc nulls last, s.outcome_rank desc nulls last, s.place desc,
                       s.ctid desc) x
         where x.differs$sql$, batch) into former, present, keys, kept using org, self, highest;
    if keys is null then
        return '{}';
    end if;
    -- Of several records of one event with different times only one is kept.
    execute format($sql$
        delete from %s s using unnest($1, $2) as x (key, kept)
         where callintel_private.record_key(s.id) = x.key and s.id <> x.kept$sql$, batch) using keys, kept;
    select array_agg(x.present) into moved
      from unnest(former, present) as x (former, present)
      join callintel_private.events e on e.org_id = org and e.id = x.former;
    execute format($sql$
        update %s s
           set contact_id = coalesce(s.contact_id, e.merged_from, e.contact_id),
               member_id = coalesce(s.member_id, e.member_id),
               outcome = case when s.outcome = 0 then e.outcome else s.outcome end,
               conversation_key = coalesce(e.conversation_key, s.conversation_key),
               outcome_rank = coalesce(s.outcome_rank, e.outcome_rank),
               %s
          from unnest($2, $3) as x (former, present)
          join callintel_private.events e on e.org_id = $1 and e.id = x.former
         where s.id = x.present$sql$,
                   batch,
                   callintel_private.for_columns(callintel_private.replaced_columns(),
                                                 '%1$I = coalesce(s.%1$I, e.%1$I)'))
      using org, former, present;
    update callintel_private.event_contents c set event_id = x.present, sealed_id = coalesce(c.sealed_id, x.former)
      from unnest(former, present) as x (former, present) where c.org_id = org and c.event_id = x.former;
    -- Embeddings and words do not move, because they are derived and are computed again. Parts are received again, or
    -- stay encrypted under the former id.
    foreach child in array array['event_details', 'event_participants', 'event_parts'] loop
        execute format($sql$
            update callintel_private.%I c set event_id = x.present
              from unnest($2, $3) as x (former, present) where c.org_id = $1 and c.event_id = x.former$sql$, child)
          using org, former, present;
    end loop;
    perform callintel_private.remove_events(org, former);
    update callintel_private.event_keys k set event_id = x.present
      from unnest(former, present) as x (former, present)
     where k.org_id = org and k.record_key = callintel_private.record_key(x.present);
    return coalesce(moved, '{}');
end $$;

-- Copies contact, member and level of events to the rows that belong to them. Content, its words and references to
-- files also remember the contact whose key protects them where the event has another contact now; the nil UUID stands
-- for the key of the org.
create or replace function callintel_private.follow_events(org uuid, ids uuid[]) returns void language plpgsql as $$
declare
    child text;
begin
    if cardinality(ids) = 0 then
        return;
    end if;
    foreach child in array array['event_contents', 'event_parts', 'event_lexemes'] loop
        execute format($sql$
            update callintel_private.%I c
               set contact_id = e.contact_id, member_id = e.member_id,
                   sealed_for = case when c.contact_id is not distinct from e.contact_id then c.sealed_for
                                     when c.sealed_for is null or c.sealed_for = e.contact_id
                                         then coalesce(c.contact_id, '00000000-0000-0000-0000-000000000000')
                                     else c.sealed_for end
              from callintel_private.events e
             where c.org_id = $1 and c.event_id = any ($2) and e.org_id = $1 and e.id = c.event_id and e.id = any ($2)
               and (c.contact_id, c.member_id) is distinct from (e.contact_id, e.member_id)$sql$, child) using org, ids;
    end loop;
    -- Embeddings of the content of a former contact are deleted; they have to be computed again.
    perform callintel_private.forget_embeddings(
        org,
        array(select c.event_id
                from callintel_private.event_embeddings c
                join callintel_private.events e on e.org_id = org and e.id = c.event_id and e.id = any (ids)
               where c.org_id = org and c.event_id = any (ids) and c.contact_id is distinct from e.contact_id));
    update callintel_private.event_embeddings c set member_id = e.member_id
      from callintel_private.events e
     where c.org_id = org and c.event_id = any (ids) and e.org_id = org and e.id = c.event_id and e.id = any (ids)
       and c.member_id is distinct from e.member_id;
    foreach child in array array['event_details', 'event_participants'] loop
        execute format($sql$
            update callintel_private.%I c set contact_id = e.contact_id, member_id = e.member_id, level = e.level
              from callintel_private.events e
             where c.org_id = $1 and c.event_id = any ($2) and e.org_id = $1 and e.id = c.event_id and e.id = any ($2)
               and (c.contact_id, c.member_id, c.level)
                   is distinct from (e.contact_id, e.member_id, e.level)$sql$, child)
          using org, ids;
    end loop;
    perform callintel_private.set_content_levels(org, ids);
end $$;

reset role;
