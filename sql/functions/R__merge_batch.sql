-- purpose: merging a batch by all rules. The steps that it calls are in R__merge.sql and R__merge_updates.sql.

set role callintel_definer;

-- Returns an expression for the privacy level of the contact of a row s of a batch, where $1 is the org. In an org
-- without rules it is a constant. It is a sub-select, because a join could change the order of the rows.
create or replace function callintel_private.level_expression(org uuid) returns text language plpgsql as $$
begin
    return case when exists (select from callintel_private.privacy_rules r where r.org_id = org and r.level > 0)
                then 'coalesce((select r.level from callintel_private.privacy_rules r '
                     'where r.org_id = $1 and r.contact_id = s.contact_id), 0)'
                else '0' end;
end $$;

-- Returns the ids of the records of a batch that are stored. Does not look up records that are newer than all stored
-- events. "on conflict" would look up every row a second time during the insert, which costs half as much as the
-- insert. A record that another session stores in the meantime causes a unique violation, and the SDK sends the batch
-- again.
create or replace function callintel_private.find_known(org uuid, batch text) returns uuid[] language plpgsql as $$
declare
    newest uuid := (select e.id from callintel_private.events e where e.org_id = org order by e.id desc limit 1);
    known  uuid[] := '{}';
begin
    if newest is not null then
        execute format($sql$
            select coalesce(array_agg(s.id), '{}')
              from (select x.id from %s x where x.id <= $2 offset 0) s,
                   lateral (select from callintel_private.events e
                             where e.org_id = $1 and e.id = s.id
                             limit 1) e$sql$, batch) into known using org, newest;
    end if;
    return known;
end $$;

-- Inserts the records of a batch that are not stored, marks their buckets and returns their number. Inserts them in the
-- order of the staging table, which is the order of the key, so that inserts stay at the right edge of the index. No
-- other order is needed to prevent deadlocks: merge_staged is the only merge of its org, and merge_new gives up after a
-- short wait.
create or replace function callintel_private.insert_events(org uuid, source uuid, batch text, known uuid[])
    returns bigint language plpgsql as $$
declare
    inserted bigint;
    people   record := callintel_private.contact_expressions(org);
begin
    execute format($sql$
        insert into callintel_private.events (org_id, source_id, contact_id, level, merged_from, %s)
        select $1, $2, %s, %s, %s, %s
          from %s s where s.id <> all ($3)$sql$,
                   callintel_private.for_columns(callintel_private.copied_columns(), '%I'),
                   people.contact,
                   callintel_private.level_expression(org),
                   people.merged_from,
                   callintel_private.for_columns(callintel_private.copied_columns(), 's.%I'),
                   batch)
      using org, source, known;
    get diagnostics inserted = row_count;
    if inserted > 0 then
        perform callintel_private.mark_batch(org, batch, known);
    end if;
    return inserted;
end $$;

-- Inserts the content of the records of a batch that are not stored.
create or replace function callintel_private.insert_contents(org uuid, batch text, known uuid[])
    returns void language plpgsql as $$
declare
    people record := callintel_private.contact_expressions(org);
begin
    execute format($sql$
        insert into callintel_private.event_contents (
            org_id,
            event_id,
            contact_id,
            member_id,
            level,
            body,
            transcript,
            summary,
            body_hash,
            transcript_hash,
            summary_hash,
            sealed_for)
        select $1,
               s.id,
               %s,
               s.member_id,
               %s,
               s.body,
               s.transcript,
               s.summary,
               s.body_hash,
               s.transcript_hash,
               s.summary_hash,
               %s
          from %s s
         where (s.body is not null or s.transcript is not null or s.summary is not null)
           and s.id <> all ($2)$sql$,
                   people.contact,
                   callintel_private.level_expression(org),
                   people.merged_from,
                   batch)
      using org, known;
end $$;

-- Merges a batch of either lane by all rules. self is the member who may write own events only; null for a session that
-- writes events of all members.
create or replace function callintel_private.merge_staged(
    org uuid,
    self uuid,
    highest smallint,
    lock_number integer,
    batch text,
    source uuid,
    keep_keys boolean,
    out staged bigint,
    out inserted bigint,
    out suppressed bigint,
    out updated uuid[],
    out latest timestamptz) language plpgsql set jit = off as $$
declare
    foreign_rows bigint;
    named     bigint;
    withdrawn bigint;
    kept_out  bigint;
    remaining bigint;
    different bigint;
    contents  bigint;
    stored    bigint;
    moved     uuid[] := '{}';
    known     uuid[];
begin
    -- One merge of an org at a time, and it waits before it has written anything. Two batches with the same records in
    -- another order, some of them changed, moved or deleted, would otherwise each wait for a row of the other.
    perform callintel_private.lock_merges(lock_number);
    execute format($sql$
        select count(*),
               max(occurred_at) filter (where change is distinct from 1),
               count(*) filter (where member_id is distinct from $1 and change is distinct from 1),
               count(external_id),
               count(change),
               count(*) filter (where body is not null or transcript is not null or summary is not null),
               count(distinct id)
          from %s$sql$, batch)
       into staged, latest, foreign_rows, named, withdrawn, contents, different using self;
    remaining := staged;
    if self is not null and foreign_rows > 0 then
        raise exception 'A member without the permission IngestForAll can only store their own events.'
            using errcode = 'CI005', hint = 'Set the member of the session as the member of each event.';
    end if;
    suppressed := callintel_private.drop_closed(org, batch);
    updated := '{}';

    -- Rare cases. Each costs a single check when it does not apply.
    if withdrawn > 0 then
        select t.suppressed, t.updated
          into kept_out, updated
          from callintel_private.delete_or_redact(org, self, highest, batch, source) t;
        suppressed := suppressed + kept_out;
    end if;
    if exists (select from callintel_private.event_tombstones t where t.org_id = org) then
        suppressed := suppressed + callintel_private.drop_tombstoned(org, batch);
    end if;
    if keep_keys and named > 0 then
        execute format($sql$
            insert into callintel_private.event_keys (org_id, record_key, event_id)
            select $1, callintel_private.record_key(id), id from %s where external_id is not null order by 2
                on conflict do nothing$sql$, batch) using org;
        get diagnostics stored = row_count;
        if stored < named then
            moved := callintel_private.move_corrected(org, self, highest, batch);
        end if;
    end if;

    if withdrawn > 0 or suppressed > 0 or keep_keys then
        execute format('select count(*), count(distinct id) from %s', batch) into remaining, different;
    end if;

    known := callintel_private.find_known(org, batch);

    if different < remaining then
        perform callintel_private.deduplicate_batch(org, batch);
    end if;

    inserted := callintel_private.insert_events(org, source, batch, known) - cardinality(moved);
    known := known || moved;
    perform callintel_private.feed_batch(org, batch, known);
    if contents > 0 then
        perform callintel_private.insert_contents(org, batch, known);
    end if;
    if cardinality(known) > 0 then
        updated := updated || moved || callintel_private.update_events(org, self, highest, batch, known);
        perform callintel_private.mark_dirty(org, updated);
        -- Must run before content is compared, because the comparison needs to know whose key protects the stored
        -- content.
        perform callintel_private.follow_events(org, updated);
        if contents > 0 then
            updated := updated || callintel_private.merge_contents(org, self, batch, known);
        end if;
    end if;
    perform callintel_private.feed_events(org, 2::smallint, updated);
    perform callintel_private.audit_rows('store', 'events', inserted + cardinality(updated) + suppressed);
end $$;

-- Removes events of contacts that the session may not see from the list of changed events: otherwise a caller could
-- find out stored values by trying.
create or replace function callintel_private.reported(org uuid, highest smallint, ids uuid[]) returns uuid[]
    language plpgsql stable as $$
begin
    return case when highest = 3 or ids = '{}'
                     or not exists (select from callintel_private.privacy_rules r
                                     where r.org_id = org and r.level > highest) then ids
                else array(select u from unnest(ids) u
                            where not exists (select from callintel_private.events e
                                               where e.org_id = org and e.id = u and e.level > highest)) end;
end $$;

-- Returns the highest level of contacts whose events a batch may delete, redact, move to other contacts and report as
-- changed: a session may not change what its member may not see. A service that only ingests sees no contacts, and may
-- do everything that the source did.
create or replace function callintel_private.writable_level(permissions bigint, max_level smallint) returns smallint
    language sql immutable as $$
    select case when permissions & 32770 /* read_all_events | ingest_for_all */ = 32768 /* ingest_for_all */ then 3
                else max_level end::smallint
$$;

create or replace function callintel.merge_batch(
    slot integer,
    source uuid,
    keep_keys boolean,
    out staged bigint,
    out inserted bigint,
    out suppressed bigint,
    out updated uuid[],
    out latest timestamptz)
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off set client_min_messages = notice as $$
declare
    verified record := (select c from callintel_private.session_context c);
    writable smallint := callintel_private.writable_level(verified.permissions, verified.max_level);
    batch    text := format('callintel.staging_%s', slot);
begin
    perform callintel_private.require(32 /* ingest */);
    if slot is null or slot not between 0 and 7 then
        raise exception 'The staging slot does not exist.'
            using errcode = 'CI021', hint = 'Call callintel.open_slot to get a slot.';
    end if;
    select m.* into staged, inserted, suppressed, updated, latest
      from callintel_private.merge_staged(
          verified.org_id,
          case when not verified.writes_all then verified.member_id end,
          writable,
          verified.lock_number,
          batch,
          source,
          keep_keys) m;
    updated := callintel_private.reported(verified.org_id, writable, updated);
    -- Protected columns do not remain after the batch, not even in a table that nobody may read.
    execute format('truncate %s', batch);
end $$;
comment on function callintel.merge_batch is
    'Moves a staging slot into events and event_contents of the session''s org. Updates stored records that are '
    'reported differently, and removes records that the source deleted; updated contains the ids of those events.';

grant execute on function callintel.merge_batch to callintel_app;

-- Used by former versions of the package.
drop function if exists
    callintel_private.update_events(uuid, uuid, text, uuid[]),
    callintel_private.fold_repeated(uuid, text),
    callintel_private.take_back(uuid, uuid, smallint, text, uuid),
    callintel_private.move_corrected(uuid, uuid, text),
    callintel_private.deletable_level(bigint, smallint);
reset role;
