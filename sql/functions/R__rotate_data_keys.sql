-- purpose: the wrapped data keys of the session's org when its epoch is rotated: reading those of older epochs, and
--          replacing them. The database never sees a raw key.

set role callintel_definer;

-- Ordered by id across epochs: one index scan for each old epoch instead of a sort of all remaining keys.
create or replace function callintel.read_outdated_data_keys(below integer, after bytea, page integer)
    returns table (key_id bytea, purpose text, subject_id uuid, epoch integer, state smallint, wrapped bytea)
    language plpgsql stable security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    org uuid := callintel_private.require(8192 /* manage_keys */);
begin
    return query
    with recursive old as (
        (select d.epoch from callintel_private.data_keys d
          where d.org_id = org and d.state <> 4 and d.wrapped is not null and d.epoch < below order by d.epoch limit 1)
        union all
        (select n.epoch from old o
          cross join lateral (select d.epoch from callintel_private.data_keys d
                               where d.org_id = org and d.state <> 4 and d.wrapped is not null
                                 and d.epoch > o.epoch and d.epoch < below
                               order by d.epoch limit 1) n)
    )
    select k.key_id, k.purpose, k.subject_id, k.epoch, k.state, k.wrapped
      from old o
     cross join lateral (select d.* from callintel_private.data_keys d
                          where d.org_id = org and d.state <> 4 and d.wrapped is not null and d.epoch = o.epoch
                            and d.key_id > coalesce(after, ''::bytea)
                          order by d.key_id limit page) k
     order by k.key_id limit page;
end $$;
comment on function callintel.read_outdated_data_keys is
    'Returns a page of the keys that are not destroyed and are wrapped under an older epoch, ordered by id. Keys of '
    'conversations are wrapped under the keys of their parties, not under an epoch.';

create or replace function callintel.replace_data_keys(
    key_ids bytea[], from_epochs integer[], to_epochs integer[], rewrapped bytea[])
    returns integer
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    org      uuid := callintel_private.require(8192 /* manage_keys */);
    replaced integer;
begin
    perform callintel_private.lock_keys(org);
    if exists (select from (select distinct t.epoch from unnest(to_epochs) as t (epoch)) t
                where not exists (select from callintel_private.org_keys k
                                   where k.org_id = org and k.kind = 1 and k.version = t.epoch and k.state <= 2)) then
        raise exception 'The data keys cannot move to this epoch, because it is not in use.'
            using errcode = 'CI126', hint = 'Repeat the call.';
    end if;
    update callintel_private.data_keys d
       set epoch = r.to_epoch, wrapped = r.wrapped
      from unnest(key_ids, from_epochs, to_epochs, rewrapped) as r (key_id, from_epoch, to_epoch, wrapped)
     where d.org_id = org and d.key_id = r.key_id and d.epoch = r.from_epoch and d.state <> 4
       and d.wrapped is not null;
    get diagnostics replaced = row_count;
    perform callintel_private.audit('rewrap', 'data_keys', replaced);
    return replaced;
end $$;
comment on function callintel.replace_data_keys is
    'Replaces wrapped keys by the same keys under another epoch. A key that moved or was destroyed in the meantime is '
    'left alone. Returns how many were replaced.';

create or replace function callintel.count_outdated_data_keys(below integer) returns bigint
    language plpgsql stable security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    org uuid := callintel_private.require(8192 /* manage_keys */);
begin
    return (select count(*)
              from callintel_private.data_keys d
             where d.org_id = org and d.state <> 4 and d.wrapped is not null and d.epoch < below);
end $$;
comment on function callintel.count_outdated_data_keys is
    'Returns how many keys that are not destroyed are wrapped under an older epoch.';

grant execute on function
    callintel.read_outdated_data_keys,
    callintel.replace_data_keys,
    callintel.count_outdated_data_keys
    to callintel_app;
reset role;
