-- purpose:    every write of events leaves marks in its transaction, so that figures know which stored cells are not up
--             to date
-- locks:      access exclusive on dirty_buckets, which is rewritten; it is small
-- reversible: delete repeated buckets, drop the columns, and make (org_id, bucket) the key again

set role callintel_owner;

-- Marks are only added and deleted, never updated and never merged with existing ones: a writer that relies on a mark
-- of another transaction has no mark if that one is deleted before the writer commits (ADR 0040).
alter table callintel_private.dirty_buckets
    drop constraint dirty_buckets_org_id_bucket_pk,
    add column id          uuid    not null default gen_random_uuid(),
    add column xid         xid8    not null default pg_current_xact_id(),
    add column is_day      boolean not null default false,
    add column has_legs    boolean not null default true,
    add constraint dirty_buckets_org_id_bucket_id_pk primary key (org_id, bucket, id);
comment on table callintel_private.dirty_buckets is
    'Marks: quarters of an hour, or days of UTC, in which a transaction stored, changed, moved or deleted events. The '
    'cells of a marked bucket are not up to date.';
comment on column callintel_private.dirty_buckets.bucket is 'The start of the quarter of an hour or of the day.';
comment on column callintel_private.dirty_buckets.xid is 'The transaction that wrote the events.';
comment on column callintel_private.dirty_buckets.is_day is
    'Whether the mark is for a day of UTC: a transaction that touches very many buckets marks days.';
comment on column callintel_private.dirty_buckets.has_legs is
    'Whether some of the events have a conversation key. Such an event also changes conversations that begin hours '
    'before or after it.';
-- Rows live for seconds.
alter table callintel_private.dirty_buckets set (
    autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000,
    autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 20000);

reset role;
