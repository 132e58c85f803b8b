-- purpose: the teams of the org and who belongs to them

set role callintel_definer;

create or replace function callintel_private.check_team_name(org uuid, team uuid, wanted text) returns void
    language plpgsql stable as $$
begin
    -- Control characters, line separators and paragraph separators.
    if wanted is null or btrim(wanted) = '' or length(wanted) > 200
       or wanted ~ '[\u0001-\u001f\u007f-\u009f\u2028\u2029]' then
        raise exception 'The name is blank, too long, or contains characters that are not allowed.'
            using errcode = 'CI151',
                  hint = 'Use 1 to 200 characters without control characters or line breaks.';
    end if;
    if exists (select from callintel_private.teams t
                where t.org_id = check_team_name.org and t.name = wanted and t.team_id is distinct from team) then
        raise exception 'Another team has this name.'
            using errcode = 'CI263', hint = 'Choose another name.';
    end if;
end $$;

create or replace function callintel_private.refuse_team() returns void
    language plpgsql stable as $$
begin
    raise exception 'The org has no such team.'
        using errcode = 'CI262', hint = 'Take the id from the list of teams.';
end $$;

create or replace function callintel.create_team(name text) returns uuid
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    org  uuid;
    team uuid := callintel_private.new_id();
begin
    select l.org into org from callintel_private.lock_roles(128 /* manage_members */) l;
    perform callintel_private.check_team_name(org, null, create_team.name);
    insert into callintel_private.teams (org_id, team_id, name) values (org, team, create_team.name);
    perform callintel_private.audit('create', 'teams', 1, null, team::text);
    return team;
end $$;
comment on function callintel.create_team is 'Creates a team and returns its id.';

create or replace function callintel.rename_team(team uuid, name text) returns void
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    org uuid;
begin
    select l.org into org from callintel_private.lock_roles(128 /* manage_members */) l;
    perform callintel_private.check_team_name(org, team, rename_team.name);
    update callintel_private.teams t set name = rename_team.name where t.org_id = org and t.team_id = team;
    if not found then
        perform callintel_private.refuse_team();
    end if;
    perform callintel_private.audit('rename', 'teams', 1, null, team::text);
end $$;
comment on function callintel.rename_team is 'Sets the name of a team.';

create or replace function callintel.delete_team(team uuid) returns boolean
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    org uuid;
begin
    select l.org into org from callintel_private.lock_roles(128 /* manage_members */) l;
    delete from callintel_private.teams t where t.org_id = org and t.team_id = team;
    if not found then
        return false;
    end if;
    perform callintel_private.audit('remove', 'teams', 1, null, team::text);
    return true;
end $$;
comment on function callintel.delete_team is
    'Deletes a team. Its members stay members of the org. Returns false if there is no such team.';

create or replace function callintel.add_team_member(team uuid, member uuid) returns void
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    org uuid;
begin
    select l.org into org from callintel_private.lock_roles(128 /* manage_members */) l;
    if not exists (select from callintel_private.teams t where t.org_id = org and t.team_id = team) then
        perform callintel_private.refuse_team();
    end if;
    perform callintel_private.require_member(org, member);
    insert into callintel_private.team_members (org_id, team_id, member_id)
    values (org, team, member)
        on conflict do nothing;
    if found then
        perform callintel_private.audit('add', 'team_members', 1, member, team::text);
    end if;
end $$;
comment on function callintel.add_team_member is 'Adds a member of the org to a team.';

create or replace function callintel.remove_team_member(team uuid, member uuid) returns boolean
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    org uuid;
begin
    select l.org into org from callintel_private.lock_roles(128 /* manage_members */) l;
    delete from callintel_private.team_members m
     where m.org_id = org and m.team_id = team and m.member_id = member;
    if not found then
        return false;
    end if;
    perform callintel_private.audit('remove', 'team_members', 1, member, team::text);
    return true;
end $$;
comment on function callintel.remove_team_member is
    'Removes a member from a team. Returns false if the member did not belong to it.';

grant execute on function
    callintel.create_team,
    callintel.rename_team,
    callintel.delete_team,
    callintel.add_team_member,
    callintel.remove_team_member
    to callintel_app;

reset role;
set role callintel_member;

create or replace function callintel.read_teams()
    returns table (team_id uuid, name text, members uuid[])
    language plpgsql stable rows 20 security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    org uuid := (select c.org_id from callintel_private.session_context c);
begin
    return query
    select t.team_id,
           t.name,
           array(select m.member_id
                   from callintel_private.team_members m
                  where m.org_id = org and m.team_id = t.team_id
                  order by 1)
      from callintel_private.teams t
     where t.org_id = org
     order by t.name;
end $$;
comment on function callintel.read_teams is
    'Returns the teams of the org with their members, by name, to sessions with the permission ReadDashboards.';
grant execute on function callintel.read_teams to callintel_app;

reset role;
