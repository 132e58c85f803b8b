-- purpose:    invitations: a role that is offered to the holder of a token
-- locks:      none on existing tables
-- reversible: drop the table; members who have accepted an invitation stay members

set role callintel_owner;

create table callintel.invitations (
    org_id       uuid        not null,
    id           uuid        not null,
    role         smallint    not null,
    token_digest bytea       not null,
    invited_by   uuid        not null,
    invited_at   timestamptz not null default clock_timestamp(),
    expires_at   timestamptz not null,
    accepted_by  uuid,
    accepted_at  timestamptz,
    revoked_at   timestamptz,
    constraint invitations_org_id_id_pk primary key (org_id, id),
    constraint invitations_org_id_token_digest_uq unique (org_id, token_digest),
    constraint invitations_org_id_fk foreign key (org_id) references callintel.orgs (org_id),
    constraint invitations_role_fk foreign key (role) references callintel_private.role_permissions (role),
    constraint invitations_role_ck check (role < 50),
    constraint invitations_token_digest_ck check (octet_length(token_digest) = 32),
    constraint invitations_accepted_ck check ((accepted_at is null) = (accepted_by is null)),
    constraint invitations_used_ck check (accepted_at is null or revoked_at is null)
);
alter table callintel.invitations enable row level security;
alter table callintel.invitations force row level security;

comment on table callintel.invitations is
    'Roles that are offered to the holder of a token. Nobody can be invited as owner. An invitation is open until it '
    'is accepted or revoked or expires; only checked functions write the table.';
comment on column callintel.invitations.token_digest is 'SHA-256 of the token, which is random and not stored.';

reset role;
