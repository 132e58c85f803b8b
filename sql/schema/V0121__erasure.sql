-- purpose:    erasing contacts: legal holds, erasures with their progress, the ledger of erasures, certificates, and
--             the list of suppressed numbers
-- locks:      access exclusive on orgs, org_roles and contact_numbers for the moment of adding columns
-- reversible: drop the tables and columns; the ledger is needed to repeat erasures after a restore

set role callintel_owner;

alter table callintel_private.orgs
    add column erasure_height     bigint   not null default 0,
    add column suppression_action smallint not null default 1,
    add column retention_days     integer,
    add constraint orgs_suppression_action_ck check (suppression_action between 1 and 3),
    add constraint orgs_retention_days_ck check (retention_days > 0);
comment on column callintel_private.orgs.erasure_height is
    'The number of entries of the erasure ledger whose erasures are in effect in this database. It is lower than the '
    'height that hosts know after an older backup was restored.';
comment on column callintel_private.orgs.suppression_action is
    'What ingestion does with records of suppressed numbers: 1 drops them, 2 stores them without party and content, '
    '3 stores them without content.';
comment on column callintel_private.orgs.retention_days is
    'After how many days events are deleted whose contact has no retention_days of its own; null: never.';

alter table callintel_private.org_roles add column erasure_height bigint not null default 0;
comment on column callintel_private.org_roles.erasure_height is
    'A copy of the org''s erasure height, read with the role at the start of a transaction.';

alter table callintel_private.contact_numbers add column is_suppressed boolean not null default false;
comment on column callintel_private.contact_numbers.is_suppressed is
    'Whether the number is in suppressions, for numbers that still have a contact.';

create table callintel_private.legal_holds (
    org_id      uuid        not null,
    hold_id     uuid        not null,
    contact_id  uuid        not null,
    reason      smallint    not null,
    note        callintel.envelope,
    placed_by   uuid        not null,
    placed_at   timestamptz not null default now(),
    released_by uuid,
    released_at timestamptz,
    constraint legal_holds_org_id_hold_id_pk primary key (org_id, hold_id),
    constraint legal_holds_org_id_fk foreign key (org_id) references callintel_private.orgs (org_id),
    constraint legal_holds_reason_ck check (reason between 1 and 4),
    constraint legal_holds_released_ck check ((released_at is null) = (released_by is null))
);
alter table callintel_private.legal_holds enable row level security;
alter table callintel_private.legal_holds force row level security;
create index legal_holds_org_id_contact_id_idx on callintel_private.legal_holds (org_id, contact_id)
    where released_at is null;
comment on table callintel_private.legal_holds is
    'Contacts whose data may not be deleted for now. reason: 1 litigation, 2 investigation, 3 regulatory duty, '
    '4 other. A released hold stays on file.';
comment on column callintel_private.legal_holds.contact_id is 'Personal data (pseudonymous): the contact.';
comment on column callintel_private.legal_holds.note is 'Personal data (protected): the reason in words.';
comment on column callintel_private.legal_holds.placed_by is
    'Personal data (pseudonymous): the member who placed the hold.';
comment on column callintel_private.legal_holds.released_by is
    'Personal data (pseudonymous): the member who released the hold.';

create table callintel_private.erasures (
    org_id       uuid        not null,
    request_id   uuid        not null,
    requested_by uuid        not null,
    requested_at timestamptz not null default now(),
    suppresses   boolean     not null,
    step         smallint    not null default 1,
    height       bigint,
    completed_at timestamptz,
    constraint erasures_org_id_request_id_pk primary key (org_id, request_id),
    constraint erasures_org_id_fk foreign key (org_id) references callintel_private.orgs (org_id),
    constraint erasures_step_ck check (step between 1 and 10),
    constraint erasures_completed_at_ck check ((step = 10) = (completed_at is not null))
);
alter table callintel_private.erasures enable row level security;
alter table callintel_private.erasures force row level security;
comment on table callintel_private.erasures is
    'Erasures of contacts and their progress. step is the next one: 1 ledger, 2 copy of the ledger, 3 suppression, '
    '4 rejected records, 5 events, 6 contacts, 7 keys, 8 verification, 9 certificate, 10 none.';
comment on column callintel_private.erasures.requested_by is
    'Personal data (pseudonymous): the member who asked for the erasure.';
comment on column callintel_private.erasures.height is 'The latest entry of the ledger about the erasure.';

create table callintel_private.erasure_contacts (
    org_id     uuid     not null,
    request_id uuid     not null,
    contact_id uuid     not null,
    state      smallint not null default 1,
    closed_at  timestamptz,
    constraint erasure_contacts_org_id_request_id_contact_id_pk primary key (org_id, request_id, contact_id),
    constraint erasure_contacts_org_id_request_id_fk foreign key (org_id, request_id)
        references callintel_private.erasures (org_id, request_id),
    constraint erasure_contacts_state_ck check (state between 1 and 3)
);
alter table callintel_private.erasure_contacts enable row level security;
alter table callintel_private.erasure_contacts force row level security;
create index erasure_contacts_org_id_contact_id_idx on callintel_private.erasure_contacts (org_id, contact_id);
create index erasure_contacts_org_id_closed_at_idx on callintel_private.erasure_contacts (org_id, closed_at)
    where closed_at is not null;
comment on table callintel_private.erasure_contacts is
    'The contacts of erasures, with the contacts that are merged with them. state: 1 to be erased, 2 deferred by a '
    'legal hold, 3 erased.';
comment on column callintel_private.erasure_contacts.contact_id is 'Personal data (pseudonymous): the contact.';
comment on column callintel_private.erasure_contacts.closed_at is
    'Since when ingestion stores no records of the contact, not even for a process that still knows its id.';

create table callintel_private.erasure_rows (
    org_id     uuid     not null,
    request_id uuid     not null,
    relation   text     collate "C" not null,
    action     smallint not null,
    rows       bigint   not null,
    constraint erasure_rows_org_id_request_id_relation_action_pk primary key (org_id, request_id, relation, action),
    constraint erasure_rows_org_id_request_id_fk foreign key (org_id, request_id)
        references callintel_private.erasures (org_id, request_id),
    constraint erasure_rows_rows_ck check (rows > 0)
);
alter table callintel_private.erasure_rows enable row level security;
alter table callintel_private.erasure_rows force row level security;
comment on table callintel_private.erasure_rows is
    'How many rows of each table an erasure has deleted or changed so far. action: the values of ErasureAction.';

create table callintel_private.erasure_certificates (
    org_id      uuid        not null,
    request_id  uuid        not null,
    height      bigint      not null,
    issued_at   timestamptz not null default now(),
    certificate text        not null,
    constraint erasure_certificates_org_id_request_id_height_pk primary key (org_id, request_id, height),
    constraint erasure_certificates_org_id_request_id_fk foreign key (org_id, request_id)
        references callintel_private.erasures (org_id, request_id)
);
alter table callintel_private.erasure_certificates enable row level security;
alter table callintel_private.erasure_certificates force row level security;
comment on table callintel_private.erasure_certificates is
    'Signed certificates of erasures. An erasure that was deferred in part has one for each part.';

create table callintel_private.erasure_ledger (
    org_id      uuid        not null,
    height      bigint      not null,
    kind        smallint    not null,
    request_id  uuid        not null,
    contacts    uuid[]      not null,
    numbers     uuid[]      not null,
    recorded_at timestamptz not null,
    recorded_by uuid        not null,
    digest      bytea       not null,
    constraint erasure_ledger_org_id_height_pk primary key (org_id, height),
    constraint erasure_ledger_org_id_fk foreign key (org_id) references callintel_private.orgs (org_id),
    constraint erasure_ledger_height_ck check (height > 0),
    constraint erasure_ledger_kind_ck check (kind between 1 and 2),
    constraint erasure_ledger_digest_ck check (octet_length(digest) = 32)
);
alter table callintel_private.erasure_ledger enable row level security;
alter table callintel_private.erasure_ledger force row level security;
create index erasure_ledger_org_id_request_id_idx on callintel_private.erasure_ledger (org_id, request_id);
comment on table callintel_private.erasure_ledger is
    'The ledger of erasures, append-only. An entry is written and copied out of the database before anything is '
    'deleted, so that erasures can be repeated in a restored backup. kind: 1 erased, 2 deferred by a legal hold.';
comment on column callintel_private.erasure_ledger.contacts is
    'Personal data (pseudonymous): the contacts of the entry.';
comment on column callintel_private.erasure_ledger.numbers is
    'Personal data (pseudonymous): digests of their numbers under the suppression key.';
comment on column callintel_private.erasure_ledger.digest is
    'SHA-256 over the digest of the entry before and this one.';

create table callintel_private.suppressions (
    org_id        uuid        not null,
    number_digest uuid        not null,
    reason        smallint    not null,
    added_by      uuid        not null,
    added_at      timestamptz not null default now(),
    constraint suppressions_org_id_number_digest_pk primary key (org_id, number_digest),
    constraint suppressions_org_id_fk foreign key (org_id) references callintel_private.orgs (org_id),
    constraint suppressions_reason_ck check (reason between 1 and 2)
);
alter table callintel_private.suppressions enable row level security;
alter table callintel_private.suppressions force row level security;
comment on table callintel_private.suppressions is
    'Numbers that ingestion must not store again. reason: 1 erased, 2 opted out.';
comment on column callintel_private.suppressions.number_digest is
    'Personal data (pseudonymous): a digest of the number under a key of its own, so that the list cannot be joined '
    'with contact_numbers.';
comment on column callintel_private.suppressions.added_by is
    'Personal data (pseudonymous): the member who added the number; the nil uuid if a job did.';

-- These functions return one more column from now on.
set role callintel_definer;
drop function if exists callintel.find_contacts(uuid[]);
drop function if exists callintel.resolve_contacts(uuid[], uuid[], smallint[], bytea[], integer);

reset role;
