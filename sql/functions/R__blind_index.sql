-- purpose: moving stored numbers to a new version of the org's blind-index key, while both versions are in use
-- This is safe because resolve_contacts stores numbers under the active version only and keeps it active until it
-- commits. As soon as a new version is committed, numbers under older versions only become fewer. A caller that then
-- finds a number under no version may add it.

set role callintel_owner;
grant update, delete on callintel_private.contact_numbers to callintel_definer;
reset role;
set role callintel_definer;

create or replace function callintel.blind_index_version() returns integer
    language plpgsql stable security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    org uuid := callintel_private.require_any(
        8812 /* read_content | read_contacts | ingest | write_contacts | manage_sources | manage_keys */);
begin
    return (select k.version from callintel_private.org_keys k where k.org_id = org and k.kind = 2 and k.state = 1);
end $$;
comment on function callintel.blind_index_version is
    'Returns the version of the blind-index key that numbers are stored under now; null before the first number. A '
    'search that knew of no newer version has missed nothing.';

create or replace function callintel.read_outdated_numbers(below integer, after uuid, page integer)
    returns table (number_index uuid, contact_id uuid, kind smallint, number bytea)
    language plpgsql stable security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    org uuid := callintel_private.require(8192 /* manage_keys */);
begin
    return query
    -- The number of a merged contact stays encrypted for that contact.
    select n.number_index, coalesce(n.merged_from, n.contact_id), n.kind, n.number::bytea
      from callintel_private.contact_numbers n
     where n.org_id = org and n.number_index >= coalesce(after, '00000000-0000-0000-0000-000000000000')
       and n.number_index is distinct from after and n.index_version < below
     order by n.number_index limit page;
end $$;
comment on function callintel.read_outdated_numbers is
    'Returns a page of the numbers that are indexed under an older version, ordered by index.';

-- The lock keeps the version and the data keys as they are, so that a person whose keys were shredded before does not
-- become searchable again.
create or replace function callintel.replace_numbers(
    version integer,
    from_indexes uuid[],
    from_numbers bytea[],
    to_indexes uuid[],
    to_numbers bytea[],
    out replaced bigint,
    out claimed uuid[])
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    org uuid := callintel_private.require(8192 /* manage_keys */);
begin
    perform callintel_private.lock_keys(org);
    if not exists (select from callintel_private.org_keys k
                    where k.org_id = org and k.kind = 2 and k.version = replace_numbers.version and k.state = 1) then
        raise exception 'The numbers cannot move to this version of the blind-index key, because it is not the active '
                        'one.'
            using errcode = 'CI143', hint = 'Repeat the call.';
    end if;
    with moves as materialized (
        select m.from_index, m.from_number, m.to_index, m.to_number,
               exists (select from callintel_private.contact_numbers o
                        where o.org_id = org and o.number_index = m.to_index) as is_claimed
          from unnest(from_indexes,
                      from_numbers,
                      to_indexes,
                      to_numbers) as m (from_index, from_number, to_index, to_number)
         where exists (select from callintel_private.data_keys d
                        where d.org_id = org and d.key_id = substr(m.to_number, 4, 32) and d.state <> 4)
    ), moved as (
        update callintel_private.contact_numbers n
           set number_index = m.to_index, number = m.to_number, index_version = replace_numbers.version
          from moves m
         where n.org_id = org and n.number_index = m.from_index and n.number::bytea = m.from_number
           and n.index_version < replace_numbers.version
           and not m.is_claimed
        returning 1
    )
    select (select count(*) from moved),
           (select coalesce(array_agg(n.contact_id), '{}') from moves m
              join callintel_private.contact_numbers n on n.org_id = org and n.number_index = m.from_index
             where m.is_claimed)
      into replaced, claimed;
    perform callintel_private.audit('reindex', 'contact_numbers', replaced);
end $$;
comment on function callintel.replace_numbers is
    'Replaces numbers by the same numbers, indexed and encrypted again. Numbers that were changed, moved or shredded '
    'in the meantime are left alone. Returns how many were replaced, and the contacts whose number is already stored '
    'under its new index.';

-- A number whose key was destroyed cannot be read, so no index can be computed for it. The old index is personal data
-- that has to be deleted as well.
create or replace function callintel.drop_shredded_numbers(indexes uuid[], below integer) returns bigint
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    org     uuid := callintel_private.require(8192 /* manage_keys */);
    dropped bigint;
begin
    perform callintel_private.lock_keys(org);
    delete from callintel_private.contact_numbers n using callintel_private.data_keys d
     where n.org_id = org and n.number_index = any (indexes) and n.index_version < below
       and d.org_id = org and d.key_id = substr(n.number::bytea, 4, 32) and d.state = 4;
    get diagnostics dropped = row_count;
    if dropped > 0 then
        perform callintel_private.audit('drop', 'contact_numbers', dropped);
    end if;
    return dropped;
end $$;
comment on function callintel.drop_shredded_numbers is
    'Deletes those of the given numbers that are stored under an older version and whose key was destroyed. Returns '
    'how many were deleted.';

create or replace function callintel.count_outdated_numbers(below integer) returns bigint
    language plpgsql stable security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    org uuid := callintel_private.require(8192 /* manage_keys */);
begin
    return (select count(*) from callintel_private.contact_numbers n where n.org_id = org and n.index_version < below);
end $$;
comment on function callintel.count_outdated_numbers is 'Returns how many numbers are indexed under an older version.';

grant execute on function
    callintel.blind_index_version,
    callintel.read_outdated_numbers,
    callintel.replace_numbers,
    callintel.drop_shredded_numbers,
    callintel.count_outdated_numbers
    to callintel_app;
reset role;
