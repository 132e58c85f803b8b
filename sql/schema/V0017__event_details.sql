-- purpose:    what only some sources report about an event: legs, prices, parts, further participants. In tables of
--             their own, so that rows of events stay narrow and fast
-- locks:      none on existing tables
-- reversible: drop the tables
-- Rows exist only for records that have such data. contact_id and member_id are those of the event, so that the
-- policies need no join.

set role callintel_owner;

create table callintel.event_details (
    org_id          uuid not null,
    event_id        uuid not null,
    contact_id      uuid,
    member_id       uuid,
    modified_at     timestamptz,
    price_micros    bigint,
    own_number_hash bigint,
    leg             integer,
    conversation_id text,
    parent_id       text,
    status          text,
    error_code      text,
    currency        text,
    own_number      callintel.envelope,
    constraint event_details_org_id_event_id_pk primary key (org_id, event_id)
) partition by range (event_id);
alter table callintel.event_details enable row level security;
alter table callintel.event_details force row level security;

create table callintel.event_parts (
    org_id         uuid     not null,
    event_id       uuid     not null,
    contact_id     uuid,
    member_id      uuid,
    size_bytes     bigint,
    reference_hash bigint   not null,
    ordinal        smallint not null,
    media_type     text     not null,
    reference      callintel.envelope not null,
    constraint event_parts_org_id_event_id_ordinal_pk primary key (org_id, event_id, ordinal)
) partition by range (event_id);
alter table callintel.event_parts enable row level security;
alter table callintel.event_parts force row level security;

create table callintel.event_participants (
    org_id     uuid     not null,
    event_id   uuid     not null,
    contact_id uuid,
    member_id  uuid,
    party_id   uuid,
    started_at timestamptz,
    duration_s integer,
    ordinal    smallint not null,
    role       smallint not null,
    outcome    smallint not null,
    status     text,
    constraint event_participants_org_id_event_id_ordinal_pk primary key (org_id, event_id, ordinal),
    constraint event_participants_role_ck check (role between 1 and 6),
    constraint event_participants_outcome_ck check (outcome between 0 and 7)
) partition by range (event_id);
alter table callintel.event_participants enable row level security;
alter table callintel.event_participants force row level security;

do $$
declare
    parent text;
begin
    foreach parent in array array['event_details', 'event_parts', 'event_participants'] loop
        execute pg_catalog.format('create table callintel.%I partition of callintel.%I default',
                                  parent || '_default',
                                  parent);
        execute pg_catalog.format('alter table callintel.%I enable row level security', parent || '_default');
        execute pg_catalog.format('alter table callintel.%I force row level security', parent || '_default');
        execute pg_catalog.format('comment on table callintel.%I is %L',
                                  parent || '_default',
                                  'Rows of months no partition was made for.');
    end loop;
end $$;

comment on table callintel.event_details is
    'What only some sources report about an event: price, legs, status. A row exists only if there is something to '
    'store. Partitioned by the month of the event id.';
comment on column callintel.event_details.contact_id is 'Personal data (pseudonymous): the event''s other party.';
comment on column callintel.event_details.modified_at is
    'When the source last changed the record. An older version of the record changes nothing.';
comment on column callintel.event_details.price_micros is 'Millionths of the currency.';
comment on column callintel.event_details.conversation_id is
    'The source''s id of the whole call or thread, which the legs of a call share.';
comment on column callintel.event_details.parent_id is 'The external id of the record that this one is a leg of.';
comment on column callintel.event_details.own_number is
    'Personal data (protected): the org''s own number that was called or that called.';
comment on column callintel.event_details.own_number_hash is
    'Keyed digest of the own number: tells whether a record has another one.';
comment on table callintel.event_parts is
    'Pictures, recordings and other files of an event, by reference; the bytes are never stored. Partitioned by the '
    'month of the event id.';
comment on column callintel.event_parts.contact_id is 'Personal data (pseudonymous): the event''s other party.';
comment on column callintel.event_parts.reference is
    'Personal data (protected): where the file is, or the digest of its bytes.';
comment on column callintel.event_parts.reference_hash is
    'Keyed digest of the reference: tells whether a record has another one.';
comment on table callintel.event_participants is
    'Participants of an event other than its contact: of group messages, and the legs of a call. Partitioned by the '
    'month of the event id.';
comment on column callintel.event_participants.contact_id is 'Personal data (pseudonymous): the event''s other party.';
comment on column callintel.event_participants.party_id is
    'Personal data (pseudonymous): the contact that took part; null for a leg to an own line.';
comment on column callintel.event_participants.role is '1 from, 2 to, 3 copy, 4 blind copy, 5 transfer target, 6 leg';
comment on column callintel.event_participants.outcome is 'How the leg ended, as in events.';

reset role;
