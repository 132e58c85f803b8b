-- purpose: the recurring tasks of operations and who runs them

set role callintel_owner;

grant select, update on callintel_private.tasks to callintel_ops;

drop policy if exists "Operations run tasks" on callintel_private.tasks;
create policy "Operations run tasks" on callintel_private.tasks
    for all to callintel_owner
    using (kind is not null);
comment on policy "Operations run tasks" on callintel_private.tasks is
    'Tasks belong to no org, and no session sees them.';

insert into callintel_private.tasks (kind, run_every) values
    -- creates the partitions of the next months
    ('ensure_partitions', interval '12 hours'),
    -- computes the cells of marked buckets, so that figures read fewer events
    ('recompute_rollups', interval '1 minute'),
    -- removes old entries of the change feed
    ('trim_change_feed', interval '6 hours'),
    -- builds and drops the graphs of orgs with many vectors
    ('maintain_vector_graphs', interval '1 hour'),
    -- seals the audit log and the access ledger; only a worker with a seal key runs it
    ('seal_ledgers', interval '1 minute'),
    -- removes months of the ledgers; only a worker with a retention period runs it
    ('retire_ledgers', interval '1 day'),
    -- drops months of events that no org keeps; only a worker runs it that was asked to
    ('drop_event_months', interval '1 day')
on conflict (kind) do nothing;

reset role;
