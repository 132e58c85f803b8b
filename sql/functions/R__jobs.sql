-- purpose: the queue of background work as workers use it: taking, keeping and ending jobs of all orgs
-- A worker sends tokens that are signed like those of sessions, under a text of their own. A token without a job lets
-- it take jobs of all orgs; it receives ids, kinds and times. A token for a job that it holds opens a context with the
-- permissions of the job's kind, in which no member acts.

set role callintel_definer;

create or replace function callintel_private.refuse_job(code text) returns void
    language plpgsql stable as $$
begin
    case code
        when 'CI300' then
            raise exception 'The worker does not hold this job any more.'
                using errcode = 'CI300',
                      hint = 'Nothing needs to be done: another worker runs the job, or it was dropped.';
        when 'CI301' then
            raise exception 'The org has no such job.'
                using errcode = 'CI301', hint = 'Take the id from the list of jobs. A job that is done is deleted.';
        when 'CI302' then
            raise exception 'The worker asks for something that is out of range.'
                using errcode = 'CI302',
                      hint = 'Take 1 to 1000 jobs at a time, with leases of 1 second to 1 hour, and give as many '
                             'versions and limits as kinds.';
        when 'CI303' then
            raise exception 'The kind of job is unknown.'
                using errcode = 'CI303', hint = 'Apply the migration that adds it to callintel_private.job_kinds.';
    end case;
end $$;

-- Verifies a token of a worker; see begin_session for its form.
create or replace function callintel_private.verified_job_claims(token bytea)
    returns callintel_private.job_claims
    language plpgsql stable security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off set enable_seqscan = off as $$
declare
    signing record;
    claims  callintel_private.job_claims;
begin
    select k.inner_pad, k.outer_pad into signing
      from callintel_private.signing_keys k where k.key_id = get_byte(token || '\x00', 0);
    if (sha256(sha256(signing.outer_pad || sha256(signing.inner_pad
            || convert_to('callintel.job.v1|' || current_database(), 'UTF8') || substr(token, 34))))
        = sha256(substr(token, 2, 32))) is not true then
        perform callintel_private.refuse('CI002');
    end if;
    claims := encode(substr(token, 34), 'escape')::callintel_private.job_claims;
    if (claims.expires_at between clock_timestamp() and clock_timestamp() + interval '10 minutes') is not true then
        perform callintel_private.refuse('CI003');
    end if;
    return claims;
end $$;

grant usage on type callintel_private.job_claims to callintel_definer, callintel_queue;
grant execute on function
    callintel_private.refuse_job,
    callintel_private.verified_job_claims
    to callintel_queue;
grant execute on function callintel_private.refuse to callintel_queue;

reset role;
set role callintel_queue;

-- Sequential scans and sorts are off in these functions. A plan that was made while the queue was empty would read all
-- of it after it has filled, until the table is analyzed. For the same reason the functions for one job do not say that
-- it is alive, which would let the planner take the index of live jobs instead of the primary key: a dead job has no
-- worker.

-- The kind of a job that the holder of a token has taken.
create or replace function callintel_private.held_kind(org uuid, job uuid, fence bigint) returns text
    language plpgsql stable security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off
    set enable_seqscan = off as $$
begin
    return (select j.kind
              from callintel_private.jobs j
             where j.org_id = org and j.job_id = job and j.fence = held_kind.fence
               and j.worker is not null);
end $$;
grant execute on function callintel_private.held_kind to callintel_definer;

-- Takes due jobs of the kinds and versions that the worker knows, at most limits[i] of kinds[i]. Orgs take turns: the
-- function goes around from the org after after_org, with one job of an org in the first round and twice as many in
-- each further one. So an org with many jobs delays another one by a job, and an idle queue is still emptied at once.
create or replace function callintel.take_jobs(
    token bytea,
    worker text,
    kinds text[],
    versions smallint[],
    limits integer[],
    lease interval,
    after_org uuid default null)
    returns table (
        org_id uuid,
        job_id uuid,
        kind text,
        version smallint,
        fence bigint,
        attempt smallint,
        deadline_at timestamptz,
        enqueued_at timestamptz)
    language plpgsql rows 20 security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off
    set enable_seqscan = off set enable_sort = off as $$
declare
    nil      constant uuid := '00000000-0000-0000-0000-000000000000';
    claims   callintel_private.job_claims := callintel_private.verified_job_claims(token);
    org      uuid;
    last_org uuid := coalesce(after_org, nil);
    whole    boolean := after_org is null;  -- whether this round began with the first org
    quota    integer := 1;
    in_round integer := 0;
    held_job record;
begin
    if claims.job_id <> nil then
        perform callintel_private.refuse('CI002');
    end if;
    if (cardinality(kinds) between 1 and 100 and cardinality(versions) = cardinality(kinds)
        and cardinality(limits) = cardinality(kinds)
        and (select sum(greatest(l, 0)) from unnest(limits) l) between 1 and 1000
        and length(take_jobs.worker) between 1 and 100
        and lease between interval '1 second' and interval '1 hour') is not true then
        perform callintel_private.refuse_job('CI302');
    end if;
    -- A lease that is lost in a crash of the server makes the job due again, so the worker does not wait for the disk.
    -- Two workers with the same fence cannot both end the job, because its end removes the row or raises the fence.
    perform set_config('synchronous_commit', 'off', true);
    loop
        select j.org_id into org
          from callintel_private.jobs j
         where j.died_at is null and j.org_id > last_org
         order by j.org_id limit 1;
        if not found then
            exit when whole and in_round = 0;
            if whole then
                quota := quota * 2;
            end if;
            whole := true;
            in_round := 0;
            last_org := nil;
            continue;
        end if;
        last_org := org;
        for i in 1 .. cardinality(kinds) loop
            continue when limits[i] <= 0;
            for held_job in
            with held as (
                update callintel_private.jobs j
                   set attempts = j.attempts + 1,
                       fence = j.fence + 1,
                       worker = case when j.attempts < k.max_attempts
                                          and (j.deadline_at <= clock_timestamp()) is not true
                                     then take_jobs.worker end,
                       run_at = clock_timestamp() + lease,
                       died_at = case when j.attempts >= k.max_attempts or j.deadline_at <= clock_timestamp()
                                      then clock_timestamp() end,
                       error = case when j.deadline_at <= clock_timestamp() then 'deadline'
                                    when j.attempts >= k.max_attempts then coalesce(j.error, 'crashed')
                                    else j.error end
                  from callintel_private.job_kinds k
                 where j.org_id = org and k.kind = kinds[i]
                   and j.job_id = any (array(
                       select d.job_id
                         from callintel_private.jobs d
                        where d.org_id = org and d.kind = kinds[i] and d.died_at is null
                          and d.run_at <= clock_timestamp() and d.version <= versions[i]
                        order by d.run_at
                        limit least(quota, limits[i])
                          for no key update skip locked))
                returning j.job_id,
                          j.kind,
                          j.version,
                          j.fence,
                          j.attempts,
                          j.deadline_at,
                          j.enqueued_at,
                          j.died_at
            )
            select h.* from held h
            loop
                in_round := in_round + 1;
                continue when held_job.died_at is not null;
                limits[i] := limits[i] - 1;
                org_id := org;
                job_id := held_job.job_id;
                kind := held_job.kind;
                version := held_job.version;
                fence := held_job.fence;
                attempt := held_job.attempts;
                deadline_at := held_job.deadline_at;
                enqueued_at := held_job.enqueued_at;
                return next;
            end loop;
        end loop;
        exit when not exists (select from unnest(limits) l where l > 0);
    end loop;
end $$;
comment on function callintel.take_jobs is
    'Takes due jobs of all orgs for a worker that proves itself with a token signed for workers. A job that failed '
    'too often, or whose deadline has passed, becomes dead instead.';

create or replace function callintel.keep_jobs(tokens bytea[], lease interval) returns uuid[]
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off
    set enable_seqscan = off as $$
declare
    claims callintel_private.job_claims;
    kept   uuid[] := '{}';
    token  bytea;
begin
    if (cardinality(tokens) between 1 and 1000 and lease between interval '1 second' and interval '1 hour')
       is not true then
        perform callintel_private.refuse_job('CI302');
    end if;
    foreach token in array tokens loop
        claims := callintel_private.verified_job_claims(token);
        update callintel_private.jobs j set run_at = clock_timestamp() + lease
         where j.org_id = claims.org_id and j.job_id = claims.job_id and j.fence = claims.fence
           and j.worker is not null;
        if found then
            kept := kept || claims.job_id;
        end if;
    end loop;
    return kept;
end $$;
comment on function callintel.keep_jobs is
    'Renews the leases of jobs; returns the ids of those that the worker still holds.';

-- The last statement of the transaction that contains the effect of a job, so that either both happen or neither does.
-- A request that arrived while the job was running must not be lost: what it is about may have changed after the job
-- had read. So a job that was asked for again in one of its steps begins again after the last one, and does not wait
-- for the pause between two of them.
create or replace function callintel.complete_job(
    token bytea,
    again_after interval default null,
    next_payload jsonb default null)
    returns void
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off
    set enable_seqscan = off as $$
declare
    claims callintel_private.job_claims := callintel_private.verified_job_claims(token);
begin
    if again_after is null then
        delete from callintel_private.jobs j
         where j.org_id = claims.org_id and j.job_id = claims.job_id and j.fence = claims.fence
           and j.worker is not null and not j.repeats and not j.begins_again;
        if found then
            return;
        end if;
        update callintel_private.jobs j
           set step_payload = null, is_later_step = false
         where j.org_id = claims.org_id and j.job_id = claims.job_id and j.fence = claims.fence and j.is_later_step;
    elsif next_payload is not null then
        update callintel_private.jobs j
           set step_payload = next_payload, is_later_step = true
         where j.org_id = claims.org_id and j.job_id = claims.job_id and j.fence = claims.fence;
    end if;
    -- The next step, or the first one of another round.
    update callintel_private.jobs j
       set run_at = clock_timestamp() + case when j.repeats or again_after is null then interval '0'
                                             else again_after end,
           attempts = 0,
           fence = j.fence + 1,
           worker = null,
           repeats = false,
           begins_again = j.is_later_step and (j.repeats or j.begins_again),
           error = null
     where j.org_id = claims.org_id and j.job_id = claims.job_id and j.fence = claims.fence
       and j.worker is not null;
    if not found then
        perform callintel_private.refuse_job('CI300');
    end if;
end $$;
comment on function callintel.complete_job is
    'Ends a job that the worker holds, or lets it run again after a pause. A job that was enqueued again while it was '
    'running begins again. Raises CI300 if another worker has the job.';

create or replace function callintel.release_job(
    token bytea,
    error text,
    retry_after interval,
    gives_up boolean,
    counts boolean)
    returns boolean
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off
    set enable_seqscan = off as $$
declare
    claims callintel_private.job_claims := callintel_private.verified_job_claims(token);
begin
    update callintel_private.jobs j
       set run_at = clock_timestamp() + retry_after,
           attempts = case when counts then j.attempts else greatest(j.attempts - 1, 0) end,
           fence = j.fence + 1,
           worker = null,
           error = left(coalesce(release_job.error, j.error), 100),
           died_at = case when gives_up or (counts and j.attempts >= k.max_attempts) then clock_timestamp() end
      from callintel_private.job_kinds k
     where j.org_id = claims.org_id and j.job_id = claims.job_id and j.fence = claims.fence
       and j.worker is not null and k.kind = j.kind;
    return found;
end $$;
comment on function callintel.release_job is
    'Gives back a job that the worker could not do, to be tried again after a pause. A job that failed too often '
    'becomes dead. Returns false if the worker no longer holds the job.';

create or replace function callintel.job_statistics(token bytea)
    returns table (kind text, waiting bigint, due bigint, running bigint, dead bigint, oldest_due interval)
    language plpgsql stable rows 10 security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    nil    constant uuid := '00000000-0000-0000-0000-000000000000';
    claims callintel_private.job_claims := callintel_private.verified_job_claims(token);
begin
    if claims.job_id <> nil then
        perform callintel_private.refuse('CI002');
    end if;
    return query
    select k.kind,
           count(*) filter (where j.worker is null and j.died_at is null),
           count(*) filter (where j.run_at <= now() and j.died_at is null),
           count(*) filter (where j.worker is not null and j.run_at > now() and j.died_at is null),
           count(*) filter (where j.died_at is not null),
           now() - min(j.run_at) filter (where j.run_at <= now() and j.died_at is null)
      from callintel_private.job_kinds k
      left join callintel_private.jobs j on j.kind = k.kind
     group by k.kind
     order by k.kind;
end $$;
comment on function callintel.job_statistics is
    'Counts the jobs of all orgs by kind, for the metrics and the health of a worker.';

grant execute on function
    callintel.take_jobs,
    callintel.keep_jobs,
    callintel.complete_job,
    callintel.release_job,
    callintel.job_statistics
    to callintel_app;

reset role;
