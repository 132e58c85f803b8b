-- purpose: an audit row for every change of a contact's name, whatever statement made it

set role callintel_owner;

-- Row-level security does not apply to a superuser who restores or repairs. There is no member to name in the audit log
-- then.
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
