-- purpose: changes of contacts' names are on file, whichever statement made them

set role callintel_definer;

create or replace function callintel_private.audit_contact_names() returns trigger
    language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    changed bigint;
    subject uuid;
begin
    select count(*), (array_agg(c.contact_id))[1] into changed, subject from changed_names c;
    if changed > 0 then
        perform callintel_private.audit(case tg_op when 'DELETE' then 'remove' else 'name' end, 'contact_profiles', changed,
                                        case when changed = 1 then subject end);
    end if;
    return null;
end $$;

grant execute on function callintel_private.audit_contact_names to callintel_owner;
reset role;
set role callintel_owner;

-- Whoever row-level security does not bind is a superuser who restores or repairs, without a member to put on file.
create or replace trigger contact_profiles_inserted after insert on callintel.contact_profiles
    referencing new table as changed_names for each statement
    when (row_security_active('callintel.contact_profiles')) execute function callintel_private.audit_contact_names();
create or replace trigger contact_profiles_updated after update on callintel.contact_profiles
    referencing new table as changed_names for each statement
    when (row_security_active('callintel.contact_profiles')) execute function callintel_private.audit_contact_names();
create or replace trigger contact_profiles_deleted after delete on callintel.contact_profiles
    referencing old table as changed_names for each statement
    when (row_security_active('callintel.contact_profiles')) execute function callintel_private.audit_contact_names();

reset role;
