-- purpose: renaming and retiring sources. A former name still leads to its source, so that no importer stores every
--          record a second time.

set role callintel_definer;

create or replace function callintel.rename_source(source_name text, new_name text) returns void
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    org    uuid := callintel_private.require(512 /* manage_sources */);
    source uuid;
    former text;
    taken  uuid;
    owner  uuid;
begin
    if new_name is null or btrim(new_name) = '' or length(new_name) > 200 then
        raise exception 'The name of the source is blank or longer than 200 characters.'
            using errcode = 'CI232', hint = 'Choose another name.';
    end if;
    select coalesce(s.renamed_to, s.id)
      into source
      from callintel_private.sync_sources s
     where s.org_id = org and s.name = source_name;
    select s.name into former from callintel_private.sync_sources s where s.org_id = org and s.id = source for update;
    if former is null then
        raise exception 'The org has no source of this name.'
            using errcode = 'CI230', hint = 'A source is registered by its first run.';
    end if;
    if former = new_name then
        return;
    end if;
    select s.id, s.renamed_to
      into taken, owner
      from callintel_private.sync_sources s
     where s.org_id = org and s.name = new_name;
    if taken is not null and owner is distinct from source then
        raise exception 'Another source has this name, or had it before.'
            using errcode = 'CI232', hint = 'Choose another name.';
    end if;
    -- The new name is a former name of the source itself: the two rows exchange their names.
    if taken is not null then
        update callintel_private.sync_sources s set name = taken::text where s.org_id = org and s.id = taken;
    end if;
    update callintel_private.sync_sources s
       set first_name = coalesce(s.first_name, s.name), name = new_name
     where s.org_id = org and s.id = source;
    if taken is not null then
        update callintel_private.sync_sources s set name = former where s.org_id = org and s.id = taken;
    else
        insert into callintel_private.sync_sources (org_id, id, name, kind, renamed_to)
        select s.org_id, callintel_private.new_id(), former, s.kind, s.id
          from callintel_private.sync_sources s
         where s.org_id = org and s.id = source;
    end if;
    perform callintel_private.audit('rename', 'sync_sources', 1, null, source::text);
exception when unique_violation then
    raise exception 'Another source has this name, or had it before.'
        using errcode = 'CI232', hint = 'Choose another name.';
end $$;
comment on function callintel.rename_source is
    'Renames a source. The ids of its events stay derived from its first name, and former names still lead to it.';

create or replace function callintel.retire_source(source_name text) returns void
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    org    uuid := callintel_private.require(512 /* manage_sources */);
    source uuid;
begin
    update callintel_private.sync_sources s set retired_at = coalesce(s.retired_at, statement_timestamp())
     where s.org_id = org
       and s.id = (select coalesce(x.renamed_to, x.id)
                     from callintel_private.sync_sources x
                    where x.org_id = org and x.name = source_name)
    returning s.id into source;
    if source is null then
        raise exception 'The org has no source of this name.'
            using errcode = 'CI230', hint = 'A source is registered by its first run.';
    end if;
    perform callintel_private.audit('retire', 'sync_sources', 1, null, source::text);
end $$;
comment on function callintel.retire_source is
    'Removes a source from sync_health. Its events stay, and its next run activates it again.';

-- Volatile, because start_run may have created the source in the same statement.
create or replace function callintel.first_source_name(source uuid) returns text
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    org uuid := callintel_private.require(32 /* ingest */);
begin
    return (select coalesce(s.first_name, s.name)
              from callintel_private.sync_sources s
             where s.org_id = org and s.id = source);
end $$;
comment on function callintel.first_source_name is
    'Returns the name that the ids of the source''s events are derived from.';

create or replace function callintel.refuse_run(run uuid, refusal_code text) returns void
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    org uuid := callintel_private.require(32 /* ingest */);
begin
    update callintel_private.sync_runs r set status = 4, error_code = refusal_code, finished_at = clock_timestamp()
     where r.org_id = org and r.id = run and r.status = 1;
end $$;
comment on function callintel.refuse_run is
    'Ends a run that was refused because of its caller, who lacked a permission or passed a file in the wrong format. '
    'Such a run says nothing about the health of the source.';

grant execute on function
    callintel.rename_source,
    callintel.retire_source,
    callintel.first_source_name,
    callintel.refuse_run
    to callintel_app;

reset role;
