-- purpose:    orgs, the roles of their members, and the permissions of each role
-- locks:      none on existing tables
-- reversible: drop the tables

set role callintel_owner;

create table callintel.orgs (
    org_id     uuid        not null,
    name       text        not null,
    created_at timestamptz not null default now(),
    constraint orgs_org_id_pk primary key (org_id),
    constraint orgs_name_ck check (name <> '')
);
alter table callintel.orgs enable row level security;
alter table callintel.orgs force row level security;

comment on table callintel.orgs is 'The tenants. Ids are random, so that nobody can guess the id of another org.';

create table callintel_private.role_permissions (
    role        smallint not null,
    name        text     not null,
    permissions bigint   not null,
    constraint role_permissions_role_pk primary key (role),
    constraint role_permissions_name_uq unique (name)
);
alter table callintel_private.role_permissions enable row level security;
alter table callintel_private.role_permissions force row level security;

comment on table callintel_private.role_permissions is
    'The permission matrix, with one row for each role. The bits are those of the SDK''s Permission enumeration. A '
    'higher role number outranks a lower one.';

create table callintel.org_roles (
    org_id     uuid        not null,
    member_id  uuid        not null,
    role       smallint    not null,
    granted_by uuid        not null,
    granted_at timestamptz not null default now(),
    constraint org_roles_org_id_member_id_pk primary key (org_id, member_id),
    constraint org_roles_org_id_fk foreign key (org_id) references callintel.orgs (org_id),
    constraint org_roles_role_fk foreign key (role) references callintel_private.role_permissions (role)
);
alter table callintel.org_roles enable row level security;
alter table callintel.org_roles force row level security;

comment on table callintel.org_roles is
    'The members of each org and their roles. Read at the start of every transaction, so that a revoked role has no '
    'effect from the next transaction on. Written by checked functions only.';

reset role;
