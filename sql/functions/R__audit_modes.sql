-- purpose: choosing how much of each changed row an org has on file

set role callintel_owner;
grant select, insert, update, delete on callintel_private.audit_modes to callintel_definer;
reset role;
set role callintel_definer;

create or replace function callintel.set_audit_mode(mode smallint) returns void
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    org uuid := callintel_private.require(1024 /* read_audit */);
begin
    if (mode between 0 and 2) is not true then
        raise exception 'The audit mode is unknown.'
            using errcode = 'CI360', hint = 'Pass 0 for summaries, 1 for keys or 2 for images.';
    end if;
    insert into callintel_private.audit_modes as m (org_id, mode, set_by)
    values (org, set_audit_mode.mode, callintel.current_member())
        on conflict on constraint audit_modes_org_id_pk
        do update set mode = excluded.mode, set_by = excluded.set_by, set_at = now();
    perform callintel_private.audit('set', 'audit_modes', 1, null, 'mode ' || mode);
end $$;
comment on function callintel.set_audit_mode is
    'Sets what the audit log records about changed rows of the org: 0 a summary, 1 keys, 2 images.';

create or replace function callintel.read_audit_mode() returns smallint
    language plpgsql stable security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    org uuid := callintel_private.require(1024 /* read_audit */);
begin
    return coalesce((select m.mode from callintel_private.audit_modes m where m.org_id = org),
                    callintel_private.default_audit_mode());
end $$;
comment on function callintel.read_audit_mode is
    'Returns what the audit log records about changed rows of the org: 0 a summary, 1 keys, 2 images.';

grant execute on function callintel.set_audit_mode, callintel.read_audit_mode to callintel_app;

reset role;
set role callintel_owner;

-- The row of the nil uuid belongs to no org, so functions of a session do not see it.
create or replace function callintel_private.default_audit_mode() returns smallint
    language plpgsql stable security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
begin
    return coalesce((select m.mode from callintel_private.audit_modes m
                      where m.org_id = '00000000-0000-0000-0000-000000000000'), 0);
end $$;
grant execute on function callintel_private.default_audit_mode to callintel_definer;

create or replace function callintel.set_default_audit_mode(mode smallint) returns void
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    nil constant uuid := '00000000-0000-0000-0000-000000000000';
begin
    if (mode between 0 and 2) is not true then
        raise exception 'The audit mode is unknown.'
            using errcode = 'CI360', hint = 'Pass 0 for summaries, 1 for keys or 2 for images.';
    end if;
    insert into callintel_private.audit_modes as m (org_id, mode, set_by) values (nil, set_default_audit_mode.mode, nil)
        on conflict on constraint audit_modes_org_id_pk
        do update set mode = excluded.mode, set_by = excluded.set_by, set_at = now();
end $$;
comment on function callintel.set_default_audit_mode is
    'Sets what the audit log records about changed rows of orgs that have not chosen a mode: 0 a summary, 1 keys, '
    '2 images.';
grant execute on function callintel.set_default_audit_mode to callintel_ops;

reset role;
