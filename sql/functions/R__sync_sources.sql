-- purpose: what members who manage sources expect of a source; what nobody sets is learned from past runs
--          (R__sync_health.sql)

set role callintel_definer;

create or replace function callintel.expect_source(source_name text, every interval, lag interval) returns void
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    org    uuid := callintel_private.require(512 /* manage_sources */);
    source uuid;
begin
    if every <= interval '0' or lag <= interval '0' then
        raise exception 'An expectation of a source must be a time span above zero.'
            using errcode = 'CI231', hint = 'Pass a longer span, or null to have it learned.';
    end if;
    update callintel_private.sync_sources s
       set expected_every = every, expected_lag = lag
     where s.org_id = org
       and s.id = (select coalesce(x.renamed_to, x.id)
                     from callintel_private.sync_sources x
                    where x.org_id = org and x.name = source_name)
    returning s.id into source;
    if source is null then
        raise exception 'The org has no source of this name.'
            using errcode = 'CI230', hint = 'A source is registered by its first run.';
    end if;
    perform callintel_private.audit('expect', 'sync_sources', 1, null, source::text);
end $$;
comment on function callintel.expect_source is
    'Sets how often fresh data of a source is due, and how old its newest event may be when it arrives; null '
    'to let the database learn a value.';
grant execute on function callintel.expect_source to callintel_app;

reset role;
