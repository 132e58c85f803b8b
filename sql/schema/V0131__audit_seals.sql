-- purpose:    seals of the audit log and the access ledger: one Merkle tree for each org and month, whose leaves and
--             signed checkpoints are kept apart from the entries
-- locks:      share on audit_log and access_log while their indexes are built
-- reversible: drop the tables and the indexes

set role callintel_owner;

-- Sealing reads the entries of finished transactions in the order of their transaction ids.
create index audit_log_org_id_xid_idx on callintel_private.audit_log (org_id, xid);
create index access_log_org_id_xid_idx on callintel_private.access_log (org_id, xid);

create table callintel_private.audit_seals (
    org_id      uuid        not null,
    horizon     bigint      not null,
    identity    text        not null,
    sealed_at   timestamptz not null,
    constraint audit_seals_org_id_pk primary key (org_id)
);
alter table callintel_private.audit_seals enable row level security;
alter table callintel_private.audit_seals force row level security;
comment on table callintel_private.audit_seals is
    'How far the ledgers of an org are sealed: all entries of transactions below the horizon.';
comment on column callintel_private.audit_seals.identity is
    'The server, database and timeline that the horizon belongs to. After a restore, all entries without a leaf are '
    'sealed, whatever their transaction id is.';

create table callintel_private.audit_trees (
    org_id     uuid        not null,
    month      date        not null,
    size       bigint      not null,
    frontier   bytea       not null,
    retired_at timestamptz,
    constraint audit_trees_org_id_month_pk primary key (org_id, month)
);
alter table callintel_private.audit_trees enable row level security;
alter table callintel_private.audit_trees force row level security;
alter table callintel_private.audit_trees alter column frontier set statistics 0;
comment on table callintel_private.audit_trees is 'The Merkle tree of the entries of an org and a month.';
comment on column callintel_private.audit_trees.frontier is
    'The roots of the complete subtrees, from the largest to the smallest, 32 bytes each.';
comment on column callintel_private.audit_trees.retired_at is
    'When the entries of the month were removed, because they were older than the retention period.';

create table callintel_private.audit_leaves (
    org_id    uuid     not null,
    month     date     not null,
    position  bigint   not null,
    ledger    smallint not null,
    row_id    uuid     not null,
    leaf_hash bytea    not null,
    constraint audit_leaves_org_id_month_position_pk primary key (org_id, month, position)
);
alter table callintel_private.audit_leaves enable row level security;
alter table callintel_private.audit_leaves force row level security;
alter table callintel_private.audit_leaves alter column leaf_hash set statistics 0;
create index audit_leaves_org_id_row_id_idx on callintel_private.audit_leaves (org_id, row_id);
comment on table callintel_private.audit_leaves is
    'The leaves of the Merkle trees, in order. They outlive the entries, so a removed entry can be named. ledger: 1 '
    'audit log, 2 access ledger.';

create table callintel_private.audit_checkpoints (
    org_id       uuid        not null,
    month        date        not null,
    size         bigint      not null,
    root         bytea       not null,
    horizon      bigint      not null,
    next_xid     bigint      not null,
    identity     text        not null,
    sealed_at    timestamptz not null,
    note         text        not null,
    published_at timestamptz,
    constraint audit_checkpoints_org_id_month_size_pk primary key (org_id, month, size)
);
alter table callintel_private.audit_checkpoints enable row level security;
alter table callintel_private.audit_checkpoints force row level security;
alter table callintel_private.audit_checkpoints alter column root set statistics 0;
alter table callintel_private.audit_checkpoints alter column note set statistics 0;
alter table callintel_private.audit_checkpoints alter column identity set statistics 0;
alter table callintel_private.audit_seals alter column identity set statistics 0;
comment on table callintel_private.audit_checkpoints is
    'Every state of a tree that was signed. note is the signed checkpoint in the text form of C2SP tlog-checkpoint.';
comment on column callintel_private.audit_checkpoints.next_xid is
    'No transaction with this id or a higher one had begun when the entries were read.';
comment on column callintel_private.audit_checkpoints.published_at is
    'When the checkpoint sink received the checkpoint or a later one; null until then.';

reset role;
