-- purpose:    background work: jobs of orgs, the kinds of jobs with their permissions, and tasks of operations
-- locks:      access exclusive on org_roles for the moment of adding a check, which existing rows need not pass
-- reversible: drop the tables, the type, the check and the role
-- Run this file as a role that may create roles, like the first file, unless the role exists.

do $$
declare
    sixteen boolean := pg_catalog.current_setting('server_version_num')::integer >= 160000;
begin
    -- Owns the functions with which workers take, keep and end jobs. It sees when jobs of all orgs are due, and neither
    -- their payloads nor any other table of an org.
    if not exists (select from pg_catalog.pg_roles where rolname = 'callintel_queue') then
        begin
            create role callintel_queue nologin;
        exception when duplicate_object or unique_violation then
            null;  -- Another database of this cluster is being migrated at the same moment.
        end;
    end if;
    -- As with callintel_writer: a role that inherits from this role is under its policies too, so none does, from
    -- PostgreSQL 16 on.
    if not pg_catalog.pg_has_role('callintel_ops',
                                  'callintel_queue',
                                  case when sixteen then 'set' else 'member' end) then
        execute 'grant callintel_queue to callintel_ops'
            || case when sixteen then ' with inherit false, set true' else '' end;
    end if;
    if current_user <> 'callintel_ops'
       and not (select rolsuper from pg_catalog.pg_roles where rolname = current_user) then
        execute pg_catalog.format('grant callintel_queue to %I', current_user);
    end if;
end $$;

set role callintel_queue;
alter default privileges revoke execute on functions from public;

set role callintel_owner;

grant usage, create on schema callintel, callintel_private to callintel_queue;

-- A context of a job has no member. Its member_id is the nil uuid, which no member may have.
alter table callintel_private.org_roles add constraint org_roles_member_id_ck
    check (member_id <> '00000000-0000-0000-0000-000000000000') not valid;

-- What a worker proves to the database: that it holds a signing key, and which job it took.
create type callintel_private.job_claims as (
    org_id     uuid,
    job_id     uuid,
    fence      bigint,
    expires_at timestamptz,
    nonce      text
);

create table callintel_private.job_kinds (
    kind         text     collate "C" not null,
    version      smallint not null,
    permissions  bigint   not null,
    purpose      smallint not null default 0,
    max_attempts smallint not null default 8,
    constraint job_kinds_kind_pk primary key (kind),
    constraint job_kinds_kind_ck check (kind <> ''),
    constraint job_kinds_version_ck check (version > 0),
    constraint job_kinds_max_attempts_ck check (max_attempts between 1 and 1000)
);
alter table callintel_private.job_kinds enable row level security;
alter table callintel_private.job_kinds force row level security;
comment on table callintel_private.job_kinds is
    'The kinds of jobs. Only migrations write this table, because it says what a job may do in its org.';
comment on column callintel_private.job_kinds.version is
    'The version of new jobs of the kind. A worker takes only jobs whose version it knows.';
comment on column callintel_private.job_kinds.permissions is
    'The permission bits of the context of a job, as those of a role.';
comment on column callintel_private.job_kinds.purpose is
    'The purpose of the context of a job; hidden contacts require one.';

-- A job is waiting until run_at, and while it is leased run_at is the end of the lease. So a job whose worker died is
-- due again by itself.
create table callintel_private.jobs (
    org_id       uuid        not null,
    job_id       uuid        not null,
    kind         text        collate "C" not null,
    version      smallint    not null,
    dedup_key    text        collate "C",
    payload      jsonb       not null default '{}',
    run_at       timestamptz not null,
    deadline_at  timestamptz,
    attempts     smallint    not null default 0,
    fence        bigint      not null default 0,
    worker       text        collate "C",
    repeats      boolean     not null default false,
    died_at      timestamptz,
    error        text        collate "C",
    enqueued_at  timestamptz not null default now(),
    requested_by uuid,
    constraint jobs_org_id_job_id_pk primary key (org_id, job_id),
    constraint jobs_org_id_fk foreign key (org_id) references callintel_private.orgs (org_id),
    constraint jobs_error_ck check (length(error) <= 100)
);
alter table callintel_private.jobs enable row level security;
alter table callintel_private.jobs force row level security;
create unique index jobs_org_id_kind_dedup_key_uq on callintel_private.jobs (org_id, kind, dedup_key)
    where died_at is null and dedup_key is not null;
create index jobs_org_id_kind_run_at_idx on callintel_private.jobs (org_id, kind, run_at) where died_at is null;
-- Rows come and go, so they are vacuumed long before a fifth of a large table is dead.
alter table callintel_private.jobs set (autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 1000);
comment on table callintel_private.jobs is
    'Background work of an org that is not done yet. A job that is done is deleted; a job that failed too often stays '
    'with died_at until it is retried or dropped.';
comment on column callintel_private.jobs.dedup_key is
    'Of the jobs of a kind that are not done, one has this key: enqueueing another one changes it instead.';
comment on column callintel_private.jobs.payload is 'Ids and settings of the job; never personal data.';
comment on column callintel_private.jobs.run_at is
    'When the job is due; while a worker holds it, the end of the lease.';
comment on column callintel_private.jobs.fence is
    'Rises with every lease. A worker that lost its lease has a lower number and cannot end the job any more.';
comment on column callintel_private.jobs.worker is 'The name of the worker that holds the job; null while it waits.';
comment on column callintel_private.jobs.repeats is
    'Whether the job was enqueued again while it was running, so that it runs once more.';
comment on column callintel_private.jobs.error is 'The code of the last error; no message.';
comment on column callintel_private.jobs.requested_by is
    'Personal data (pseudonymous): the member who enqueued the job; null if a job or operations did.';

create table callintel_private.tasks (
    kind         text        collate "C" not null,
    run_every    interval    not null,
    run_at       timestamptz not null default now(),
    fence        bigint      not null default 0,
    worker       text        collate "C",
    attempts     smallint    not null default 0,
    succeeded_at timestamptz,
    error        text        collate "C",
    constraint tasks_kind_pk primary key (kind),
    constraint tasks_run_every_ck check (run_every > interval '0'),
    constraint tasks_error_ck check (length(error) <= 100)
);
alter table callintel_private.tasks enable row level security;
alter table callintel_private.tasks force row level security;
comment on table callintel_private.tasks is
    'Recurring work of operations that belongs to no org, such as creating partitions.';
comment on column callintel_private.tasks.run_at is
    'When the task is due; while a worker holds it, the end of the lease.';
comment on column callintel_private.tasks.fence is
    'Rises with every lease. A worker that lost its lease has a lower number and cannot end the task any more.';
comment on column callintel_private.tasks.attempts is 'The number of attempts since the last success.';
comment on column callintel_private.tasks.error is 'The code of the last error; no message.';

reset role;
