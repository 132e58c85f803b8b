-- purpose:    sources, their streams and runs, and rejected records
-- locks:      none on existing tables
-- reversible: drop the tables

set role callintel_owner;

create table callintel.sync_sources (
    org_id         uuid        not null,
    id             uuid        not null,
    name           text        not null,
    kind           text        not null,
    expected_every interval,
    created_at     timestamptz not null default now(),
    constraint sync_sources_org_id_id_pk primary key (org_id, id),
    constraint sync_sources_org_id_name_uq unique (org_id, name),
    constraint sync_sources_org_id_fk foreign key (org_id) references callintel.orgs (org_id)
);
alter table callintel.sync_sources enable row level security;
alter table callintel.sync_sources force row level security;

comment on table callintel.sync_sources is
    'The sources of events. expected_every: how often fresh data is due; null if nobody has set it.';

create table callintel.sync_streams (
    org_id     uuid        not null,
    id         uuid        not null,
    source_id  uuid        not null,
    name       text        not null,
    cursor     text,
    watermark  timestamptz,
    updated_at timestamptz not null default now(),
    constraint sync_streams_org_id_id_pk primary key (org_id, id),
    constraint sync_streams_org_id_source_id_name_uq unique (org_id, source_id, name),
    constraint sync_streams_org_id_source_id_fk foreign key (org_id, source_id)
        references callintel.sync_sources (org_id, id)
);
alter table callintel.sync_streams enable row level security;
alter table callintel.sync_streams force row level security;

comment on table callintel.sync_streams is
    'The ordered feeds of sources. cursor: where the next run resumes; it is only moved by compare-and-set, in the '
    'transaction of the rows that it stands for. watermark: the latest event time that is stored.';

create table callintel.sync_runs (
    org_id       uuid        not null,
    id           uuid        not null,
    stream_id    uuid        not null,
    member_id    uuid        not null,
    status       smallint    not null default 1,
    started_at   timestamptz not null default clock_timestamp(),
    heartbeat_at timestamptz not null default clock_timestamp(),
    finished_at  timestamptz,
    read         bigint      not null default 0,
    inserted     bigint      not null default 0,
    updated      bigint      not null default 0,
    duplicate    bigint      not null default 0,
    rejected     bigint      not null default 0,
    suppressed   bigint      not null default 0,
    error_code   text,
    constraint sync_runs_org_id_id_pk primary key (org_id, id),
    constraint sync_runs_org_id_stream_id_fk foreign key (org_id, stream_id)
        references callintel.sync_streams (org_id, id),
    constraint sync_runs_status_ck check (status between 1 and 3),
    constraint sync_runs_nothing_lost_ck check (read = inserted + updated + duplicate + rejected + suppressed)
);
alter table callintel.sync_runs enable row level security;
alter table callintel.sync_runs force row level security;

create index sync_runs_org_id_stream_id_started_at_idx on callintel.sync_runs (org_id, stream_id, started_at desc);

comment on table callintel.sync_runs is
    'Ingestion runs of streams. status: 1 running, 2 complete, 3 failed. The counters change with every committed '
    'batch and always add up to the number of records read.';

create table callintel.ingest_rejects (
    org_id      uuid        not null,
    run_id      uuid        not null,
    ordinal     bigint      not null,
    reason      text        not null,
    raw         bytea,
    rejected_at timestamptz not null default now(),
    constraint ingest_rejects_org_id_run_id_ordinal_pk primary key (org_id, run_id, ordinal),
    constraint ingest_rejects_org_id_run_id_fk foreign key (org_id, run_id) references callintel.sync_runs (org_id, id)
);
alter table callintel.ingest_rejects enable row level security;
alter table callintel.ingest_rejects force row level security;

comment on table callintel.ingest_rejects is
    'Records that could not be stored, each with its place in the run and the reason. No record is dropped silently.';
comment on column callintel.ingest_rejects.raw is 'Personal data (protected): the record as received, cut to 64 KiB.';

reset role;
