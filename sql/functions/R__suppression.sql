-- purpose: the list of suppressed numbers, and keeping records of erased contacts out

set role callintel_owner;
grant update (suppression_action, suppression_version) on callintel_private.orgs to callintel_definer;
reset role;
set role callintel_definer;

-- The contacts that were erased lately: those that a process may still know from its cache, and name in a batch. An org
-- that erased nobody lately has none to look for.
create or replace function callintel_private.closed_contacts(org uuid) returns uuid[]
    language plpgsql stable as $$
begin
    return array(select x.contact_id from callintel_private.erasure_contacts x
                  where x.org_id = org and x.closed_at > now() - interval '30 days');
end $$;

-- A process remembers the contacts of numbers. After a failover or a restore, the database may not have all of them.
create or replace function callintel_private.require_contacts(org uuid, contacts uuid[]) returns void
    language plpgsql stable as $$
begin
    if exists (select from (select distinct c from unnest(contacts) c where c is not null) x
                where not exists (select from callintel_private.contacts k where k.org_id = org and k.id = x.c)
                  and x.c <> all (callintel_private.closed_contacts(org))) then
        raise exception 'The database does not have the contact of one of these records.'
            using errcode = 'CI128',
                  hint = 'Repeat the call; the SDK looks the number up again. This happens after a failover or a '
                         'restore.';
    end if;
end $$;

-- Whether a batch names a contact that was erased lately.
create or replace function callintel_private.has_closed(org uuid, batch text) returns boolean
    language plpgsql stable as $$
declare
    closed uuid[] := callintel_private.closed_contacts(org);
    found  boolean := false;
begin
    if closed <> '{}' then
        execute format('select exists (select from %s s where s.contact_id = any ($1))', batch) into found using closed;
    end if;
    return found;
end $$;

-- Takes records of contacts that were erased lately out of a batch and returns their number.
create or replace function callintel_private.drop_closed(org uuid, batch text) returns bigint
    language plpgsql volatile as $$
declare
    closed  uuid[] := callintel_private.closed_contacts(org);
    dropped bigint := 0;
begin
    if closed <> '{}' then
        execute format('delete from %s s where s.contact_id = any ($1)', batch) using closed;
        get diagnostics dropped = row_count;
    end if;
    return dropped;
end $$;

create or replace function callintel.set_suppression_action(action smallint) returns void
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    org uuid := callintel_private.lock_erasures();
begin
    if action is null or action not between 1 and 3 then
        raise exception 'The action for suppressed numbers is unknown.'
            using errcode = 'CI377', hint = 'Use a value of SuppressionAction.';
    end if;
    update callintel_private.orgs o
       set suppression_action = action
     where o.org_id = org and o.suppression_action <> action;
    if found then
        perform callintel_private.audit('set suppression', 'orgs', 1, null, action::text);
    end if;
end $$;
comment on function callintel.set_suppression_action is
    'Sets what ingestion does with records of suppressed numbers: 1 drops them, 2 stores them without party and '
    'content, 3 stores them without content.';

-- indexes: the blind indexes of the number, under all live versions of the key, to find its contact.
create or replace function callintel.suppress_number(number_digest uuid, indexes uuid[]) returns boolean
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    org      uuid := callintel_private.lock_erasures();
    is_added boolean;
begin
    insert into callintel_private.suppressions (org_id, number_digest, reason, added_by)
    values (org, suppress_number.number_digest, 2, callintel.current_member())
        on conflict do nothing;
    is_added := found;
    update callintel_private.contact_numbers n
       set is_suppressed = true
     where n.org_id = org and n.number_index = any (indexes) and not n.is_suppressed;
    if is_added then
        perform callintel_private.grow_suppressions(org);
        perform callintel_private.audit('suppress', 'suppressions', 1, null, 'opt-out');
    end if;
    return is_added;
end $$;
comment on function callintel.suppress_number is
    'Puts a number on the list of suppressed ones. Returns false if it is in the list already.';

create or replace function callintel.unsuppress_number(number_digest uuid, indexes uuid[]) returns boolean
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    org uuid := callintel_private.lock_erasures();
begin
    delete from callintel_private.suppressions s
     where s.org_id = org and s.number_digest = unsuppress_number.number_digest;
    if not found then
        return false;
    end if;
    update callintel_private.contact_numbers n
       set is_suppressed = false
     where n.org_id = org and n.number_index = any (indexes) and n.is_suppressed;
    perform callintel_private.audit('unsuppress', 'suppressions', 1);
    return true;
end $$;
comment on function callintel.unsuppress_number is
    'Removes a number from the list of suppressed ones. Returns false if it is not in the list.';

create or replace function callintel.read_suppression(out action smallint, out numbers bigint, out has_key boolean)
    language plpgsql stable security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    org uuid := callintel_private.require(256 /* manage_privacy */);
begin
    action := (select o.suppression_action from callintel_private.orgs o where o.org_id = org);
    numbers := (select count(*) from callintel_private.suppressions s where s.org_id = org);
    has_key := exists (select from callintel_private.org_keys k where k.org_id = org and k.kind = 3);
end $$;
comment on function callintel.read_suppression is
    'Returns what ingestion does with records of suppressed numbers, and how many there are.';

-- A rejected record has no contact, so ingestion looks for suppressed numbers in its text before it is encrypted.
create or replace function callintel.read_suppressed_digests(
    known bigint,
    out list_version bigint,
    out number_digests uuid[])
    language plpgsql stable security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    org uuid := callintel_private.require(32 /* ingest */);
begin
    list_version := (select o.suppression_version from callintel_private.orgs o where o.org_id = org);
    if list_version is distinct from known then
        number_digests := array(select s.number_digest from callintel_private.suppressions s where s.org_id = org);
    end if;
end $$;
comment on function callintel.read_suppressed_digests is
    'Returns the digests of all suppressed numbers with the version of the list, to sessions that ingest. The digests '
    'are null if the list has the known version.';

-- Whether texts that were compared with a version of the list may be stored.
create or replace function callintel_private.is_compared(org uuid, compared bigint) returns boolean
    language plpgsql stable as $$
begin
    -- Ordered, so that the index is used.
    return (select s.number_digest from callintel_private.suppressions s
             where s.org_id = org order by s.number_digest limit 1) is null
        or compared = (select o.suppression_version from callintel_private.orgs o where o.org_id = org);
end $$;

grant execute on function
    callintel.read_suppressed_digests,
    callintel.set_suppression_action,
    callintel.suppress_number,
    callintel.unsuppress_number,
    callintel.read_suppression
    to callintel_app;
reset role;
