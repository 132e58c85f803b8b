-- purpose:    event_contents: the content of events, in a table of its own so that separate policies can protect it
-- locks:      none on existing tables
-- reversible: drop the table
-- contact_id and member_id are repeated here so that the policies need no join.

set role callintel_owner;

create table callintel.event_contents (
    org_id     uuid not null,
    event_id   uuid not null,
    contact_id uuid,
    member_id  uuid,
    body       bytea,
    transcript bytea,
    summary    bytea,
    constraint event_contents_org_id_event_id_pk primary key (org_id, event_id)
) partition by range (event_id);
alter table callintel.event_contents enable row level security;
alter table callintel.event_contents force row level security;

create table callintel.event_contents_default partition of callintel.event_contents default;
alter table callintel.event_contents_default enable row level security;
alter table callintel.event_contents_default force row level security;

comment on table callintel.event_contents is 'The content of events. Partitioned by the month of the event id.';
comment on table callintel.event_contents_default is 'Content of months without a partition.';
comment on column callintel.event_contents.contact_id is 'Personal data (pseudonymous): the other party.';
comment on column callintel.event_contents.body is 'Personal data (protected): the text of a message.';
comment on column callintel.event_contents.transcript is
    'Personal data (protected): the transcript of a call or voicemail.';
comment on column callintel.event_contents.summary is 'Personal data (protected): a summary of the event.';

reset role;
