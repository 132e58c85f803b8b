-- purpose: erasures of contacts: asking for one, its steps, and its certificate. R__erasure_steps.sql deletes the rows.
-- An erasure goes from step to step, and each step is a transaction of its own that can be repeated. So it continues
-- where it ended, whatever interrupts it.

set role callintel_definer;

-- The contacts that an erasure still has to erase.
create or replace function callintel_private.open_contacts(org uuid, request uuid) returns uuid[]
    language plpgsql stable as $$
begin
    return array(select x.contact_id from callintel_private.erasure_contacts x
                  where x.org_id = org and x.request_id = request and x.state = 1
                  order by x.contact_id);
end $$;

-- Defers contacts that are under a hold by now. An entry in the ledger revokes what an earlier one announced, so
-- that a restored database does not erase them either.
create or replace function callintel_private.defer_held(org uuid, request uuid) returns void
    language plpgsql volatile as $$
declare
    held uuid[] := callintel_private.held_contacts(org, callintel_private.open_contacts(org, request));
begin
    if held = '{}' then
        return;
    end if;
    update callintel_private.erasure_contacts x
       set state = 2, closed_at = null
     where x.org_id = org and x.request_id = request and x.contact_id = any (held);
    if exists (select from callintel_private.erasure_ledger l
                where l.org_id = org and l.request_id = request and l.kind = 1 and l.contacts && held) then
        perform callintel_private.append_ledger(org, 2::smallint, request, held, '{}');
    end if;
    perform callintel_private.audit('defer', 'contacts', cardinality(held), null, request::text);
end $$;

-- Begins a step: locks, defers what is under a hold, and tells whether the step has still to be done. A step that was
-- done is not done again; one that is not due is refused.
create or replace function callintel_private.begin_step(request uuid, wanted smallint, out org uuid, out is_due boolean)
    language plpgsql volatile as $$
declare
    present smallint;
begin
    org := callintel_private.lock_erasures();
    present := (select e.step from callintel_private.erasures e where e.org_id = org and e.request_id = request);
    if present is null then
        raise exception 'The org has no such erasure.'
            using errcode = 'CI373', hint = 'Ask for the erasure first.';
    end if;
    if present < wanted then
        raise exception 'The step of the erasure is not due yet.'
            using errcode = 'CI374', hint = 'Run the steps of an erasure in their order.';
    end if;
    is_due := present = wanted;
    if is_due then
        perform callintel_private.defer_held(org, request);
    end if;
end $$;

create or replace function callintel_private.end_step(org uuid, request uuid, next smallint) returns void
    language plpgsql volatile as $$
begin
    update callintel_private.erasures e set step = next where e.org_id = org and e.request_id = request;
end $$;

-- Adds to what the certificate says. The actions are those of the SDK's ErasureAction.
create or replace function callintel_private.count_erased(
    org uuid,
    request uuid,
    relation text,
    action integer,
    rows bigint) returns void language plpgsql volatile as $$
begin
    if rows > 0 then
        insert into callintel_private.erasure_rows as r (org_id, request_id, relation, action, rows)
        values (org, request, count_erased.relation, count_erased.action, count_erased.rows)
        on conflict on constraint erasure_rows_org_id_request_id_relation_action_pk
        do update set rows = r.rows + excluded.rows;
    end if;
end $$;

create or replace function callintel.request_erasure(request uuid, suppress boolean) returns void
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    org    uuid := callintel_private.lock_erasures();
    held   callintel_private.subject_requests := callintel_private.lock_subject_request(request);
    named  uuid[];
    people uuid[];
begin
    -- 5 is a request for erasure.
    if held.request_type <> 5 then
        perform callintel_private.refuse_state(held.state);
    end if;
    if exists (select from callintel_private.erasures e where e.org_id = org and e.request_id = request) then
        return;
    end if;
    named := array(select c.contact_id from callintel_private.subject_request_contacts c
                    where c.org_id = org and c.request_id = request);
    people := array(select distinct g
                      from unnest(named) c, unnest(callintel_private.merged_group(org, c)) g
                     where exists (select from callintel_private.contacts k where k.org_id = org and k.id = g));
    perform callintel_private.refuse_hidden(org, people);
    if named = '{}' then
        raise exception 'The request names no contact.'
            using errcode = 'CI152', hint = 'Find the contacts with DiscoverAsync first.';
    end if;
    insert into callintel_private.erasures (org_id, request_id, requested_by, suppresses)
    values (org, request, callintel.current_member(), coalesce(suppress, true));
    -- A contact whose row is gone already counts as erased when the erasure ends.
    insert into callintel_private.erasure_contacts (org_id, request_id, contact_id)
    select org, request, p from unnest(people || named) p
        on conflict do nothing;
    perform callintel_private.move_subject_request(request, 5::smallint, 15::smallint);
    perform callintel_private.audit('request erasure', 'contacts', cardinality(people), null, request::text);
end $$;
comment on function callintel.request_erasure is
    'Registers the erasure of the contacts of a request, and of those they are merged with. Nothing is deleted yet. '
    'Calling it again for the same request changes nothing.';

-- The register of requests of a restored database may lack the request.
create or replace function callintel_private.follow_request(org uuid, request uuid, state integer, reason integer)
    returns void language plpgsql volatile as $$
begin
    if exists (select from callintel_private.subject_requests r where r.org_id = org and r.request_id = request) then
        perform callintel_private.move_subject_request(request, follow_request.state::smallint, reason::smallint);
    end if;
end $$;

create or replace function callintel.enqueue_erasure(request uuid) returns uuid
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    org uuid := callintel_private.require(256 /* manage_privacy */);
begin
    if not exists (select from callintel_private.erasures e where e.org_id = org and e.request_id = request) then
        raise exception 'The org has no such erasure.'
            using errcode = 'CI373', hint = 'Ask for the erasure first.';
    end if;
    return callintel_private.enqueue_job('erase_subject', request::text, jsonb_build_object('request', request));
end $$;
comment on function callintel.enqueue_erasure is 'Lets a worker run an erasure. Returns the id of the job.';

create or replace function callintel.read_erasure(request uuid)
    returns table (
        step smallint,
        suppresses boolean,
        requested_by uuid,
        requested_at timestamptz,
        completed_at timestamptz,
        height bigint,
        digest bytea,
        open_contacts uuid[],
        held_contacts uuid[],
        erased_contacts uuid[])
    language plpgsql stable rows 1 security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    org uuid := callintel_private.require(256 /* manage_privacy */);
begin
    return query
    select e.step,
           e.suppresses,
           e.requested_by,
           e.requested_at,
           e.completed_at,
           e.height,
           (select l.digest from callintel_private.erasure_ledger l where l.org_id = org and l.height = e.height),
           callintel_private.open_contacts(org, request),
           array(select x.contact_id from callintel_private.erasure_contacts x
                  where x.org_id = org and x.request_id = request and x.state = 2 order by x.contact_id),
           array(select x.contact_id from callintel_private.erasure_contacts x
                  where x.org_id = org and x.request_id = request and x.state = 3 order by x.contact_id)
      from callintel_private.erasures e
     where e.org_id = org and e.request_id = request;
end $$;
comment on function callintel.read_erasure is
    'Returns the progress of an erasure and the state of its contacts, to sessions with the permission ManagePrivacy.';

create or replace function callintel.read_erasure_rows(request uuid)
    returns table (relation text, action smallint, rows bigint)
    language plpgsql stable rows 20 security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    org uuid := callintel_private.require(256 /* manage_privacy */);
begin
    return query
    select r.relation, r.action, r.rows
      from callintel_private.erasure_rows r
     where r.org_id = org and r.request_id = request
     order by r.relation, r.action;
end $$;
comment on function callintel.read_erasure_rows is
    'Returns how many rows of each table an erasure has deleted or changed, to sessions with the permission '
    'ManagePrivacy.';

create or replace function callintel.read_erasure_certificates(request uuid)
    returns table (height bigint, issued_at timestamptz, certificate text)
    language plpgsql stable rows 1 security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    org uuid := callintel_private.require(256 /* manage_privacy */);
begin
    return query
    select c.height, c.issued_at, c.certificate
      from callintel_private.erasure_certificates c
     where c.org_id = org and c.request_id = request
     order by c.height;
end $$;
comment on function callintel.read_erasure_certificates is
    'Returns the certificates of an erasure, the oldest first, to sessions with the permission ManagePrivacy.';

-- Step 1. Nothing is destroyed before the entry is in the ledger and, by step 2, outside of the database.
create or replace function callintel.log_erasure(request uuid, numbers uuid[]) returns bigint
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    begun  record := callintel_private.begin_step(request, 1::smallint);
    people uuid[];
begin
    if begun.is_due then
        people := callintel_private.open_contacts(begun.org, request);
        if people <> '{}' then
            perform callintel_private.append_ledger(
                begun.org,
                1::smallint,
                request,
                people,
                case when (select e.suppresses from callintel_private.erasures e
                            where e.org_id = begun.org and e.request_id = request)
                     then array(select distinct n from unnest(numbers) n order by n)
                     else '{}' end);
        end if;
        perform callintel_private.end_step(begun.org, request, case when people = '{}' then 9 else 2 end::smallint);
    end if;
    return (select e.height from callintel_private.erasures e
             where e.org_id = begun.org and e.request_id = request);
end $$;
comment on function callintel.log_erasure is
    'Step 1 of an erasure: appends it to the ledger, with the digests of the numbers. Returns the height of the entry; '
    'null if legal holds defer all of the contacts.';

-- Step 2, and the end of step 4, whose work the SDK does: it copies the ledger out of the database, and it removes the
-- texts of rejected records.
create or replace function callintel.confirm_erasure_step(request uuid, step smallint) returns void
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    begun record;
begin
    if (confirm_erasure_step.step in (2, 4, 8)) is not true then
        raise exception 'The step of the erasure cannot be confirmed.'
            using errcode = 'CI374', hint = 'Run the steps of an erasure in their order.';
    end if;
    begun := callintel_private.begin_step(request, confirm_erasure_step.step);
    if begun.is_due then
        perform callintel_private.end_step(begun.org, request, (confirm_erasure_step.step + 1)::smallint);
    end if;
end $$;
comment on function callintel.confirm_erasure_step is
    'Ends a step of an erasure whose work is done outside of the database: 2 the copy of the ledger, 4 rejected '
    'records, 8 the verification.';

-- An erasure whose verification finds rows begins again with the deletion of events: something was stored meanwhile.
create or replace function callintel.repeat_erasure(request uuid) returns void
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    begun record := callintel_private.begin_step(request, 8::smallint);
begin
    if begun.is_due then
        perform callintel_private.end_step(begun.org, request, 5::smallint);
    end if;
end $$;
comment on function callintel.repeat_erasure is
    'Lets an erasure whose verification found rows delete again, beginning with the events.';

-- Step 9. The certificate says what the SDK verified; what a person is found by is looked for once more.
create or replace function callintel.complete_erasure(request uuid, certificate text) returns void
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    begun  record := callintel_private.begin_step(request, 9::smallint);
    people uuid[];
    entry  bigint;
begin
    if not begun.is_due then
        return;
    end if;
    people := callintel_private.open_contacts(begun.org, request);
    if exists (select from callintel_private.events e where e.org_id = begun.org and e.contact_id = any (people))
       or exists (select from callintel_private.event_contents c
                   where c.org_id = begun.org and c.sealed_for = any (people))
       or exists (select from callintel_private.contact_numbers n
                   where n.org_id = begun.org and n.contact_id = any (people))
       or exists (select from callintel_private.contacts c where c.org_id = begun.org and c.id = any (people))
       or exists (select from callintel_private.data_keys k
                   where k.org_id = begun.org and k.purpose = 'person' and k.subject_id = any (people)
                     and k.state <> 4) then
        raise exception 'Data of a contact remains that should have been erased.'
            using errcode = 'CI376', hint = 'Run the erasure again; it deletes what was stored meanwhile.';
    end if;
    entry := coalesce((select e.height from callintel_private.erasures e
                        where e.org_id = begun.org and e.request_id = request), 0);
    insert into callintel_private.erasure_certificates as c (org_id, request_id, height, certificate)
    values (begun.org, request, entry, complete_erasure.certificate)
    on conflict on constraint erasure_certificates_org_id_request_id_height_pk
    do update set certificate = excluded.certificate, issued_at = now();
    update callintel_private.erasure_contacts x
       set state = 3, closed_at = coalesce(x.closed_at, now())
     where x.org_id = begun.org and x.request_id = request and x.state = 1;
    update callintel_private.erasures e
       set step = 10, completed_at = now()
     where e.org_id = begun.org and e.request_id = request;
    -- Partial, because a hold was applied; or completed.
    if exists (select from callintel_private.erasure_contacts x
                where x.org_id = begun.org and x.request_id = request and x.state = 2) then
        perform callintel_private.follow_request(begun.org, request, 7, 13);
    else
        perform callintel_private.follow_request(begun.org, request, 6, 16);
    end if;
    perform callintel_private.audit('complete erasure', 'contacts', cardinality(people), null, request::text);
end $$;
comment on function callintel.complete_erasure is
    'Step 9 of an erasure: stores its certificate and ends it. Contacts under a legal hold stay deferred.';

grant execute on function
    callintel.request_erasure,
    callintel.enqueue_erasure,
    callintel.read_erasure,
    callintel.read_erasure_rows,
    callintel.read_erasure_certificates,
    callintel.log_erasure,
    callintel.confirm_erasure_step,
    callintel.repeat_erasure,
    callintel.complete_erasure
    to callintel_app;
reset role;
