-- purpose: the steps that a member takes with a data subject request

set role callintel_definer;

create or replace function callintel.verify_subject_request(request uuid, level smallint, note bytea) returns void
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    held callintel_private.subject_requests := callintel_private.lock_subject_request(request);
begin
    if level is null or level not between 0 and 3 then
        perform callintel_private.refuse_subject_request('the level of verification does not exist');
    end if;
    if held.state not in (1, 2, 3, 4) then
        perform callintel_private.refuse_state(held.state);
    end if;
    update callintel_private.subject_requests r
       set verification = level
     where r.org_id = held.org_id and r.request_id = held.request_id;
    held.verification := level;
    if held.state = 4 or held.state = 3 and level > 0 or held.state = 2 and level = 0 then
        perform callintel_private.note_subject_request(
            held,
            held.state,
            case when level > 0 then 2 else 3 end::smallint,
            note);
    else
        perform callintel_private.change_subject_request(
            held,
            case when level > 0 then 3 else 2 end::smallint,
            case when level > 0 then 2 else 3 end::smallint,
            note);
    end if;
end $$;
comment on function callintel.verify_subject_request is
    'Records how the identity of the person was verified, or that it could not be (level 0).';

create or replace function callintel_private.refuse_state(state smallint) returns void
    language plpgsql stable as $$
begin
    raise exception 'The request cannot be changed in this way in state %.', state
        using errcode = 'CI402', hint = 'Read the state of the request.';
end $$;

create or replace function callintel.acknowledge_subject_request(request uuid) returns void
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    held callintel_private.subject_requests := callintel_private.lock_subject_request(request);
begin
    if held.acknowledged_at is not null or held.closed_at is not null then
        perform callintel_private.refuse_state(held.state);
    end if;
    update callintel_private.subject_requests r
       set acknowledged_at = now()
     where r.org_id = held.org_id and r.request_id = held.request_id;
    perform callintel_private.note_subject_request(held, held.state, 18::smallint, null);
end $$;
comment on function callintel.acknowledge_subject_request is
    'Records that the receipt of a request was confirmed to the person.';

create or replace function callintel.assign_subject_request(request uuid, member uuid) returns void
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    held callintel_private.subject_requests := callintel_private.lock_subject_request(request);
begin
    if held.closed_at is not null then
        perform callintel_private.refuse_state(held.state);
    end if;
    if member is not null
       and not exists (select from callintel_private.org_roles r
                        where r.org_id = held.org_id and r.member_id = member
                          and r.permissions & 256 /* manage_privacy */ = 256) then
        raise exception 'The member cannot handle requests: the org has no such member with the permission '
                        'ManagePrivacy.'
            using errcode = 'CI261', hint = 'Assign the request to an owner or admin.';
    end if;
    update callintel_private.subject_requests r
       set assigned_to = member
     where r.org_id = held.org_id and r.request_id = held.request_id;
    perform callintel_private.note_subject_request(held, held.state, 4::smallint, null);
end $$;
comment on function callintel.assign_subject_request is
    'Sets the member who handles a request; null if nobody does.';

-- A period can be extended once, and only while it runs.
create or replace function callintel.extend_subject_request(
    request uuid,
    due timestamptz,
    reason smallint,
    note bytea) returns void
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    held callintel_private.subject_requests := callintel_private.lock_subject_request(request);
begin
    if held.closed_at is not null or held.extended_at is not null or held.due_at <= now() then
        raise exception 'The period cannot be extended: it has ended, it was extended before, or the request is closed.'
            using errcode = 'CI402', hint = 'Answer the request.';
    end if;
    if coalesce(reason not between 1 and 3, true)
       or coalesce(due <= held.due_at or due > held.received_at + interval '130 days', true) then
        perform callintel_private.refuse_subject_request('the new deadline or the reason is out of range');
    end if;
    update callintel_private.subject_requests r
       set due_at = due, extended_at = now(), extension_reason = reason
     where r.org_id = held.org_id and r.request_id = held.request_id;
    perform callintel_private.note_subject_request(held, held.state, 5::smallint, note);
end $$;
comment on function callintel.extend_subject_request is 'Extends the period of a request, once, with a reason.';

create or replace function callintel.deny_subject_request(request uuid, basis smallint, note bytea) returns void
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    held callintel_private.subject_requests := callintel_private.lock_subject_request(request);
begin
    if basis is null or basis not between 1 and 11 then
        perform callintel_private.refuse_subject_request('the basis of the denial does not exist');
    end if;
    perform callintel_private.change_subject_request(held, 8::smallint, 6::smallint, note, basis);
end $$;
comment on function callintel.deny_subject_request is 'Closes a request as denied, with the legal basis.';

create or replace function callintel.cancel_subject_request(request uuid, note bytea) returns void
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    held callintel_private.subject_requests := callintel_private.lock_subject_request(request);
begin
    perform callintel_private.change_subject_request(held, 9::smallint, 7::smallint, note);
end $$;
comment on function callintel.cancel_subject_request is 'Closes a request that the person withdrew.';

create or replace function callintel.mark_duplicate_subject_request(request uuid, original uuid) returns void
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    held callintel_private.subject_requests := callintel_private.lock_subject_request(request);
begin
    if original = request
       or not exists (select from callintel_private.subject_requests r
                       where r.org_id = held.org_id and r.request_id = original and r.state <> 10) then
        raise exception 'The org has no such data subject request, or it is a duplicate itself.'
            using errcode = 'CI400', hint = 'Take the id from the list of requests.';
    end if;
    perform callintel_private.change_subject_request(held, 10::smallint, 8::smallint, null, null, original);
end $$;
comment on function callintel.mark_duplicate_subject_request is
    'Closes a request that repeats another one, which answers both.';

create or replace function callintel.complete_subject_request(request uuid, whole boolean, note bytea) returns void
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    held callintel_private.subject_requests := callintel_private.lock_subject_request(request);
begin
    -- A request for erasure (5) is completed by the erasure of the package, with a certificate.
    if held.request_type = 5 then
        perform callintel_private.refuse_state(held.state);
    end if;
    perform callintel_private.change_subject_request(
        held,
        case when whole then 6 else 7 end::smallint,
        case when whole then 16 else 17 end::smallint,
        note);
end $$;
comment on function callintel.complete_subject_request is
    'Records that a request was answered, in full or in part. Requests for erasure are completed by the erasure.';

-- Records are kept for at least 24 months after the request was closed.
create or replace function callintel.purge_subject_requests(months integer) returns bigint
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    org    uuid := callintel_private.require(256 /* manage_privacy */);
    purged bigint;
begin
    if months is null or months not between 24 and 1200 then
        perform callintel_private.refuse_subject_request('records are kept for 24 months or more');
    end if;
    delete from callintel_private.subject_requests r
     where r.org_id = org and r.closed_at < now() - make_interval(months => purge_subject_requests.months);
    get diagnostics purged = row_count;
    if purged > 0 then
        perform callintel_private.audit('purge', 'subject_requests', purged);
    end if;
    return purged;
end $$;
comment on function callintel.purge_subject_requests is
    'Deletes the records of requests that were closed so many months ago, at least 24. Returns how many there were.';

grant execute on function
    callintel.verify_subject_request,
    callintel.acknowledge_subject_request,
    callintel.assign_subject_request,
    callintel.extend_subject_request,
    callintel.deny_subject_request,
    callintel.cancel_subject_request,
    callintel.mark_duplicate_subject_request,
    callintel.complete_subject_request,
    callintel.purge_subject_requests
    to callintel_app;

reset role;
