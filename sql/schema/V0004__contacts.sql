-- purpose:    contacts (data subjects). Numbers, names and privacy rules are in tables of their own, because row-level
--             security cannot mask columns.
-- locks:      none on existing tables
-- reversible: drop the tables

set role callintel_owner;

create table callintel.contacts (
    org_id     uuid        not null,
    id         uuid        not null,
    created_at timestamptz not null default now(),
    created_by uuid        not null,
    constraint contacts_org_id_id_pk primary key (org_id, id),
    constraint contacts_org_id_fk foreign key (org_id) references callintel.orgs (org_id)
);
alter table callintel.contacts enable row level security;
alter table callintel.contacts force row level security;

comment on table callintel.contacts is
    'The other parties of events. A row tells only that a contact exists; who it is, is in contact_numbers and '
    'contact_profiles.';

create table callintel.contact_numbers (
    org_id       uuid        not null,
    number_index uuid        not null,
    contact_id   uuid        not null,
    kind         smallint    not null,
    number       bytea       not null,
    created_at   timestamptz not null default now(),
    constraint contact_numbers_org_id_number_index_pk primary key (org_id, number_index),
    constraint contact_numbers_org_id_contact_id_fk foreign key (org_id, contact_id)
        references callintel.contacts (org_id, id),
    constraint contact_numbers_kind_ck check (kind between 1 and 4)
);
alter table callintel.contact_numbers enable row level security;
alter table callintel.contact_numbers force row level security;

create index contact_numbers_org_id_contact_id_idx on callintel.contact_numbers (org_id, contact_id);

comment on table callintel.contact_numbers is
    'The numbers of contacts. kind: 1 E.164, 2 short code, 3 alphanumeric sender, 4 opaque id of the source.';
comment on column callintel.contact_numbers.number_index is
    'Personal data (pseudonymous): a keyed digest of the normalised number, 128 bits. Equal numbers of one org have '
    'equal digests.';
comment on column callintel.contact_numbers.number is 'Personal data (protected): the normalised number.';

create table callintel.contact_profiles (
    org_id       uuid        not null,
    contact_id   uuid        not null,
    display_name bytea       not null,
    updated_at   timestamptz not null default now(),
    constraint contact_profiles_org_id_contact_id_pk primary key (org_id, contact_id),
    constraint contact_profiles_org_id_contact_id_fk foreign key (org_id, contact_id)
        references callintel.contacts (org_id, id)
);
alter table callintel.contact_profiles enable row level security;
alter table callintel.contact_profiles force row level security;

comment on table callintel.contact_profiles is 'The names of contacts.';
comment on column callintel.contact_profiles.display_name is 'Personal data (protected): the name.';

reset role;
