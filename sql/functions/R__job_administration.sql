-- purpose: enqueueing jobs, one checked function a kind; listing, retrying and dropping those of an org

set role callintel_definer;

-- For the functions that enqueue jobs of one kind, after they have checked who asks for it. A waiting job with the same
-- key stays as it is, or runs earlier. One that is running, or that waits for a later step, begins again after its end.
create or replace function callintel_private.enqueue_job(
    job_kind text,
    key text default null,
    job_payload jsonb default '{}',
    run_after interval default '0',
    deadline interval default null)
    returns uuid
    language plpgsql volatile as $$
declare
    verified record := (select c from callintel_private.session_context c);
    known    record;
    id       uuid;
begin
    select k.version into known from callintel_private.job_kinds k where k.kind = job_kind;
    if not found then
        perform callintel_private.refuse_job('CI303');
    end if;
    insert into callintel_private.jobs as j (
        org_id,
        job_id,
        kind,
        version,
        dedup_key,
        payload,
        run_at,
        deadline_at,
        requested_by)
    values (verified.org_id,
            callintel_private.new_id(),
            job_kind,
            known.version,
            key,
            coalesce(job_payload, '{}'),
            clock_timestamp() + run_after,
            clock_timestamp() + deadline,
            nullif(verified.member_id, '00000000-0000-0000-0000-000000000000'))
    on conflict (org_id, kind, dedup_key) where died_at is null and dedup_key is not null
    do update set repeats = j.worker is not null,
                  begins_again = j.begins_again or j.is_later_step,
                  run_at = case when j.worker is null then least(j.run_at, excluded.run_at) else j.run_at end
    returning j.job_id into id;
    return id;
end $$;

create or replace function callintel.enqueue_key_rotation() returns uuid
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    org uuid := callintel_private.require(8192 /* manage_keys */);
    job uuid := callintel_private.enqueue_job('rotate_org_key', 'org');
begin
    perform callintel_private.audit('enqueue', 'jobs', 1, null, 'rotate_org_key');
    return job;
end $$;
comment on function callintel.enqueue_key_rotation is
    'Enqueues the rotation of the org key: a worker wraps the data keys of the org under a new epoch. Returns the id '
    'of the job.';

create or replace function callintel.enqueue_number_rotation() returns uuid
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    org uuid := callintel_private.require(8192 /* manage_keys */);
    job uuid := callintel_private.enqueue_job('rotate_number_index', 'org');
begin
    perform callintel_private.audit('enqueue', 'jobs', 1, null, 'rotate_number_index');
    return job;
end $$;
comment on function callintel.enqueue_number_rotation is
    'Enqueues the rotation of the blind index: a worker indexes the numbers of contacts with a new key. Returns the '
    'id of the job.';

create or replace function callintel.read_jobs(after_job uuid default null, max_rows integer default 100)
    returns table (
        job_id uuid,
        kind text,
        version smallint,
        state text,
        run_at timestamptz,
        attempts smallint,
        error text,
        enqueued_at timestamptz,
        deadline_at timestamptz,
        requested_by uuid)
    language plpgsql stable rows 100 security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    org uuid := callintel_private.require(512 /* manage_sources */);
begin
    return query
    select j.job_id,
           j.kind,
           j.version,
           case when j.died_at is not null then 'dead'
                when j.worker is not null and j.run_at > now() then 'running'
                else 'waiting' end,
           j.run_at,
           j.attempts,
           j.error,
           j.enqueued_at,
           j.deadline_at,
           j.requested_by
      from callintel_private.jobs j
     where j.org_id = org and j.job_id > coalesce(after_job, '00000000-0000-0000-0000-000000000000')
     order by j.job_id
     limit least(greatest(max_rows, 0), 1000);
end $$;
comment on function callintel.read_jobs is
    'Returns the jobs of the org that are not done, in the order of their ids, for sessions with the permission '
    'ManageSources.';

create or replace function callintel.retry_job(job uuid) returns void
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    org    uuid := callintel_private.require(512 /* manage_sources */);
    wanted record;
begin
    select j.kind,
           j.dedup_key,
           j.payload,
           j.died_at,
           j.worker is not null and j.run_at > clock_timestamp() as is_running
      into wanted
      from callintel_private.jobs j where j.org_id = org and j.job_id = job for update;
    if not found then
        perform callintel_private.refuse_job('CI301');
    end if;
    if wanted.is_running and wanted.died_at is null then
        return;
    end if;
    begin
        update callintel_private.jobs j
           set died_at = null,
               deadline_at = case when j.deadline_at > clock_timestamp() then j.deadline_at end,
               worker = null,
               attempts = 0,
               run_at = clock_timestamp(),
               fence = j.fence + 1
         where j.org_id = org and j.job_id = job;
    exception when unique_violation then
        -- A newer job with the same key waits or runs. It does the work of this one, in another run if it has begun.
        delete from callintel_private.jobs j where j.org_id = org and j.job_id = job;
        perform callintel_private.enqueue_job(wanted.kind, wanted.dedup_key, wanted.payload);
    end;
    perform callintel_private.audit('retry', 'jobs', 1, null, wanted.kind);
end $$;
comment on function callintel.retry_job is
    'Makes a job due now, with all its attempts and without a deadline that has passed. A running job stays as it is.';

create or replace function callintel.drop_job(job uuid) returns boolean
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    org     uuid := callintel_private.require(512 /* manage_sources */);
    dropped text;
begin
    delete from callintel_private.jobs j where j.org_id = org and j.job_id = job returning j.kind into dropped;
    if not found then
        return false;
    end if;
    perform callintel_private.audit('drop', 'jobs', 1, null, dropped);
    return true;
end $$;
comment on function callintel.drop_job is
    'Deletes a job. If it is running, nothing of its last step is stored. Returns false if there is no such job.';

grant execute on function
    callintel.enqueue_key_rotation,
    callintel.enqueue_number_rotation,
    callintel.read_jobs,
    callintel.retry_job,
    callintel.drop_job
    to callintel_app;

reset role;
