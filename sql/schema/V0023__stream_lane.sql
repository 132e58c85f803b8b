-- purpose:    the stream lane: a few records in one statement, in a run that stays open for further records
-- locks:      access exclusive on sync_runs and the staging slots for the moment of adding a column without a default
--             or with a constant one
-- reversible: drop the table and the columns; small batches then go through a staging slot again
-- New records never use the table. It holds the batches that a merge has to compare with what is stored, each for the
-- length of its transaction. Unlike a staging slot it is shared: row-level security keeps the transactions apart, so
-- that no call waits for another and none truncates the table.

set role callintel_owner;

create unlogged table callintel_private.staging_stream (
    xact               xid8        not null default pg_current_xact_id(),
    id                 uuid        not null,
    occurred_at        timestamptz,
    contact_id         uuid,
    member_id          uuid,
    duration_s         integer,
    channel            smallint,
    direction          smallint,
    outcome            smallint,
    utc_offset_minutes smallint,
    external_id        text,
    body               bytea,
    transcript         bytea,
    summary            bytea,
    modified_at        timestamptz,
    change             smallint,
    body_hash          bigint,
    transcript_hash    bigint,
    summary_hash       bigint,
    place              integer
);
alter table callintel_private.staging_stream enable row level security;
alter table callintel_private.staging_stream force row level security;
create index staging_stream_xact_idx on callintel_private.staging_stream (xact);
comment on table callintel_private.staging_stream is
    'Batches of the stream lane on their way into events. A transaction sees its own rows only, and deletes them '
    'before it ends.';

comment on column callintel_private.staging_stream.place is
    'The place of the record in the batch. Of several records of one event the last one counts; the order of rows in a '
    'shared table means nothing.';

-- A slot is filled from its beginning, in order.
do $$
begin
    for slot in 0..7 loop
        execute pg_catalog.format('alter table callintel.staging_%s add column place integer', slot);
    end loop;
end $$;

alter table callintel.sync_runs add column standing boolean not null default false;
comment on column callintel.sync_runs.standing is
    'Whether the run is a rolling run: the records that one process sends to the stream lane. It is complete after '
    'each call, and stays open for the next one.';

reset role;
