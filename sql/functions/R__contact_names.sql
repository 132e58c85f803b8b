-- purpose: changes of contacts' names are on file, whichever statement made them

set role callintel_owner;

-- Whoever row-level security does not bind is a superuser who restores or repairs, without a member to put on file.
create or replace trigger contact_profiles_inserted after insert on callintel_private.contact_profiles
    referencing new table as changed for each statement
    when (row_security_active('callintel_private.contact_profiles'))
    execute function callintel_private.audit_changes('name');
create or replace trigger contact_profiles_updated after update on callintel_private.contact_profiles
    referencing new table as changed for each statement
    when (row_security_active('callintel_private.contact_profiles'))
    execute function callintel_private.audit_changes('name');
create or replace trigger contact_profiles_deleted after delete on callintel_private.contact_profiles
    referencing old table as changed for each statement
    when (row_security_active('callintel_private.contact_profiles'))
    execute function callintel_private.audit_changes('name');

reset role;
