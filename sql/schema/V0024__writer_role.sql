-- purpose:    the database role of write_event, which verifies the context once, so that its policies need not check
--             the seal again for each table
-- locks:      none on tables
-- reversible: drop the function and the policies of the role, then the role
-- Run this file as a role that may create roles, like the first file, unless the role exists.

do $$
declare
    -- From PostgreSQL 16 on, the creator of a role is a member that may not use set role to become it.
    sixteen boolean := pg_catalog.current_setting('server_version_num')::integer >= 160000;
begin
    if not exists (select from pg_catalog.pg_roles where rolname = 'callintel_writer') then
        begin
            create role callintel_writer nologin;
        exception when duplicate_object or unique_violation then
            null;  -- Another database of this cluster is being migrated at the same moment.
        end;
    end if;
    -- A role that inherits from this role is under its policies too, and these trust a text that anybody can set. So
    -- the owner of the tables is not a member, and callintel_ops, which has to be a member to replace the function,
    -- does not inherit (from PostgreSQL 16 on).
    if not pg_catalog.pg_has_role('callintel_ops',
                                  'callintel_writer',
                                  case when sixteen then 'set' else 'member' end) then
        execute 'grant callintel_writer to callintel_ops'
            || case when sixteen then ' with inherit false, set true' else '' end;
    end if;
    -- The installing role may act as the other roles, and as this one too.
    if current_user <> 'callintel_ops'
       and not (select rolsuper from pg_catalog.pg_roles where rolname = current_user) then
        execute pg_catalog.format('grant callintel_writer to %I', current_user);
    end if;
end $$;

set role callintel_owner;

grant usage, create on schema callintel to callintel_writer;
grant usage on schema callintel_private to callintel_writer;

set role callintel_writer;

alter default privileges revoke execute on functions from public;

-- Before this file callintel_definer owned the function; the same migration creates it again.
set role callintel_definer;
drop function if exists callintel.write_event;

reset role;
