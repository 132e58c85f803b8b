-- purpose: the telephone lines of the org: adding, assigning, renaming, retiring, reading
-- The SDK computes the id of a line from its number with a key that the database does not have, and encrypts number and
-- label before it calls these functions.

set role callintel_definer;

create or replace function callintel.add_line(line uuid, number bytea, member uuid, label bytea) returns boolean
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    org      uuid;
    is_known boolean;
begin
    select l.org into org from callintel_private.lock_roles(128 /* manage_members */) l;
    if member is not null then
        perform callintel_private.require_member(org, member);
    end if;
    perform callintel_private.require_keys_of(org, array[add_line.number, add_line.label]);
    is_known := exists (select from callintel_private.lines l where l.org_id = org and l.line_id = line);
    insert into callintel_private.lines as l (org_id, line_id, member_id)
    values (org, line, member)
        on conflict on constraint lines_org_id_line_id_pk
        do update set member_id = coalesce(excluded.member_id, l.member_id), retired_at = null;
    insert into callintel_private.line_profiles as p (org_id, line_id, number, label)
    values (org, line, add_line.number, add_line.label)
        on conflict on constraint line_profiles_org_id_line_id_pk
        do update set number = excluded.number, label = coalesce(excluded.label, p.label), updated_at = now();
    perform callintel_private.audit('add', 'lines', 1, member, line::text);
    return not is_known;
end $$;
comment on function callintel.add_line is
    'Stores a line. Adding a line again activates it if it was retired, and replaces the member and the label where '
    'they are given. Returns false if the line was stored before.';

create or replace function callintel.assign_line(line uuid, member uuid) returns void
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    org uuid;
begin
    select l.org into org from callintel_private.lock_roles(128 /* manage_members */) l;
    if member is not null then
        perform callintel_private.require_member(org, member);
    end if;
    update callintel_private.lines l set member_id = member where l.org_id = org and l.line_id = line;
    if not found then
        perform callintel_private.refuse_line();
    end if;
    perform callintel_private.audit('assign', 'lines', 1, member, line::text);
end $$;
comment on function callintel.assign_line is 'Makes a line the line of a member; null makes it a shared line.';

create or replace function callintel.rename_line(line uuid, label bytea) returns void
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    org uuid;
begin
    select l.org into org from callintel_private.lock_roles(128 /* manage_members */) l;
    perform callintel_private.require_keys_of(org, array[rename_line.label]);
    update callintel_private.line_profiles p set label = rename_line.label, updated_at = now()
     where p.org_id = org and p.line_id = line;
    if not found then
        perform callintel_private.refuse_line();
    end if;
    perform callintel_private.audit('rename', 'lines', 1, null, line::text);
end $$;
comment on function callintel.rename_line is 'Sets the encrypted label of a line; null removes it.';

create or replace function callintel.retire_line(line uuid) returns void
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    org uuid;
begin
    select l.org into org from callintel_private.lock_roles(128 /* manage_members */) l;
    update callintel_private.lines l set retired_at = coalesce(l.retired_at, statement_timestamp())
     where l.org_id = org and l.line_id = line;
    if not found then
        perform callintel_private.refuse_line();
    end if;
    perform callintel_private.audit('retire', 'lines', 1, null, line::text);
end $$;
comment on function callintel.retire_line is
    'Marks a line as not in use any more. Its events keep it, and adding it again activates it.';

create or replace function callintel_private.refuse_line() returns void
    language plpgsql stable as $$
begin
    raise exception 'The org has no such line.'
        using errcode = 'CI260', hint = 'Add the line first, or take its id from the list of lines.';
end $$;

grant execute on function
    callintel.add_line,
    callintel.assign_line,
    callintel.rename_line,
    callintel.retire_line
    to callintel_app;

reset role;
set role callintel_member;

create or replace function callintel.read_lines()
    returns table (
        line_id uuid,
        member_id uuid,
        created_at timestamptz,
        retired_at timestamptz,
        number bytea,
        label bytea)
    language plpgsql stable rows 20 security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    org uuid := (select c.org_id from callintel_private.session_context c);
begin
    return query
    select l.line_id, l.member_id, l.created_at, l.retired_at, p.number::bytea, p.label::bytea
      from callintel_private.lines l
      left join callintel_private.line_profiles p on p.org_id = org and p.line_id = l.line_id
     where l.org_id = org
     order by l.created_at, l.line_id;
end $$;
comment on function callintel.read_lines is
    'Returns the lines of the org, the oldest first; numbers and labels, encrypted, only to sessions with the '
    'permission ReadContent.';
grant execute on function callintel.read_lines to callintel_app;

reset role;
