-- purpose:    audit_log: who did what to which table, without personal data
-- locks:      none on existing tables
-- reversible: no, because the log is append-only

set role callintel_owner;

create table callintel.audit_log (
    org_id      uuid        not null,
    id          uuid        not null,
    occurred_at timestamptz not null default clock_timestamp(),
    xid         xid8        not null default pg_current_xact_id(),
    member_id   uuid        not null,
    purpose     smallint    not null default 0,
    action      text        not null,
    object      text        not null,
    row_count   bigint      not null default 0,
    subject_id  uuid,
    detail      text,
    constraint audit_log_org_id_id_pk primary key (org_id, id)
) partition by range (id);
alter table callintel.audit_log enable row level security;
alter table callintel.audit_log force row level security;

create table callintel.audit_log_default partition of callintel.audit_log default;
alter table callintel.audit_log_default enable row level security;
alter table callintel.audit_log_default force row level security;

comment on table callintel.audit_log is
    'Append-only. Sessions with the permission ReadAudit read the rows of their own org; only security definer code '
    'writes rows.';
comment on table callintel.audit_log_default is 'Audit rows of months without a partition.';
comment on column callintel.audit_log.subject_id is
    'The contact or member that the action was about, by random id; never a number or a name.';
comment on column callintel.audit_log.purpose is 'The purpose that the session named; 0 without one.';

reset role;
