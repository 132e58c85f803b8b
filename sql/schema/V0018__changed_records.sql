-- purpose:    records that sources change, correct, delete or redact: digests to compare, where a record moved to, and
--             which records must not come back
-- locks:      access exclusive on event_contents and the staging slots for the moment of adding columns without
--             defaults
-- reversible: drop the tables and columns; changed records are then duplicates again

set role callintel_owner;

alter table callintel.event_contents
    add column body_hash       bigint,
    add column transcript_hash bigint,
    add column summary_hash    bigint,
    add column sealed_id       uuid;
comment on column callintel.event_contents.body_hash is
    'Keyed digest of the text: tells whether a record has another text. Null in rows that are older than this column.';
comment on column callintel.event_contents.transcript_hash is 'Keyed digest of the text.';
comment on column callintel.event_contents.summary_hash is 'Keyed digest of the text.';
comment on column callintel.event_contents.sealed_id is
    'The id that the event had when its content was encrypted, if its time was corrected since. Valid only if it '
    'differs from the id in the time alone.';

create table callintel.event_keys (
    org_id     uuid not null,
    record_key uuid not null,
    event_id   uuid not null,
    constraint event_keys_org_id_record_key_pk primary key (org_id, record_key)
);
alter table callintel.event_keys enable row level security;
alter table callintel.event_keys force row level security;
comment on table callintel.event_keys is
    'Which event belongs to a record of a source, so that the event is found even if its time was corrected. '
    'record_key: the event''s id without its time.';

create table callintel.event_tombstones (
    org_id     uuid        not null,
    record_key uuid        not null,
    kind       smallint    not null,
    deleted_at timestamptz not null default now(),
    constraint event_tombstones_org_id_record_key_pk primary key (org_id, record_key),
    constraint event_tombstones_kind_ck check (kind between 1 and 2)
);
alter table callintel.event_tombstones enable row level security;
alter table callintel.event_tombstones force row level security;
comment on table callintel.event_tombstones is
    'Records that their source deleted (kind 1) or whose content it redacted (kind 2), so that older versions do not '
    'bring them back. Contains nothing else of the record.';

create table callintel.dirty_buckets (
    org_id uuid        not null,
    bucket timestamptz not null,
    constraint dirty_buckets_org_id_bucket_pk primary key (org_id, bucket)
);
alter table callintel.dirty_buckets enable row level security;
alter table callintel.dirty_buckets force row level security;
comment on table callintel.dirty_buckets is
    'Quarters of an hour in which stored events were changed, moved or deleted, so that derived data has to be '
    'computed again.';

do $$
begin
    for slot in 0..7 loop
        execute pg_catalog.format($table$
            alter table callintel.staging_%s
                add column modified_at     timestamptz,
                add column change          smallint,
                add column body_hash       bigint,
                add column transcript_hash bigint,
                add column summary_hash    bigint$table$, slot);
    end loop;
end $$;

alter table callintel.ingest_rejects add column place text;
comment on column callintel.ingest_rejects.place is 'The place of the record in the source, for example line 12.';

reset role;
