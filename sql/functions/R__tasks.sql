-- purpose: taking and ending the recurring tasks of operations; they run as callintel_ops, which has the rights for it

set role callintel_owner;

create or replace function callintel_private.take_task(worker text, kinds text[], lease interval)
    returns table (kind text, fence bigint, attempt smallint)
    language plpgsql volatile rows 1 as $$
begin
    -- Of two workers that see the same task, the second waits for the first and then finds another fence.
    return query
    update callintel_private.tasks t
       set fence = t.fence + 1,
           attempts = t.attempts + 1,
           worker = take_task.worker,
           run_at = clock_timestamp() + lease
      from (select d.kind, d.fence from callintel_private.tasks d
             where d.kind = any (kinds) and d.run_at <= clock_timestamp()
             order by d.run_at limit 1) due
     where t.kind = due.kind and t.fence = due.fence
    returning t.kind, t.fence, t.attempts;
end $$;
comment on function callintel_private.take_task is
    'Takes one due task for an operations worker. Nobody else runs it before the lease ends.';

create or replace function callintel_private.end_task(kind text, fence bigint, error text, retry_after interval)
    returns boolean
    language plpgsql volatile as $$
begin
    update callintel_private.tasks t
       set worker = null,
           error = left(end_task.error, 100),
           attempts = case when end_task.error is null then 0 else t.attempts end,
           succeeded_at = case when end_task.error is null then clock_timestamp() else t.succeeded_at end,
           run_at = clock_timestamp() + case when end_task.error is null then t.run_every
                                             else least(retry_after, t.run_every) end
     where t.kind = end_task.kind and t.fence = end_task.fence;
    return found;
end $$;
comment on function callintel_private.end_task is
    'Ends a task that the worker holds. An error lets it run again after a pause. Returns false if another worker has '
    'the task.';
grant execute on function callintel_private.take_task, callintel_private.end_task to callintel_ops;

reset role;
