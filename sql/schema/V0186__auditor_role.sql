-- purpose:    the database role of the function that audit triggers run, which has few rights and no policies that
--             look at the context
-- locks:      access exclusive on nothing; the owner of one function changes
-- reversible: give the function back to callintel_owner, then drop the role
-- Run this file as a role that may create roles, like the first file, unless the role exists.

do $$
declare
    sixteen boolean := pg_catalog.current_setting('server_version_num')::integer >= 160000;
begin
    -- Appends to the audit log of any org, because it files statements without a session too. It reads how much an org
    -- has on file and, for truncations, the ids of orgs; it can change and delete nothing.
    if not exists (select from pg_catalog.pg_roles where rolname = 'callintel_auditor') then
        begin
            create role callintel_auditor nologin;
        exception when duplicate_object or unique_violation then
            null;  -- Another database of this cluster is being migrated at the same moment.
        end;
    end if;
    -- As with callintel_writer: a role that inherits from this role is under its policies too, so none does, from
    -- PostgreSQL 16 on.
    if not pg_catalog.pg_has_role('callintel_ops',
                                  'callintel_auditor',
                                  case when sixteen then 'set' else 'member' end) then
        execute 'grant callintel_auditor to callintel_ops'
            || case when sixteen then ' with inherit false, set true' else '' end;
    end if;
    if current_user <> 'callintel_ops'
       and not (select rolsuper from pg_catalog.pg_roles where rolname = current_user) then
        execute pg_catalog.format('grant callintel_auditor to %I', current_user);
    end if;
end $$;

set role callintel_auditor;
alter default privileges revoke execute on functions from public;

set role callintel_owner;

grant usage on schema callintel to callintel_auditor;
grant usage, create on schema callintel_private to callintel_auditor;

reset role;

-- Before this file callintel_owner owned the function. Its triggers stay.
do $$
begin
    if pg_catalog.to_regprocedure('callintel_private.file_statement()') is not null then
        alter function callintel_private.file_statement() owner to callintel_auditor;
    end if;
end $$;
