-- purpose: reading the register of data subject requests, and its figures

set role callintel_definer;

-- Whether a contact is hidden from the session. The register would otherwise tell an admin without a purpose who a
-- hidden contact is: a request has its id beside the identities of the person. Contacts that were erased have no level.
create or replace function callintel_private.is_unseen(org uuid, contact uuid, max_level smallint) returns boolean
    language plpgsql stable as $$
begin
    return exists (select from callintel_private.contacts k
                    where k.org_id = org and k.id = contact and k.level > max_level);
end $$;

-- One row of the register without protected values.
create or replace function callintel.read_subject_requests(
    request uuid,
    only_open boolean,
    state smallint,
    request_type smallint,
    assigned_to uuid,
    contact uuid,
    due_before timestamptz,
    after_due timestamptz,
    after_id uuid,
    page integer)
    returns table (
        request_id uuid,
        regulation smallint,
        request_type_ smallint,
        manner smallint,
        state_ smallint,
        verification smallint,
        received_at timestamptz,
        opened_at timestamptz,
        opened_by uuid,
        acknowledge_by timestamptz,
        acknowledged_at timestamptz,
        due_at timestamptz,
        extended_at timestamptz,
        extension_reason smallint,
        assigned_to_ uuid,
        denial_basis smallint,
        duplicate_of uuid,
        closed_at timestamptz,
        contacts uuid[])
    language plpgsql stable rows 100 security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    org       uuid := callintel_private.require(256 /* manage_privacy */);
    max_level smallint := (select c.max_level from callintel_private.session_context c);
begin
    return query
    select r.request_id,
           r.regulation,
           r.request_type,
           r.manner,
           r.state,
           r.verification,
           r.received_at,
           r.opened_at,
           r.opened_by,
           r.acknowledge_by,
           r.acknowledged_at,
           r.due_at,
           r.extended_at,
           r.extension_reason,
           r.assigned_to,
           r.denial_basis,
           r.duplicate_of,
           r.closed_at,
           array(select c.contact_id
                   from callintel_private.subject_request_contacts c
                  where c.org_id = org and c.request_id = r.request_id
                    and not callintel_private.is_unseen(org, c.contact_id, max_level)
                  order by 1)
      from callintel_private.subject_requests r
     where r.org_id = org
       and (read_subject_requests.request is null or r.request_id = read_subject_requests.request)
       and (not coalesce(only_open, false) or r.closed_at is null)
       and (read_subject_requests.state is null or r.state = read_subject_requests.state)
       and (read_subject_requests.request_type is null or r.request_type = read_subject_requests.request_type)
       and (read_subject_requests.assigned_to is null or r.assigned_to = read_subject_requests.assigned_to)
       and (due_before is null or r.due_at < due_before)
       and (contact is null
            or exists (select from callintel_private.subject_request_contacts c
                        where c.org_id = org and c.request_id = r.request_id and c.contact_id = contact
                          and not callintel_private.is_unseen(org, contact, max_level)))
       and (after_id is null or (r.due_at, r.request_id) > (after_due, after_id))
     order by r.due_at, r.request_id
     limit least(page, 1000);
end $$;
comment on function callintel.read_subject_requests is
    'Returns a page of the register, the earliest deadline first: one request, only open ones, of a state, of a '
    'type, of a member, of a contact, due before a time; null means any. Contacts that are hidden from the session are '
    'left out. Returns at most 1000 rows.';

create or replace function callintel.read_subject_request_identities(request uuid)
    returns table (request_id uuid, ordinal smallint, kind smallint, value bytea)
    language plpgsql stable rows 5 security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    org uuid := callintel_private.require(256 /* manage_privacy */);
begin
    return query
    select i.request_id, i.ordinal, i.kind, i.value::bytea
      from callintel_private.subject_request_identities i
     where i.org_id = org and i.request_id = read_subject_request_identities.request
     order by i.ordinal;
end $$;
comment on function callintel.read_subject_request_identities is
    'Returns the encrypted identities that a request was made under.';

create or replace function callintel.read_subject_request_history(request uuid)
    returns table (
        request_id uuid,
        number integer,
        at timestamptz,
        actor uuid,
        from_state smallint,
        to_state smallint,
        reason smallint,
        note bytea)
    language plpgsql stable rows 20 security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    org uuid := callintel_private.require(256 /* manage_privacy */);
begin
    return query
    select h.request_id, h.number, h.at, h.actor, h.from_state, h.to_state, h.reason, h.note::bytea
      from callintel_private.subject_request_history h
     where h.org_id = org and h.request_id = read_subject_request_history.request
     order by h.number;
end $$;
comment on function callintel.read_subject_request_history is
    'Returns what was done about a request, with encrypted notes, the oldest entry first.';

-- Open requests of the same type with one of the numbers: what a new request may repeat.
create or replace function callintel.find_subject_requests(indexes uuid[], request_type smallint)
    returns table (request_id uuid)
    language plpgsql stable rows 5 security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    org uuid := callintel_private.require(256 /* manage_privacy */);
begin
    return query
    select r.request_id
      from callintel_private.subject_requests r
     where r.org_id = org and r.closed_at is null and r.request_type = find_subject_requests.request_type
       and r.request_id in (select i.request_id
                              from callintel_private.subject_request_identities i
                             where i.org_id = org and i.number_index = any (indexes))
     order by r.request_id
     limit 10;
end $$;
comment on function callintel.find_subject_requests is
    'Returns up to 10 open requests of a type that were made under one of these numbers, given by blind indexes.';

create or replace function callintel.measure_subject_requests(range_from timestamptz, range_to timestamptz)
    returns table (
        regulation smallint,
        request_type smallint,
        received bigint,
        open bigint,
        completed bigint,
        partial bigint,
        denied bigint,
        withdrawn bigint,
        duplicates bigint,
        late bigint,
        median_days double precision)
    language plpgsql stable rows 20 security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    org uuid := callintel_private.require(256 /* manage_privacy */);
begin
    return query
    with answers as materialized (
        select r.regulation,
               r.request_type,
               r.state,
               r.due_at,
               -- A request that was answered in part has an answer, and stays open.
               (select min(h.at)
                  from callintel_private.subject_request_history h
                 where h.org_id = org and h.request_id = r.request_id and h.to_state in (6, 7, 8)) as answered_at,
               r.received_at,
               r.closed_at
          from callintel_private.subject_requests r
         where r.org_id = org and r.received_at >= range_from and r.received_at < range_to
    )
    select a.regulation,
           a.request_type,
           count(*),
           count(*) filter (where a.closed_at is null and a.state <> 7),
           count(*) filter (where a.state = 6),
           count(*) filter (where a.state = 7),
           count(*) filter (where a.state = 8),
           count(*) filter (where a.state = 9),
           count(*) filter (where a.state = 10),
           count(*) filter (where a.state not in (9, 10) and coalesce(a.answered_at, now()) >= a.due_at),
           percentile_cont(0.5) within group (
               order by extract(epoch from a.answered_at - a.received_at)::double precision / 86400)
      from answers a
     group by a.regulation, a.request_type
     order by a.regulation, a.request_type;
end $$;
comment on function callintel.measure_subject_requests is
    'Counts the requests that were received in a range of time, by regulation and type, with the median number of '
    'days from the receipt to the first answer.';

grant execute on function
    callintel.read_subject_requests,
    callintel.read_subject_request_identities,
    callintel.read_subject_request_history,
    callintel.find_subject_requests,
    callintel.measure_subject_requests
    to callintel_app;

reset role;
