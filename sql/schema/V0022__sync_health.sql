-- purpose:    what the state of a stream is derived from: how often a run sends a heartbeat, how far it has come, and
--             what is due
-- locks:      access exclusive on sync_sources and sync_runs for the moment of adding columns; a scan of both for
--             checks and index
-- reversible: drop the columns, constraints and index

set role callintel_owner;

alter table callintel.sync_sources
    add column expected_lag interval,
    add constraint sync_sources_expected_ck check (expected_every > interval '0' and expected_lag > interval '0');
comment on table callintel.sync_sources is
    'The sources of events. expected_every, expected_lag: how often fresh data is due, and how old the newest event '
    'may be when it arrives; null if nobody has set them, and both are then learned from past runs.';

alter table callintel.sync_runs
    add column heartbeat_every interval not null default interval '30 seconds',
    add column watermark       timestamptz,
    add constraint sync_runs_heartbeat_every_ck
        check (heartbeat_every between interval '1 second' and interval '1 hour');
comment on column callintel.sync_runs.heartbeat_every is
    'How often the process of the run sends a heartbeat. After three times this interval without a heartbeat the run '
    'counts as hung, after ten times as dead.';
comment on column callintel.sync_runs.watermark is
    'The latest event time of the stream when the run stored its last batch.';

-- Finding the last success must not read a month of failures.
create index sync_runs_org_id_stream_id_completed_idx
    on callintel.sync_runs (org_id, stream_id, started_at desc) where status = 2;

reset role;
