-- purpose: the register of data subject requests: opening a request and moving it from state to state
-- Every function requires ManagePrivacy, looks again after it holds the row, and adds an entry to the history. Feature
-- code of the package moves a request with move_subject_request (ADR 0044).

set role callintel_definer;

-- Locks a request of the session's org. A context of a job has no member whose role could have changed.
create or replace function callintel_private.lock_subject_request(request uuid)
    returns callintel_private.subject_requests
    language plpgsql volatile as $$
declare
    org     uuid := callintel_private.require(256 /* manage_privacy */);
    locked  callintel_private.subject_requests;
begin
    select r.* into locked from callintel_private.subject_requests r
     where r.org_id = org and r.request_id = request for update;
    if callintel.current_member() <> callintel_private.nil() then
        perform callintel_private.require_still(256 /* manage_privacy */);
    end if;
    if locked.request_id is null then
        raise exception 'The org has no such data subject request.'
            using errcode = 'CI400', hint = 'Take the id from the list of requests.';
    end if;
    return locked;
end $$;

create or replace function callintel_private.refuse_subject_request(problem text) returns void
    language plpgsql stable as $$
begin
    raise exception 'The data subject request is not valid: %.', problem
        using errcode = 'CI401', hint = 'Correct the value and repeat the call.';
end $$;

-- Whether a request may go from one state to another. Nothing is executed for an identity that was not verified, except
-- an opt-out, which needs no verification.
create or replace function callintel_private.may_move_subject_request(
    request callintel_private.subject_requests,
    to_state smallint) returns boolean
    language plpgsql immutable as $$
begin
    return coalesce(
               request.state = 1 and to_state in (2, 3, 4, 5, 6, 8, 9, 10)      -- received
               or request.state = 2 and to_state in (3, 4, 5, 6, 8, 9, 10)      -- identity unverified
               or request.state = 3 and to_state in (2, 4, 5, 6, 7, 8, 9, 10)   -- verified
               or request.state = 4 and to_state in (1, 2, 3, 5, 7, 8, 9, 10)   -- on hold
               or request.state = 5 and to_state in (3, 4, 6, 7, 8)             -- executing
               or request.state = 7 and to_state in (4, 5, 6),                  -- partial
               false)
       and (to_state not in (3, 5, 6, 7) or request.verification > 0
            or request.request_type = 7 and to_state <> 3);
end $$;

-- The caller holds the row of the request, so numbers are not taken twice.
create or replace function callintel_private.note_subject_request(
    request callintel_private.subject_requests,
    to_state smallint,
    reason smallint,
    note bytea) returns void
    language plpgsql volatile as $$
begin
    if note is not null then
        perform callintel_private.require_keys_of(request.org_id, array[note]);
    end if;
    insert into callintel_private.subject_request_history (
        org_id,
        request_id,
        number,
        actor,
        from_state,
        to_state,
        reason,
        note)
    select request.org_id,
           request.request_id,
           coalesce(max(h.number), 0) + 1,
           callintel.current_member(),
           nullif(request.state, 0),
           note_subject_request.to_state,
           note_subject_request.reason,
           note_subject_request.note
      from callintel_private.subject_request_history h
     where h.org_id = request.org_id and h.request_id = request.request_id;
    perform callintel_private.audit(
        'state ' || note_subject_request.to_state,
        'subject_requests',
        1,
        null,
        request.request_id::text);
end $$;

create or replace function callintel_private.change_subject_request(
    request callintel_private.subject_requests,
    to_state smallint,
    reason smallint,
    note bytea,
    denial_basis smallint default null,
    duplicate_of uuid default null) returns void
    language plpgsql volatile as $$
begin
    if not callintel_private.may_move_subject_request(request, to_state) then
        raise exception 'The request cannot go from state % to state %.', request.state, to_state
            using errcode = 'CI402',
                  hint = 'Read the state of the request. Verify the identity before a request is executed.';
    end if;
    update callintel_private.subject_requests r
       set state = change_subject_request.to_state,
           denial_basis = change_subject_request.denial_basis,
           duplicate_of = change_subject_request.duplicate_of,
           closed_at = case when change_subject_request.to_state in (6, 8, 9, 10) then now() end
     where r.org_id = request.org_id and r.request_id = request.request_id;
    perform callintel_private.note_subject_request(request, to_state, reason, note);
end $$;

-- For other features of the package, which execute requests: sets the state of a request of the session's org, and
-- returns the state it had. A request that is in the state already stays as it is, so that a step can be repeated.
create or replace function callintel_private.move_subject_request(
    request uuid,
    to_state smallint,
    reason smallint,
    note bytea default null) returns smallint
    language plpgsql volatile as $$
declare
    held callintel_private.subject_requests := callintel_private.lock_subject_request(request);
begin
    if held.state <> to_state then
        perform callintel_private.change_subject_request(held, to_state, reason, note);
    end if;
    return held.state;
end $$;

create or replace function callintel.open_subject_request(
    request uuid,
    regulation smallint,
    request_type smallint,
    manner smallint,
    received timestamptz,
    acknowledge_by timestamptz,
    due timestamptz,
    kinds smallint[],
    identities bytea[],
    indexes uuid[],
    version integer,
    contacts uuid[]) returns void
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    verified record := (select c from callintel_private.session_context c);
    org      uuid := callintel_private.require(256 /* manage_privacy */);
    opened   callintel_private.subject_requests;
begin
    if coalesce(regulation not between 1 and 4 or request_type not between 1 and 7 or manner not between 0 and 6, true)
    then
        perform callintel_private.refuse_subject_request('the regulation, the type or the manner does not exist');
    end if;
    -- The longest period is three months and the end of a series of holidays.
    if coalesce(received not between now() - interval '10 years' and now() + interval '1 day'
                or due <= received or due > received + interval '130 days'
                or acknowledge_by <= received or acknowledge_by > due, received is null or due is null) then
        perform callintel_private.refuse_subject_request('the time of receipt or a deadline is out of range');
    end if;
    if coalesce(cardinality(identities), 0) + coalesce(cardinality(contacts), 0) not between 1 and 100
       or cardinality(kinds) is distinct from cardinality(identities)
       or cardinality(indexes) is distinct from cardinality(identities)
       or 1 = any (select 1 from unnest(kinds, identities) i (kind, value)
                    where i.kind not between 1 and 5 or i.kind is null or i.value is null) then
        perform callintel_private.refuse_subject_request('it needs 1 to 100 identities and contacts');
    end if;
    perform callintel_private.require_keys_of(org, identities);
    perform callintel_private.check_subject_contacts(org, contacts);
    if version is distinct from callintel.blind_index_version()
       and 1 = any (select 1 from unnest(indexes) i where i is not null) then
        raise exception 'The numbers were indexed with a version of the blind-index key that is not the active one.'
            using errcode = 'CI143', hint = 'Repeat the call.';
    end if;
    insert into callintel_private.subject_requests (
        org_id,
        request_id,
        regulation,
        request_type,
        manner,
        received_at,
        opened_by,
        acknowledge_by,
        due_at)
    values (
        org,
        request,
        open_subject_request.regulation,
        open_subject_request.request_type,
        open_subject_request.manner,
        received,
        verified.member_id,
        open_subject_request.acknowledge_by,
        due)
        on conflict on constraint subject_requests_org_id_request_id_pk do nothing;
    if not found then
        perform callintel_private.refuse_subject_request('its id is in use');
    end if;
    insert into callintel_private.subject_request_identities (
        org_id,
        request_id,
        ordinal,
        kind,
        value,
        number_index,
        index_version)
    select org, request, i.place, i.kind, i.value, i.number_index, case when i.number_index is not null then version end
      from unnest(kinds, identities, indexes) with ordinality i (kind, value, number_index, place);
    insert into callintel_private.subject_request_contacts (org_id, request_id, contact_id)
    select distinct org, request, c from unnest(contacts) c;
    opened.org_id := org;
    opened.request_id := request;
    opened.state := 0;
    perform callintel_private.note_subject_request(opened, 1::smallint, 1::smallint, null);
end $$;
comment on function callintel.open_subject_request is
    'Enters a data subject request in the register, with the encrypted identities that it was made under.';

-- A contact that the session may not see does not exist for it.
create or replace function callintel_private.check_subject_contacts(org uuid, contacts uuid[]) returns void
    language plpgsql stable as $$
begin
    if 1 = any (select 1
                  from unnest(contacts) w
                 where not exists (select from callintel_private.contacts c
                                    where c.org_id = org and c.id = w
                                      and c.level <= (select s.max_level from callintel_private.session_context s)))
    then
        raise exception 'There is no such contact, or none that this member may see.'
            using errcode = 'CI152', hint = 'Take the id from an event or from FindByNumberAsync.';
    end if;
end $$;

grant execute on function callintel.open_subject_request to callintel_app;

reset role;
