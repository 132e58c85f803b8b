-- purpose:    the database role of backups, which reads every row and does nothing else: pg_dump without a superuser
-- locks:      none on tables
-- reversible: drop the policies "Backups read every row", revoke the role's privileges, drop the role
-- Run this file as a role that may create roles, like the first file, unless the role exists. sql/rls/R__backup.sql
-- grants what the role may read.

do $$
begin
    if not exists (select from pg_catalog.pg_roles where rolname = 'callintel_backup') then
        begin
            -- No role is a member of it, and it is a member of none. To use it: alter role callintel_backup login.
            create role callintel_backup nologin noinherit;
        exception when duplicate_object or unique_violation then
            null;  -- Another database of this cluster is being migrated at the same moment.
        end;
    end if;
end $$;
