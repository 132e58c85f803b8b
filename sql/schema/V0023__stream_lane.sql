-- purpose:    the stream lane: a few records in one statement, in a run that stays open for the next delivery
-- locks:      access exclusive on sync_runs and the staging slots for the moment of adding a column without a default
--             or with a constant one
-- reversible: drop the table and the columns; small batches then go through a staging slot again
-- New records never touch the table: it holds the batches that the merge has to compare with what is stored, each for
-- the length of its transaction. Unlike a slot it is shared, and row-level security keeps the transactions apart, so
-- that no delivery waits for another's and none truncates anything.

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
    'Batches of the stream lane on their way into events. A transaction sees its own rows only, and takes them out '
    'before it ends.';

comment on column callintel_private.staging_stream.place is
    'Its place in the batch, of several deliveries of one record the last counts. The order of rows in a shared table '
    'says nothing.';

-- a slot is filled from its beginning, in order
do $$
begin
    for slot in 0..7 loop
        execute pg_catalog.format('alter table callintel.staging_%s add column place integer', slot);
    end loop;
end $$;

alter table callintel.sync_runs add column standing boolean not null default false;
comment on column callintel.sync_runs.standing is
    'Whether the run is one process''s deliveries to the stream lane: complete after each of them, and open for the '
    'next.';

reset role;
