-- purpose:    an org can leave: a ledger of orgs whose rows are being deleted or were deleted
-- locks:      none on existing tables
-- reversible: drop the table

set role callintel_owner;

-- Without a foreign key to orgs: the row is what remains of the org.
create table callintel_private.org_deletions (
    org_id       uuid        not null,
    requested_by uuid        not null,
    requested_at timestamptz not null default now(),
    completed_at timestamptz,
    rows_deleted bigint      not null default 0,
    constraint org_deletions_org_id_pk primary key (org_id)
);
alter table callintel_private.org_deletions enable row level security;
alter table callintel_private.org_deletions force row level security;
comment on table callintel_private.org_deletions is
    'Orgs that left, or are leaving: completed_at is null until all their rows are deleted. Contains no names.';
comment on column callintel_private.org_deletions.requested_by is
    'Personal data (pseudonymous): the owner who asked for the deletion.';

reset role;
