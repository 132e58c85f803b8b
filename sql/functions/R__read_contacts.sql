-- purpose: finding contacts, reading their numbers and names, and setting names, for the SDK
-- The functions belong to callintel_member, whose policies limit them to the org and to what the session may see.

set role callintel_definer;
grant execute on function callintel.blind_index_version to callintel_member;

set role callintel_member;

-- One statement has one snapshot, so the version was the latest one when nothing was found.
create or replace function callintel.find_contact(indexes uuid[], out index_version integer, out contact_id uuid)
    language plpgsql stable security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    org      uuid := (select c.org_id from callintel_private.session_context c);
begin
    select callintel.blind_index_version(),
           (select n.contact_id
              from callintel_private.contact_numbers n
             where n.org_id = org and n.number_index = any (indexes)
             limit 1)
      into index_version, contact_id;
end $$;
comment on function callintel.find_contact is
    'Returns the contact that a number belongs to, given by its blind indexes, and the version of the blind-index key '
    'that numbers are stored under now.';

create or replace function callintel.read_contact_numbers(contact uuid)
    returns table (kind smallint, number_index uuid, number bytea, replaced_at timestamptz)
    language plpgsql stable rows 10 security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    org      uuid := (select c.org_id from callintel_private.session_context c);
begin
    return query
    select n.kind, n.number_index, n.number::bytea, n.replaced_at
      from callintel_private.contact_numbers n
     where n.org_id = org and n.contact_id = contact
     order by n.created_at, n.number_index;
end $$;
comment on function callintel.read_contact_numbers is
    'Returns the encrypted numbers of a contact, the oldest first, with those that were replaced.';

create or replace function callintel.read_first_numbers(contacts uuid[])
    returns table (contact_id uuid, kind smallint, number_index uuid, number bytea)
    language plpgsql stable rows 100 security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    org      uuid := (select c.org_id from callintel_private.session_context c);
begin
    return query
    select c.id, n.kind, n.number_index, n.number::bytea
      from unnest(contacts) as c (id)
     cross join lateral (select x.kind, x.number_index, x.number from callintel_private.contact_numbers x
                          where x.org_id = org and x.contact_id = c.id and x.replaced_at is null
                          order by x.created_at, x.number_index limit 1) n;
end $$;
comment on function callintel.read_first_numbers is 'Returns the oldest encrypted number of each of the contacts.';

create or replace function callintel.read_contact_names(contacts uuid[])
    returns table (contact_id uuid, display_name bytea)
    language plpgsql stable rows 100 security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    org      uuid := (select c.org_id from callintel_private.session_context c);
begin
    return query
    select p.contact_id, p.display_name::bytea
      from callintel_private.contact_profiles p
     where p.org_id = org and p.contact_id = any (contacts);
end $$;
comment on function callintel.read_contact_names is
    'Returns the encrypted names of those of the contacts that have one.';

-- Roles that see contacts masked have no profiles and numbers to join.
create or replace function callintel.read_contact_labels(contacts uuid[])
    returns table (contact_id uuid, display_name bytea, number_index uuid, number bytea)
    language plpgsql stable rows 100 security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    org      uuid := (select c.org_id from callintel_private.session_context c);
begin
    return query
    select c.id, p.display_name::bytea, n.number_index, n.number::bytea
      from callintel_private.contacts c
      left join callintel_private.contact_profiles p on p.org_id = org and p.contact_id = c.id
      left join lateral (select x.number_index, x.number from callintel_private.contact_numbers x
                          where x.org_id = org and x.contact_id = c.id and x.replaced_at is null
                          order by x.created_at, x.number_index
                          limit 1) n on true
     where c.org_id = org and c.id = any (contacts);
end $$;
comment on function callintel.read_contact_labels is
    'Returns those of the contacts that the session may see, each with its encrypted name and its oldest encrypted '
    'number if the session may see these too.';

create or replace function callintel.may_name_contact(contact uuid, out is_allowed boolean, out is_found boolean)
    language plpgsql stable security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    verified record := (select c from callintel_private.session_context c);
    org      uuid := verified.org_id;
begin
    is_allowed := verified.permissions & 64 /* write_contacts */ = 64;
    is_found := exists (select from callintel_private.contacts c where c.org_id = org and c.id = contact);
end $$;
comment on function callintel.may_name_contact is
    'Returns whether the session''s role may name contacts, and whether the contact exists and is visible to the '
    'session. The SDK asks before it creates a key of the person.';

create or replace function callintel.set_contact_name(contact uuid, display_name bytea) returns boolean
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    verified record := (select c from callintel_private.session_context c);
    org      uuid := verified.org_id;
begin
    if verified.permissions & 64 /* write_contacts */ = 0 then
        perform callintel_private.refuse_permission(64 /* write_contacts */);
    end if;
    if not exists (select from callintel_private.contacts c where c.org_id = org and c.id = contact) then
        raise exception 'There is no such contact, or none that this member may see.'
            using errcode = 'CI152', hint = 'Take the id from an event or from FindByNumberAsync.';
    end if;
    if set_contact_name.display_name is null then
        delete from callintel_private.contact_profiles p where p.org_id = org and p.contact_id = contact;
    else
        perform callintel_private.require_key_of(set_contact_name.display_name);
        insert into callintel_private.contact_profiles (org_id, contact_id, display_name)
        values (org, contact, set_contact_name.display_name)
            on conflict on constraint contact_profiles_org_id_contact_id_pk
            do update set display_name = excluded.display_name, updated_at = now(), copied_from = null;
    end if;
    return found;
end $$;
comment on function callintel.set_contact_name is
    'Sets the encrypted name of a contact, replacing any name it has; null removes it. Returns false if there was none '
    'to remove.';

grant execute on function
    callintel.find_contact,
    callintel.read_contact_numbers,
    callintel.read_first_numbers,
    callintel.read_contact_names,
    callintel.read_contact_labels,
    callintel.may_name_contact,
    callintel.set_contact_name
    to callintel_app;
reset role;
