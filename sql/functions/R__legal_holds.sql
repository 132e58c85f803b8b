-- purpose: legal holds: contacts whose data may not be deleted for now
-- A hold defers erasure and retention, also if it is placed after an erasure was asked for: every step of an erasure
-- looks for holds under the lock that placing a hold takes.

set role callintel_definer;

-- Takes the locks of everything that decides about the data of contacts, and returns the org. No batch is merged and no
-- privacy rule, hold or role changes until the transaction ends.
create or replace function callintel_private.lock_erasures() returns uuid
    language plpgsql volatile as $$
declare
    verified record := (select c from callintel_private.session_context c);
    org      uuid := callintel_private.require(256 /* manage_privacy */);
begin
    perform callintel_private.lock_merges(verified.lock_number);
    -- Written, not only locked, so that a transaction with an older snapshot fails instead of deciding on it.
    update callintel_private.orgs o set name = o.name where o.org_id = org;
    perform callintel_private.require_still(256 /* manage_privacy */);
    return org;
end $$;

-- Hidden contacts require a purpose, as everywhere.
create or replace function callintel_private.refuse_hidden(org uuid, contacts uuid[]) returns void
    language plpgsql stable as $$
begin
    if callintel.current_permissions() & 4096 /* see_hidden */ = 0
       and exists (select from callintel_private.privacy_rules r
                    where r.org_id = org and r.contact_id = any (contacts) and r.level = 3) then
        raise exception 'A hidden contact can only be changed in a session with a purpose.'
            using errcode = 'CI198', hint = 'Open the session with OrgIdentity.Purpose.';
    end if;
end $$;

-- Returns those of the contacts that are under a hold themselves, or are merged with a contact under one: they are one
-- person.
create or replace function callintel_private.held_contacts(org uuid, contacts uuid[]) returns uuid[]
    language plpgsql stable as $$
begin
    if not exists (select from callintel_private.legal_holds h where h.org_id = org and h.released_at is null) then
        return '{}';
    end if;
    return array(
        select x.contact_id
          from unnest(contacts) x (contact_id)
         where exists (select from callintel_private.legal_holds h
                        where h.org_id = org and h.released_at is null
                          and h.contact_id = any (callintel_private.merged_group(org, x.contact_id))));
end $$;

-- Returns those of the events that are kept because of a hold: of a held contact, or with one as a participant.
create or replace function callintel_private.held_events(org uuid, ids uuid[]) returns uuid[]
    language plpgsql stable as $$
declare
    held uuid[];
begin
    if ids = '{}' or not exists (select from callintel_private.legal_holds h
                                  where h.org_id = org and h.released_at is null) then
        return '{}';
    end if;
    held := (callintel_private.spared_contacts(org)).held;
    return array(
        select e.id
          from callintel_private.events e
         where e.org_id = org and e.id = any (ids)
           and (e.contact_id = any (held)
                or exists (select from callintel_private.event_participants p
                            where p.org_id = org and p.event_id = e.id and p.party_id = any (held))));
end $$;

create or replace function callintel.place_hold(contact uuid, reason smallint, note bytea) returns uuid
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    org  uuid := callintel_private.lock_erasures();
    hold uuid := callintel_private.new_id();
begin
    -- Without a purpose, a hidden contact does not exist.
    if not exists (select from callintel_private.contacts c
                    where c.org_id = org and c.id = contact
                      and (c.level < 3 or callintel.current_permissions() & 4096 /* see_hidden */ <> 0)) then
        raise exception 'The contact does not exist.'
            using errcode = 'CI152', hint = 'Take the id from an event or from FindByNumberAsync.';
    end if;
    if place_hold.reason is null or place_hold.reason not between 1 and 4 then
        raise exception 'The reason of the hold is unknown.'
            using errcode = 'CI371', hint = 'Use a value of LegalHoldReason.';
    end if;
    perform callintel_private.require_keys_of(org, array[note]);
    insert into callintel_private.legal_holds (org_id, hold_id, contact_id, reason, note, placed_by)
    values (org, hold, contact, place_hold.reason, place_hold.note, callintel.current_member());
    perform callintel_private.audit('hold', 'contacts', 1, contact, hold::text);
    return hold;
end $$;
comment on function callintel.place_hold is
    'Puts a contact under a legal hold, so that its data is not deleted: not by an erasure, by retention, by a member '
    'or by a deletion that a source reports. Returns the id.';

-- What an erasure deferred because of the hold is erased now, if no other hold is left. The erasure begins again with
-- its first step; what it has deleted stays deleted.
create or replace function callintel.release_hold(hold uuid) returns uuid[]
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    org     uuid := callintel_private.lock_erasures();
    freed   uuid;
    waiting uuid[];
    request uuid;
begin
    freed := (select h.contact_id from callintel_private.legal_holds h where h.org_id = org and h.hold_id = hold);
    if freed is null then
        raise exception 'The org has no such legal hold.'
            using errcode = 'CI372', hint = 'Take the id from ListHoldsAsync.';
    end if;
    perform callintel_private.refuse_hidden(org, array[freed]);
    update callintel_private.legal_holds h
       set released_at = now(), released_by = callintel.current_member()
     where h.org_id = org and h.hold_id = hold and h.released_at is null;
    if not found then
        return '{}';
    end if;
    perform callintel_private.audit('release', 'contacts', 1, freed, hold::text);
    waiting := array(
        select distinct x.request_id
          from callintel_private.erasure_contacts x
         where x.org_id = org and x.state = 2
           and callintel_private.held_contacts(org, array[x.contact_id]) = '{}');
    foreach request in array waiting loop
        update callintel_private.erasure_contacts x
           set state = 1
         where x.org_id = org and x.request_id = request and x.state = 2
           and callintel_private.held_contacts(org, array[x.contact_id]) = '{}';
        update callintel_private.erasures e
           set step = 1, completed_at = null
         where e.org_id = org and e.request_id = request;
        -- Executing, because a hold was released.
        perform callintel_private.follow_request(org, request, 5, 14);
        perform callintel_private.enqueue_job('erase_subject', request::text, jsonb_build_object('request', request));
    end loop;
    return waiting;
end $$;
comment on function callintel.release_hold is
    'Releases a legal hold. Returns the requests whose deferred erasures a worker now continues. Releasing a hold '
    'again changes nothing.';

create or replace function callintel.read_holds(contact uuid, after_hold uuid, page integer)
    returns table (
        hold_id uuid,
        contact_id uuid,
        reason smallint,
        note bytea,
        placed_by uuid,
        placed_at timestamptz,
        released_by uuid,
        released_at timestamptz)
    language plpgsql stable rows 10 security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    org    uuid    := callintel_private.require(256 /* manage_privacy */);
    hidden boolean := callintel.current_permissions() & 4096 /* see_hidden */ = 0;
begin
    return query
    select h.hold_id,
           h.contact_id,
           h.reason,
           h.note::bytea,
           h.placed_by,
           h.placed_at,
           h.released_by,
           h.released_at
      from callintel_private.legal_holds h
     where h.org_id = org
       and (contact is null or h.contact_id = contact)
       and h.hold_id > coalesce(after_hold, '00000000-0000-0000-0000-000000000000')
       and not (hidden and exists (select from callintel_private.privacy_rules r
                                    where r.org_id = org and r.contact_id = h.contact_id and r.level = 3))
     order by h.hold_id limit least(page, 1000);
end $$;
comment on function callintel.read_holds is
    'Returns a page of the legal holds of the org or of one contact, including released ones, to sessions with the '
    'permission ManagePrivacy. Holds of hidden contacts require a purpose.';

grant execute on function callintel.place_hold, callintel.release_hold, callintel.read_holds to callintel_app;
reset role;
