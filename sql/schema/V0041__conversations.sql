-- purpose:    records of one call share a conversation, so that a call that rings five telephones counts once; an event
--             knows the own line that it used, and where its status stands in the order of the source
-- locks:      access exclusive on events, the staging slots and staging_stream for the moment of adding columns without
--             defaults; builds two indexes that are empty at first
-- reversible: drop the columns, then apply the functions of the former version again
-- Functions with further parameters or results are dropped here and created again, because they cannot be replaced. The
-- new parameters are last and have defaults, so the calls of an older SDK go on working.

set role callintel_owner;

alter table callintel_private.events
    add column conversation_key uuid,
    add column line_id          uuid,
    add column outcome_rank     smallint;
comment on column callintel_private.events.conversation_key is
    'Personal data (pseudonymous): what the records of one call have in common, a digest of the source and its id of '
    'the call, in the form of record_key. Null for messages and for calls whose source reports no such id: such an '
    'event is a conversation of its own.';
comment on column callintel_private.events.line_id is
    'Personal data (pseudonymous): the own line that was used, a keyed digest of its number. Null if unknown.';
comment on column callintel_private.events.outcome_rank is
    'The position of the reported status in the order of the source. A record with a lower one is an earlier report. '
    'Null if the source has no order.';

alter table callintel_private.misplaced_events
    add column conversation_key uuid,
    add column line_id          uuid,
    add column outcome_rank     smallint;

-- For finding the records of a conversation, and for counting the conversations in a range of time.
create index events_org_id_conversation_key_id_idx on callintel_private.events (org_id, conversation_key, id)
    where conversation_key is not null;
create index events_org_id_id_conversation_idx on callintel_private.events (org_id, id)
    where conversation_key is not null;

do $$
begin
    for slot in 0..7 loop
        execute pg_catalog.format($table$
            alter table callintel.staging_%s
                add column conversation_key uuid,
                add column line_id          uuid,
                add column outcome_rank     smallint$table$, slot);
    end loop;
end $$;
alter table callintel_private.staging_stream
    add column conversation_key uuid,
    add column line_id          uuid,
    add column outcome_rank     smallint;

set role callintel_definer;
drop function if exists callintel.write_events(
    uuid, boolean, uuid[], timestamptz[], uuid[], uuid[], integer[], smallint[], smallint[], smallint[], smallint[],
    text[], bytea[], bytea[], bytea[], timestamptz[], smallint[], bigint[], bigint[], bigint[]);
drop function if exists callintel_private.insert_new(
    uuid, uuid, uuid[], timestamptz[], uuid[], uuid[], integer[], smallint[], smallint[], smallint[], smallint[],
    text[], bytea[], bytea[], bytea[], bigint[], bigint[], bigint[]);
drop function if exists callintel.find_duplicates(
    uuid[], timestamptz[], uuid[], uuid[], integer[], smallint[], smallint[], smallint[], smallint[], bigint[],
    bigint[], bigint[]);
drop function if exists callintel_private.find_stored(
    uuid, uuid, smallint, uuid[], uuid[], timestamptz[], uuid[], uuid[], integer[], smallint[], smallint[],
    smallint[], smallint[], bigint[], bigint[], bigint[]);
drop function if exists callintel_private.is_unchanged(
    uuid, timestamptz, smallint, smallint, smallint, uuid, uuid, integer, smallint, timestamptz, smallint, smallint,
    smallint, uuid, uuid, integer, smallint);
drop function if exists callintel.merge_details(
    uuid[], timestamptz[], text[], text[], integer[], text[], text[], bigint[], text[], bytea[], bigint[]);
drop function if exists callintel_private.writable(uuid, uuid[]);

set role callintel_writer;
drop function if exists callintel.write_event(
    bytea, uuid, uuid, uuid, uuid, timestamptz, uuid, uuid, integer, smallint, smallint, smallint, smallint, text,
    bytea, bytea, bytea, bigint, bigint, bigint);

set role callintel_member;
drop function if exists callintel.read_events(
    bytea, timestamptz, timestamptz, uuid, uuid, smallint, uuid, integer);
drop function if exists callintel.read_events_with_content(
    bytea, timestamptz, timestamptz, uuid, uuid, smallint, uuid, integer);
drop function if exists callintel.find_event(bytea, uuid), callintel.find_event_with_content(bytea, uuid);

reset role;
