-- purpose: the stream lane: storing a few records, passed as arrays, in one statement. Runs after R__merge_batch.sql,
--          whose rules apply to records that are not new.

set role callintel_owner;
grant select, insert, update, delete on callintel_private.staging_stream to callintel_definer;
drop policy if exists "A transaction sees its own batch" on callintel_private.staging_stream;
create policy "A transaction sees its own batch" on callintel_private.staging_stream
    for all to callintel_definer
    using (xact = (select pg_current_xact_id())) with check (xact = (select pg_current_xact_id()));
comment on policy "A transaction sees its own batch" on callintel_private.staging_stream is
    'Nobody else may see a batch, neither another call at the same moment nor somebody who reads dead rows.';
reset role;
set role callintel_definer;

-- Whether none of the records is stored, deleted by its source before, or repeated.
create or replace function callintel_private.are_new(org uuid, ids uuid[]) returns boolean language plpgsql as $$
begin
    return not exists (select from callintel_private.events e where e.org_id = org and e.id = any (ids))
       and not exists (select from unnest(ids) i
                         join callintel_private.event_tombstones x on x.org_id = org
                          and x.record_key = callintel_private.record_key(i))
       and (select count(distinct i) from unnest(ids) i) = cardinality(ids);
end $$;

-- Most calls contain new records only. All others are handled like a batch: they go through a table that merge_staged
-- compares with what is stored.
create or replace function callintel_private.write_batch(
    source uuid,
    keep_keys boolean,
    batch callintel_private.event_arrays,
    out staged bigint,
    out inserted bigint,
    out suppressed bigint,
    out updated uuid[],
    out latest timestamptz)
    language plpgsql as $$
declare
    -- Read once, because each look at the context costs as much as the insert of a row.
    verified record := (select c from callintel_private.session_context c);
    org      uuid := verified.org_id;
    self     uuid := case when not verified.writes_all then verified.member_id end;
    writable smallint;
    written  integer := cardinality(batch.id);
begin
    if verified.permissions & 32 /* ingest */ = 0 then
        perform callintel_private.refuse_permission(32 /* ingest */);
    end if;
    if written is null or written > 1000 then
        raise exception 'A call stores 1 to 1000 records.'
            using errcode = 'CI210', hint = 'Store larger numbers of records with IngestAsync, which copies them.';
    end if;
    perform callintel_private.require_keys_of(org, batch.body || batch.transcript || batch.summary);
    perform callintel_private.require_contacts(org, batch.contact_id);
    perform callintel_private.refuse_future((select max(t) from unnest(batch.occurred_at) t));
    if array_remove(batch.change, null) = '{}' and (not keep_keys or array_remove(batch.external_id, null) = '{}')
       and (self is null or array_position(batch.member_id, null) is null and self = all (batch.member_id))
       and callintel_private.are_new(org, batch.id)
       and not batch.contact_id && callintel_private.closed_contacts(org) then
        -- A privacy rule that is being set waits for this batch, or this batch waits for the rule. The lock also
        -- prevents a deadlock with a merge that deletes or moves these records.
        perform callintel_private.lock_merges_shared(verified.lock_number);
        inserted := callintel_private.insert_new(org, source, batch);
        if inserted = written then
            perform callintel_private.feed_records(org, batch.occurred_at, batch.contact_id, batch.member_id);
            perform callintel_private.audit('store', 'events', inserted);
            staged := written;
            suppressed := 0;
            updated := '{}';
            latest := (select max(t) from unnest(batch.occurred_at) t);
            return;
        else
            -- A session that waits for a merge may not hold any lock, not even the shared one.
            raise exception 'Another session stored one of the records in the meantime.'
                using errcode = '40001', hint = 'Repeat the transaction.';
        end if;
    end if;

    execute format('insert into callintel_private.staging_stream (place, %1$s) '
                   'select r.place, %2$s from callintel_private.event_rows($1) r',
                   callintel_private.for_columns(callintel_private.reported_columns(), '%I'),
                   callintel_private.for_columns(callintel_private.reported_columns(), 'r.%I')) using batch;
    writable := callintel_private.writable_level(verified.permissions, verified.max_level);
    select m.staged, m.inserted, m.suppressed,
           callintel_private.reported(org, writable, array(select distinct u from unnest(m.updated) u)), m.latest
      into staged, inserted, suppressed, updated, latest
      from callintel_private.merge_staged(
          org,
          self,
          writable,
          verified.lock_number,
          'callintel_private.staging_stream',
          source,
          keep_keys) m;
    delete from callintel_private.staging_stream;
end $$;

-- Used by former versions of the package.
drop function if exists callintel_private.insert_one(
    uuid,
    uuid,
    uuid,
    timestamptz,
    uuid,
    uuid,
    integer,
    smallint,
    smallint,
    smallint,
    smallint,
    text,
    bytea,
    bytea,
    bytea,
    bigint,
    bigint,
    bigint);
reset role;
