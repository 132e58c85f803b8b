-- purpose:    access_log: which member read which protected fields of which events and contacts; honey_tokens: contacts
--             whose opening raises an alert
-- locks:      none on existing tables
-- reversible: no, because the ledger is append-only

set role callintel_owner;

-- One entry for each page that the SDK decrypts. The arrays are never filtered by an index: an entry is found by its
-- id, which contains its time.
create table callintel_private.access_log (
    org_id      uuid        not null,
    id          uuid        not null,
    accessed_at timestamptz not null default clock_timestamp(),
    xid         xid8        not null default pg_current_xact_id(),
    member_id   uuid        not null,
    purpose     smallint    not null,
    request_id  uuid        not null,
    fields      integer     not null,
    row_count   integer     not null,
    is_alert    boolean     not null,
    event_ids   uuid[]      not null,
    contact_ids uuid[]      not null,
    other_ids   uuid[]      not null,
    constraint access_log_org_id_id_pk primary key (org_id, id)
) partition by range (id);
alter table callintel_private.access_log enable row level security;
alter table callintel_private.access_log force row level security;

create table callintel_private.access_log_default partition of callintel_private.access_log default;
alter table callintel_private.access_log_default enable row level security;
alter table callintel_private.access_log_default force row level security;

create index access_log_org_id_id_alert_idx on callintel_private.access_log (org_id, id) where is_alert;

comment on table callintel_private.access_log is
    'The access ledger, append-only: one entry for each page of protected values that the SDK decrypted. Sessions with '
    'the permission ReadAudit read the entries of their own org; only file_access writes entries.';
comment on table callintel_private.access_log_default is 'Entries of months without a partition.';
comment on column callintel_private.access_log.member_id is 'Personal data (pseudonymous): the member who read.';
comment on column callintel_private.access_log.purpose is
    'The purpose that the read or the session named; 0 without one.';
comment on column callintel_private.access_log.request_id is
    'Connects the pages of one read, and the reads of one request of the application.';
comment on column callintel_private.access_log.fields is
    'The protected fields that the page contained, as bits: the values of ProtectedFields of the SDK.';
comment on column callintel_private.access_log.row_count is 'The number of rows with protected values.';
comment on column callintel_private.access_log.is_alert is 'Whether one of the contacts is a honey token.';
comment on column callintel_private.access_log.event_ids is 'The events whose protected fields were read.';
comment on column callintel_private.access_log.contact_ids is
    'Personal data (pseudonymous): the contacts of these events, or whose numbers and names were read.';
comment on column callintel_private.access_log.other_ids is
    'Personal data (pseudonymous): members, lines or runs whose protected fields were read.';

create table callintel_private.honey_tokens (
    org_id     uuid        not null,
    contact_id uuid        not null,
    marked_by  uuid        not null,
    marked_at  timestamptz not null default now(),
    constraint honey_tokens_org_id_contact_id_pk primary key (org_id, contact_id),
    constraint honey_tokens_org_id_fk foreign key (org_id) references callintel_private.orgs (org_id)
);
alter table callintel_private.honey_tokens enable row level security;
alter table callintel_private.honey_tokens force row level security;
comment on table callintel_private.honey_tokens is
    'Contacts that nobody has a reason to open. Filing an access to one of them sets is_alert.';
comment on column callintel_private.honey_tokens.contact_id is 'Personal data (pseudonymous): the contact.';
comment on column callintel_private.honey_tokens.marked_by is 'Personal data (pseudonymous): the member who marked it.';

reset role;
