-- purpose: the wrapped keys of the session's org that wrap or key others, with their versions: reading, adding,
--          changing their state

set role callintel_owner;
grant select, insert, update on callintel_private.org_keys to callintel_definer;

drop policy if exists "Definer code acts inside the verified org" on callintel_private.org_keys;
create policy "Definer code acts inside the verified org" on callintel_private.org_keys
    for all to callintel_definer
    using (org_id = (select c.org_id from callintel_private.session_context c))
    with check (org_id = (select c.org_id from callintel_private.session_context c));
comment on policy "Definer code acts inside the verified org" on callintel_private.org_keys is
    'For the checked functions of the package. The policy holds even if one of them lacks its filter by org.';

reset role;
set role callintel_definer;

create or replace function callintel.fetch_org_keys(kind smallint)
    returns table (version integer, state smallint, root_key_id text, wrapped bytea)
    language plpgsql stable security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    org uuid := callintel_private.require_any(
        8812 /* read_content | read_contacts | ingest | write_contacts | manage_sources | manage_keys */);
begin
    return query
    select k.version, k.state, k.root_key_id, k.wrapped
      from callintel_private.org_keys k
     where k.org_id = org and k.kind = fetch_org_keys.kind
     order by k.version;
end $$;
comment on function callintel.fetch_org_keys is
    'Returns all versions of a key of the org; destroyed versions have no wrapped key. For sessions that may fetch '
    'data keys or manage keys.';

create or replace function callintel.add_org_key(kind smallint, version integer, root_key_id text, wrapped bytea)
    returns void
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    org    uuid := callintel_private.require_any(8288 /* ingest | write_contacts | manage_keys */);
    latest integer;
begin
    perform callintel_private.lock_keys(org);
    select max(k.version)
      into latest
      from callintel_private.org_keys k
     where k.org_id = org and k.kind = add_org_key.kind;
    if version between 1 and latest then
        return;
    end if;
    if kind in (3, 4) and version <> 1 then
        raise exception 'The keys of event ids and of the suppression list cannot be replaced.'
            using errcode = 'CI150',
                  hint = 'If its root key was destroyed in this copy of the database, restore a newer backup.';
    end if;
    -- The first version is created when it is first needed; any further version is a rotation.
    if latest is not null then
        perform callintel_private.require(8192 /* manage_keys */);
    end if;
    if version is distinct from coalesce(latest, 0) + 1 then
        raise exception 'The version is not the next one of this key.'
            using errcode = 'CI141', hint = 'Read the versions again and add the next one.';
    end if;

    update callintel_private.org_keys k
       set state = 2
     where k.org_id = org and k.kind = add_org_key.kind and k.state = 1;
    insert into callintel_private.org_keys (org_id, kind, version, root_key_id, wrapped)
    values (org, add_org_key.kind, add_org_key.version, add_org_key.root_key_id, add_org_key.wrapped);
    perform callintel_private.audit('add', 'org_keys', 1, null, format('kind %s version %s', kind, version));
end $$;
comment on function callintel.add_org_key is
    'Adds the next version of a key as the active one and limits the former version to decryption. A version that '
    'exists already is left as it is.';

create or replace function callintel.move_org_key(
    kind smallint, version integer, from_state smallint, to_state smallint)
    returns boolean
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    org uuid := callintel_private.require(8192 /* manage_keys */);
begin
    if (from_state between 1 and 3 and to_state = from_state + 1) is not true then
        raise exception 'This change of state is not possible for a key.'
            using errcode = 'CI141', hint = 'Move the key one state at a time: active, decrypt only, retired, '
                                            'destroyed.';
    end if;
    if kind in (3, 4) then
        raise exception 'The keys of event ids and of the suppression list cannot change their state.'
            using errcode = 'CI150', hint = 'Leave this key as it is.';
    end if;
    perform callintel_private.lock_keys(org);
    update callintel_private.org_keys k
       set state = to_state,
           wrapped = case when to_state < 4 then k.wrapped end,
           destroyed_at = case when to_state = 4 then now() end
     where k.org_id = org and k.kind = move_org_key.kind and k.version = move_org_key.version and k.state = from_state;
    if not found then
        return false;
    end if;
    if kind = 1 and to_state = 4
       and exists (select from callintel_private.data_keys d
                    where d.org_id = org and d.epoch = move_org_key.version and d.state <> 4
                      and d.wrapped is not null) then
        raise exception 'The epoch cannot be destroyed, because data keys are still wrapped under it.'
            using errcode = 'CI140',
                  hint = 'Run the rewrap again. First repair or shred the keys that it reports as failed.';
    end if;
    if kind = 2 and to_state > 2
       and exists (select from callintel_private.contact_numbers n
                    where n.org_id = org and n.index_version = move_org_key.version) then
        raise exception 'The version cannot be retired, because numbers are still indexed under it.'
            using errcode = 'CI144',
                  hint = 'Run the rotation of the blind index again. First repair the contacts that it reports as '
                         'failed, or delete their numbers.';
    end if;
    perform callintel_private.audit(
        case when to_state = 4 then 'destroy' else 'move' end,
        'org_keys',
        1,
        null,
        format('kind %s version %s state %s', kind, version, to_state));
    return true;
end $$;
comment on function callintel.move_org_key is
    'Moves a version of a key to its next state; returns false if it was not in the state from_state. State 4 removes '
    'the wrapped key.';

grant execute on function callintel.fetch_org_keys, callintel.add_org_key, callintel.move_org_key to callintel_app;
reset role;
