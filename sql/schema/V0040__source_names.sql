-- purpose:    sources can be renamed and retired, and a run that was refused does not count as a failure of its source
-- locks:      access exclusive on sync_sources and sync_runs for the moment of adding columns; a scan of both for
--             checks
-- reversible: drop the columns, and create the check again without 4

set role callintel_owner;

alter table callintel_private.sync_sources
    add column first_name text,
    add column renamed_to uuid,
    add column retired_at timestamptz,
    add constraint sync_sources_org_id_renamed_to_fk foreign key (org_id, renamed_to)
        references callintel_private.sync_sources (org_id, id);
comment on column callintel_private.sync_sources.first_name is
    'The name that the ids of its events are derived from; null while the source still has its first name.';
comment on column callintel_private.sync_sources.renamed_to is
    'Set in rows that keep a former name: the source that has another name now. Such a row has no streams.';
comment on column callintel_private.sync_sources.retired_at is
    'Since when nothing is expected of the source. Its next run activates it again.';

alter table callintel_private.sync_runs
    drop constraint sync_runs_status_ck,
    add constraint sync_runs_status_ck check (status between 1 and 4);
comment on table callintel_private.sync_runs is
    'Ingestion runs of streams. status: 1 running, 2 complete, 3 failed, 4 refused because of its caller. The counters '
    'change with every committed batch and always add up to the number of records read.';

reset role;
