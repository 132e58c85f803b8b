-- purpose:    all tables of orgs move into callintel_private, where the application has no privilege, and two roles own
--             what reads them
-- locks:      access exclusive on every table for the moment of moving it
-- reversible: move the tables back, then apply policies and functions of the former version again
-- PostgreSQL does not promise to evaluate a policy before the other conditions of a statement (ADR 0031). So the
-- application role reads and writes through functions, and own queries read views that keep their conditions away from
-- the tables.
-- Run this file as a role that may create roles, like the first file, unless the roles exist.

do $$
declare
    sixteen boolean := pg_catalog.current_setting('server_version_num')::integer >= 160000;
    wanted  text;
begin
    -- callintel_member owns functions that act with the rights of the session's member; callintel_fence owns the views
    -- for own queries.
    foreach wanted in array array['callintel_member', 'callintel_fence'] loop
        if not exists (select from pg_catalog.pg_roles where rolname = wanted) then
            begin
                execute pg_catalog.format('create role %I nologin', wanted);
            exception when duplicate_object or unique_violation then
                null;  -- Another database of this cluster is being migrated at the same moment.
            end;
        end if;
        -- As with callintel_writer: a role that inherits from these roles is under their policies too, so none does,
        -- from PostgreSQL 16 on.
        if not pg_catalog.pg_has_role('callintel_ops', wanted, case when sixteen then 'set' else 'member' end) then
            execute pg_catalog.format('grant %I to callintel_ops', wanted)
                || case when sixteen then ' with inherit false, set true' else '' end;
        end if;
        if current_user <> 'callintel_ops'
           and not (select rolsuper from pg_catalog.pg_roles where rolname = current_user) then
            execute pg_catalog.format('grant %I to %I', wanted, current_user);
        end if;
    end loop;
end $$;

set role callintel_owner;

grant usage, create on schema callintel to callintel_member, callintel_fence;
grant usage on schema callintel_private to callintel_member, callintel_fence;

-- Views and functions of a former version read the tables in their former schema.
drop view if exists callintel.sync_health;
drop function if exists callintel.sync_health_at(timestamptz);

do $$
declare
    moved  record;
    policy record;
begin
    for moved in
        select c.oid, c.relname, c.relispartition
          from pg_catalog.pg_class c
         where c.relnamespace = 'callintel'::regnamespace and c.relkind in ('r', 'p') and c.relname !~ '^staging_[0-7]$'
    loop
        -- The repeatable files create every policy again.
        for policy in select p.polname from pg_catalog.pg_policy p where p.polrelid = moved.oid loop
            execute pg_catalog.format('drop policy %I on callintel.%I', policy.polname, moved.relname);
        end loop;
        execute pg_catalog.format('revoke all on callintel.%I from callintel_app', moved.relname);
        execute pg_catalog.format('alter table callintel.%I set schema callintel_private', moved.relname);
    end loop;
end $$;

-- "revoke all" on a table above does not revoke privileges on its columns.
revoke all (name) on callintel_private.orgs from callintel_app;
revoke all (org_id, id, role, invited_by, invited_at, expires_at, accepted_by, accepted_at, revoked_at) on
    callintel_private.invitations from callintel_app;

set role callintel_member;
alter default privileges revoke execute on functions from public;

set role callintel_definer;

-- Functions that only policies and other functions need are moved out of the reach of clients.
drop function if exists callintel.unseen_contacts(), callintel.unheard_contacts(), callintel.smallest_group(),
    callintel.count_kept_events(uuid, uuid, timestamptz, timestamptz, text, text),
    callintel.count_kept_unanswered(uuid, uuid, timestamptz, timestamptz, text);
drop function if exists
    callintel_private.contacts_kept_from(integer), callintel_private.kept_hours(timestamptz, timestamptz);

reset role;
