-- purpose: removes triggers of a former version; R__audit_triggers.sql files every change of a contact's name now

set role callintel_owner;

drop trigger if exists contact_profiles_inserted on callintel_private.contact_profiles;
drop trigger if exists contact_profiles_updated on callintel_private.contact_profiles;
drop trigger if exists contact_profiles_deleted on callintel_private.contact_profiles;

reset role;
