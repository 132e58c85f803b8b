-- purpose: the display names of members: setting and reading them

set role callintel_definer;

create or replace function callintel_private.require_member(org uuid, member uuid) returns void
    language plpgsql stable as $$
begin
    if not exists (select from callintel_private.org_roles r
                    where r.org_id = require_member.org and r.member_id = require_member.member) then
        raise exception 'The org has no such member.'
            using errcode = 'CI261', hint = 'Give the member a role first, or invite them.';
    end if;
end $$;

-- Members who write contacts may name themselves. Nobody else is asked for more than that: the name is their own.
create or replace function callintel.set_member_name(member uuid, display_name bytea) returns boolean
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    org     uuid;
    changed boolean;
begin
    if member = callintel.current_member() then
        org := callintel_private.require_any(192 /* write_contacts | manage_members */);
    else
        select l.org into org from callintel_private.lock_roles(128 /* manage_members */) l;
    end if;
    if set_member_name.display_name is null then
        delete from callintel_private.member_profiles p
         where p.org_id = org and p.member_id = set_member_name.member;
        changed := found;
    else
        perform callintel_private.require_member(org, member);
        perform callintel_private.require_keys_of(org, array[set_member_name.display_name]);
        insert into callintel_private.member_profiles (org_id, member_id, display_name)
        values (org, member, set_member_name.display_name)
            on conflict on constraint member_profiles_org_id_member_id_pk
            do update set display_name = excluded.display_name, updated_at = now();
        changed := true;
    end if;
    if changed then
        perform callintel_private.audit(
            case when set_member_name.display_name is null then 'remove' else 'name' end,
            'member_profiles',
            1,
            member);
    end if;
    return changed;
end $$;
comment on function callintel.set_member_name is
    'Sets the encrypted display name of a member, replacing any name the member has; null removes it. Returns false if '
    'there was none to remove.';
grant execute on function callintel.set_member_name to callintel_app;

reset role;
set role callintel_member;

create or replace function callintel.read_member_profiles()
    returns table (member_id uuid, role smallint, display_name bytea)
    language plpgsql stable rows 20 security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    org uuid := (select c.org_id from callintel_private.session_context c);
begin
    return query
    select coalesce(r.member_id, p.member_id), r.role, p.display_name
      from (select x.member_id, x.role
              from callintel_private.org_roles x
             where x.org_id = org) r
      full join (select x.member_id, x.display_name::bytea as display_name
                   from callintel_private.member_profiles x
                  where x.org_id = org) p on p.member_id = r.member_id
     order by 1;
end $$;
comment on function callintel.read_member_profiles is
    'Returns members with their roles and encrypted names: roles of other members to sessions with the permission '
    'ManageMembers, names to sessions with ReadContacts, and names of other members if they also have ReadAllEvents. '
    'The role is null for members who left the org.';
grant execute on function callintel.read_member_profiles to callintel_app;

reset role;
