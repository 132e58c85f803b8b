-- purpose:    a batch of reported events as one value, so that functions pass it on without naming its columns; the
--             functions that read events return rows of callintel.events
-- locks:      none on existing tables
-- reversible: drop the types, then apply the functions of the former version again
-- Functions with another parameter or result are dropped here and created again, because they cannot be replaced.

set role callintel_owner;

create type callintel_private.reported_event as (
    place              integer,
    id                 uuid,
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
    conversation_key   uuid,
    line_id            uuid,
    outcome_rank       smallint
);
comment on type callintel_private.reported_event is
    'An event as a source reports it, and its place in the batch, from 1.';

create type callintel_private.event_arrays as (
    id                 uuid[],
    occurred_at        timestamptz[],
    contact_id         uuid[],
    member_id          uuid[],
    duration_s         integer[],
    channel            smallint[],
    direction          smallint[],
    outcome            smallint[],
    utc_offset_minutes smallint[],
    external_id        text[],
    body               bytea[],
    transcript         bytea[],
    summary            bytea[],
    modified_at        timestamptz[],
    change             smallint[],
    body_hash          bigint[],
    transcript_hash    bigint[],
    summary_hash       bigint[],
    conversation_key   uuid[],
    line_id            uuid[],
    outcome_rank       smallint[]
);
comment on type callintel_private.event_arrays is 'A batch of reported events: an array for each column.';

create type callintel_private.event_metadata as (
    id                 uuid,
    occurred_at        timestamptz,
    contact_id         uuid,
    member_id          uuid,
    duration_s         integer,
    channel            smallint,
    direction          smallint,
    outcome            smallint,
    utc_offset_minutes smallint,
    conversation_key   uuid,
    line_id            uuid,
    outcome_rank       smallint
);
comment on type callintel_private.event_metadata is
    'The metadata of a stored event that tells whether a record was reported before without a difference.';

set role callintel_definer;
drop function if exists
    callintel_private.find_stored(
        uuid, uuid, smallint, uuid[], uuid[], timestamptz[], uuid[], uuid[], integer[], smallint[], smallint[],
        smallint[], smallint[], uuid[], uuid[], smallint[], bigint[], bigint[], bigint[]),
    callintel_private.is_unchanged(
        uuid, timestamptz, smallint, smallint, smallint, uuid, uuid, integer, smallint, uuid, uuid, smallint,
        timestamptz, smallint, smallint, smallint, uuid, uuid, integer, smallint, uuid, uuid, smallint),
    callintel_private.insert_new(
        uuid, uuid, uuid[], timestamptz[], uuid[], uuid[], integer[], smallint[], smallint[], smallint[], smallint[],
        text[], uuid[], uuid[], smallint[], bytea[], bytea[], bytea[], bigint[], bigint[], bigint[]);

set role callintel_member;
drop function if exists
    callintel.read_events(bytea, timestamptz, timestamptz, uuid, uuid, smallint, uuid, integer),
    callintel.read_events_with_content(bytea, timestamptz, timestamptz, uuid, uuid, smallint, uuid, integer),
    callintel.read_events_forward(bytea, timestamptz, timestamptz, uuid, uuid, smallint, uuid, integer),
    callintel.read_events_forward_with_content(bytea, timestamptz, timestamptz, uuid, uuid, smallint, uuid, integer),
    callintel.find_event(bytea, uuid),
    callintel.find_event_with_content(bytea, uuid),
    callintel.find_events_by_external_id(text, text, timestamptz, timestamptz),
    callintel.read_conversation(uuid),
    callintel.read_found_events(uuid[]);

reset role;
