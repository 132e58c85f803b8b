-- purpose: who sees jobs

set role callintel_owner;

-- The columns of the queue, and not the payloads.
grant select (org_id, job_id, kind, version, run_at, deadline_at, attempts, fence, worker, repeats, begins_again,
              is_later_step, died_at, error, enqueued_at)
    on callintel_private.jobs to callintel_queue;
grant update (run_at, attempts, fence, worker, repeats, begins_again, is_later_step, died_at, error, step_payload)
    on callintel_private.jobs to callintel_queue;
-- Granted until the payload of a step had a column of its own.
revoke update (payload) on callintel_private.jobs from callintel_queue;
grant delete on callintel_private.jobs to callintel_queue;
grant select, insert, update, delete on callintel_private.jobs to callintel_definer;

drop policy if exists "Workers take jobs of all orgs" on callintel_private.jobs;
create policy "Workers take jobs of all orgs" on callintel_private.jobs
    for all to callintel_queue
    using (org_id is not null)
    with check (org_id is not null);
comment on policy "Workers take jobs of all orgs" on callintel_private.jobs is
    'The functions of callintel_queue ask for a token that proves a signing key, and return no payload.';

drop policy if exists "Definer code acts inside the verified org" on callintel_private.jobs;
create policy "Definer code acts inside the verified org" on callintel_private.jobs
    for all to callintel_definer
    using (org_id = (select c.org_id from callintel_private.session_context c))
    with check (org_id = (select c.org_id from callintel_private.session_context c));
comment on policy "Definer code acts inside the verified org" on callintel_private.jobs is
    'For the checked functions of the package. The policy holds even if one of them lacks its filter by org.';

reset role;
