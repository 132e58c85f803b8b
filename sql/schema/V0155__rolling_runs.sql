-- purpose:    the terms of the documentation in the schema: a rolling run, and the heartbeat of a run
-- locks:      access exclusive on sync_runs, without reading it
-- reversible: rename the columns back
-- Breaks older SDKs, which call beat_run.

set role callintel_owner;
alter table callintel_private.sync_runs rename column standing to rolling;
alter view if exists callintel.sync_runs rename column standing to rolling;
reset role;

-- The parameters of these functions have new names, so they are created again.
drop function if exists callintel.beat_run(uuid);
drop function if exists callintel.start_run(text, text, text, boolean, interval);
drop function if exists callintel.merge_new(integer, uuid);
