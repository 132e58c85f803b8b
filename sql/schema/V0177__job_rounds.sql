-- purpose:    jobs: the payload of a step apart from that of the job, and whether the job begins again after its end
-- locks:      access exclusive on jobs for a moment, without a rewrite of the table
-- reversible: drop the columns; a job in several steps then goes on with the payload that it was enqueued with

set role callintel_owner;

alter table callintel_private.jobs
    add column is_later_step boolean not null default false,
    add column step_payload  jsonb,
    add column begins_again  boolean not null default false;
comment on column callintel_private.jobs.payload is
    'Ids and settings of the job as it was enqueued; never personal data.';
comment on column callintel_private.jobs.is_later_step is
    'Whether the step that waits or runs has a payload of its own, step_payload.';
comment on column callintel_private.jobs.step_payload is
    'What the step before left for the step that waits or runs: ids and settings; never personal data.';
comment on column callintel_private.jobs.repeats is
    'Whether the job was enqueued again while the present step was running, so that it runs again without a pause.';
comment on column callintel_private.jobs.begins_again is
    'Whether the job was enqueued again in a later step, so that it begins again after the last one.';

reset role;
