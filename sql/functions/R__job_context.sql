-- purpose: the context of a job, which has no member and the permissions of the job's kind, and its payload

set role callintel_definer;

-- begin_session calls it for a token that is not signed as a token of a session. Seals a context without a member and
-- with the permissions of the job's kind.
create or replace function callintel_private.begin_job(token bytea) returns callintel_private.job_claims
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    claims   callintel_private.job_claims := callintel_private.verified_job_claims(token);
    held     text := callintel_private.held_kind(claims.org_id, claims.job_id, claims.fence);
    context  text;
    height   bigint;
    released text;
begin
    if held is null then
        perform callintel_private.refuse_job('CI300');
    end if;
    if strpos(rtrim(current_query(), E'; \n\r\t'), ';') > 0 then
        perform callintel_private.refuse('CI027');
    end if;
    -- Every org has an owner, whose row carries the lock number of the org; an org that has left has no row.
    select claims.org_id::text || ',00000000-0000-0000-0000-000000000000,' || to_char(k.purpose, 'FM00000') || ','
               || r.lock_number::text || ','
               || rpad((case when k.purpose = 0 then k.permissions & ~4096 /* see_hidden */::bigint
                             else k.permissions end)::text, 19)
               -- What a job changes is on file with its id.
               || ',' || replace(claims.job_id::text, '-', ''),
           r.erasure_height
      into context, height
      from callintel_private.job_kinds k, callintel_private.org_roles r
     where k.kind = held and r.org_id = claims.org_id
     limit 1;
    if context is null then
        perform callintel_private.refuse('CI004');
    end if;
    if strpos(claims.nonce, ':') > 0 and height < split_part(claims.nonce, ':', 2)::bigint then
        perform callintel_private.refuse('CI379');
    end if;
    perform set_config('callintel.context', context, true);
    perform set_config('callintel.seal', encode(sha256(k.pad || timestamptz_send(transaction_timestamp())
                                                       || convert_to(context, 'UTF8')), 'hex'), true)
       from callintel_private.context_key k;
    released := pg_advisory_unlock_all();
    return claims;
end $$;

create or replace function callintel.read_job_payload(token bytea) returns jsonb
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    claims callintel_private.job_claims := callintel_private.begin_job(token);
begin
    return (select case when j.is_later_step then j.step_payload else j.payload end
              from callintel_private.jobs j
             where j.org_id = claims.org_id and j.job_id = claims.job_id);
end $$;
comment on function callintel.read_job_payload is
    'Returns the payload of the present step of a job to the worker that holds it.';
grant execute on function callintel.read_job_payload to callintel_app;

reset role;
