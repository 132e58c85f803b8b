-- purpose:    the register of requests of data subjects: requests, the identities they were made under, the contacts
--             found for them, and their history
-- locks:      share row exclusive on orgs for the foreign keys
-- reversible: drop the tables

set role callintel_owner;

create table callintel_private.subject_requests (
    org_id           uuid        not null,
    request_id       uuid        not null,
    regulation       smallint    not null,
    request_type     smallint    not null,
    manner           smallint    not null,
    state            smallint    not null default 1,
    verification     smallint    not null default 0,
    received_at      timestamptz not null,
    opened_at        timestamptz not null default now(),
    opened_by        uuid        not null,
    acknowledge_by   timestamptz,
    acknowledged_at  timestamptz,
    due_at           timestamptz not null,
    extended_at      timestamptz,
    extension_reason smallint,
    assigned_to      uuid,
    denial_basis     smallint,
    duplicate_of     uuid,
    closed_at        timestamptz,
    constraint subject_requests_org_id_request_id_pk primary key (org_id, request_id),
    constraint subject_requests_org_id_fk foreign key (org_id) references callintel_private.orgs (org_id),
    constraint subject_requests_regulation_ck check (regulation between 1 and 4),
    constraint subject_requests_request_type_ck check (request_type between 1 and 7),
    constraint subject_requests_manner_ck check (manner between 0 and 6),
    constraint subject_requests_state_ck check (state between 1 and 10),
    constraint subject_requests_verification_ck check (verification between 0 and 3),
    constraint subject_requests_due_at_ck check (due_at > received_at),
    constraint subject_requests_extended_at_ck check ((extended_at is null) = (extension_reason is null)),
    constraint subject_requests_denial_basis_ck check ((state = 8) = (denial_basis is not null)),
    constraint subject_requests_duplicate_of_ck check ((state = 10) = (duplicate_of is not null)),
    constraint subject_requests_closed_at_ck check ((state in (6, 8, 9, 10)) = (closed_at is not null))
);
alter table callintel_private.subject_requests enable row level security;
alter table callintel_private.subject_requests force row level security;
create index subject_requests_org_id_due_at_idx on callintel_private.subject_requests (org_id, due_at, request_id);
comment on table callintel_private.subject_requests is
    'The register of requests of data subjects. state: 1 received, 2 identity unverified, 3 verified, 4 on hold, '
    '5 executing, 6 completed, 7 partial, 8 denied, 9 cancelled, 10 duplicate. regulation: 1 GDPR, 2 UK GDPR, 3 CCPA, '
    '4 other. request_type: 1 access, 2 portability, 3 rectification, 4 restriction, 5 erasure, 6 objection, '
    '7 opt-out. Only checked functions write the table.';
comment on column callintel_private.subject_requests.manner is
    'How the request was made: 0 unknown, 1 web form, 2 email, 3 telephone, 4 letter, 5 in person, 6 by an agent.';
comment on column callintel_private.subject_requests.verification is
    'How the identity was verified: 0 not, 1 reasonable certainty, 2 reasonably high certainty, 3 by the subject''s '
    'account.';
comment on column callintel_private.subject_requests.opened_by is
    'Personal data (pseudonymous): the member who entered the request.';
comment on column callintel_private.subject_requests.assigned_to is
    'Personal data (pseudonymous): the member who handles the request; null if nobody does.';
comment on column callintel_private.subject_requests.due_at is
    'The first moment at which the answer is late: the end of the last day of the period in the home zone of the org.';

create table callintel_private.subject_request_identities (
    org_id        uuid               not null,
    request_id    uuid               not null,
    ordinal       smallint           not null,
    kind          smallint           not null,
    value         callintel.envelope not null,
    number_index  uuid,
    index_version integer,
    constraint subject_request_identities_org_id_request_id_ordinal_pk primary key (org_id, request_id, ordinal),
    constraint subject_request_identities_org_id_request_id_fk foreign key (org_id, request_id)
        references callintel_private.subject_requests (org_id, request_id) on delete cascade,
    constraint subject_request_identities_kind_ck check (kind between 1 and 5),
    constraint subject_request_identities_number_index_ck check ((number_index is null) = (index_version is null))
);
alter table callintel_private.subject_request_identities enable row level security;
alter table callintel_private.subject_request_identities force row level security;
create index subject_request_identities_org_id_number_index_idx
    on callintel_private.subject_request_identities (org_id, number_index) where number_index is not null;
comment on table callintel_private.subject_request_identities is
    'What the person gave to be found by. kind: 1 number, 2 opaque id of a source, 3 name, 4 email address, 5 other.';
comment on column callintel_private.subject_request_identities.value is
    'Personal data (protected): the identity as it was given, with the region of a national number.';
comment on column callintel_private.subject_request_identities.number_index is
    'Personal data (pseudonymous): the blind index of the number or opaque id, as in contact_numbers; null for other '
    'kinds, and for a number that cannot be read.';
comment on column callintel_private.subject_request_identities.index_version is
    'The version of the blind-index key of number_index. Discovery brings it up to date.';

create table callintel_private.subject_request_contacts (
    org_id     uuid        not null,
    request_id uuid        not null,
    contact_id uuid        not null,
    found_at   timestamptz not null default now(),
    constraint subject_request_contacts_org_id_request_id_contact_id_pk primary key (org_id, request_id, contact_id),
    constraint subject_request_contacts_org_id_request_id_fk foreign key (org_id, request_id)
        references callintel_private.subject_requests (org_id, request_id) on delete cascade
);
alter table callintel_private.subject_request_contacts enable row level security;
alter table callintel_private.subject_request_contacts force row level security;
create index subject_request_contacts_org_id_contact_id_idx
    on callintel_private.subject_request_contacts (org_id, contact_id);
comment on table callintel_private.subject_request_contacts is
    'The contacts that a request concerns: those that the host named, those found by the identities, and those merged '
    'with them. Without a foreign key, because the register outlives an erased contact.';
comment on column callintel_private.subject_request_contacts.contact_id is
    'Personal data (pseudonymous): the contact.';

create table callintel_private.subject_request_history (
    org_id     uuid        not null,
    request_id uuid        not null,
    number     integer     not null,
    at         timestamptz not null default clock_timestamp(),
    actor      uuid        not null,
    from_state smallint,
    to_state   smallint    not null,
    reason     smallint    not null,
    note       callintel.envelope,
    constraint subject_request_history_org_id_request_id_number_pk primary key (org_id, request_id, number),
    constraint subject_request_history_org_id_request_id_fk foreign key (org_id, request_id)
        references callintel_private.subject_requests (org_id, request_id) on delete cascade,
    constraint subject_request_history_number_ck check (number > 0)
);
alter table callintel_private.subject_request_history enable row level security;
alter table callintel_private.subject_request_history force row level security;
comment on table callintel_private.subject_request_history is
    'What was done about a request, append-only: one entry for each transition between states and for each other '
    'action, where from_state and to_state are the same.';
comment on column callintel_private.subject_request_history.actor is
    'Personal data (pseudonymous): the member who acted; the nil uuid if a job did.';
comment on column callintel_private.subject_request_history.note is
    'Personal data (protected): evidence of the identity, or the reason in words.';

reset role;
