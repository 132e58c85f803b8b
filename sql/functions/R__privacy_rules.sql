-- purpose: setting and removing privacy rules, and putting every change of them on file, whichever statement made it

set role callintel_owner;
grant insert, update, delete on callintel.privacy_rules to callintel_definer;
grant insert, delete on callintel.privacy_rule_members to callintel_definer;
reset role;
set role callintel_definer;

-- The org's row is locked first, as by whoever changes roles: a member cannot be listed and removed at once.
create or replace function callintel_private.lock_privacy_rule(contact uuid) returns uuid
    language plpgsql volatile as $$
declare
    org uuid := callintel_private.require(256);
begin
    perform from callintel.orgs o where o.org_id = org for no key update;
    if exists (select from callintel.privacy_rules r where r.org_id = org and r.contact_id = contact and r.level = 3)
       and callintel.org_if(4096) is null then
        raise exception 'The rule of a hidden contact is changed in a session with a purpose.'
            using errcode = 'CI198', hint = 'Open the session with OrgIdentity.Purpose.';
    end if;
    return org;
end $$;

create or replace function callintel.set_privacy_rule(
    contact uuid, level smallint, members uuid[], no_search boolean, no_embedding boolean, retention_days integer) returns void
    language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    org uuid := callintel_private.lock_privacy_rule(contact);
begin
    members := coalesce(members, '{}');
    if not exists (select from callintel.contacts c where c.org_id = org and c.id = contact) then
        raise exception 'There is no such contact.' using errcode = 'CI152', hint = 'Take the id from an event or from FindByNumberAsync.';
    end if;
    if coalesce(level not between 0 and 3 or retention_days < 1, level is null)
       or cardinality(members) > 0 and level <> 2
       or exists (select from unnest(members) m where not exists (select from callintel.org_roles r where r.org_id = org and r.member_id = m)) then
        raise exception 'A privacy rule has a level, keeps for a day at least, and lists members of the org where it restricts.'
            using errcode = 'CI197', hint = 'List members with the level restricted only, and such as have a role.';
    end if;
    insert into callintel.privacy_rules as r (org_id, contact_id, level, no_search, no_embedding, retention_days, set_by)
    values (org, contact, set_privacy_rule.level, set_privacy_rule.no_search, set_privacy_rule.no_embedding, set_privacy_rule.retention_days, callintel.member_id())
    on conflict on constraint privacy_rules_org_id_contact_id_pk
    do update set level = excluded.level, no_search = excluded.no_search, no_embedding = excluded.no_embedding,
                  retention_days = excluded.retention_days, set_by = excluded.set_by, set_at = now();
    delete from callintel.privacy_rule_members m where m.org_id = org and m.contact_id = contact and m.member_id <> all (members);
    insert into callintel.privacy_rule_members (org_id, contact_id, member_id)
    select distinct org, contact, m from unnest(members) m on conflict do nothing;
end $$;
comment on function callintel.set_privacy_rule is 'Sets the whole rule of a contact: what it was before is replaced, its list of members too.';

create or replace function callintel.remove_privacy_rule(contact uuid) returns boolean
    language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    org uuid := callintel_private.lock_privacy_rule(contact);
begin
    delete from callintel.privacy_rule_members m where m.org_id = org and m.contact_id = contact;
    delete from callintel.privacy_rules r where r.org_id = org and r.contact_id = contact;
    return found;
end $$;
comment on function callintel.remove_privacy_rule is 'Takes the rule of a contact away. False if there was none.';

grant execute on function callintel.set_privacy_rule, callintel.remove_privacy_rule to callintel_app;
reset role;
set role callintel_owner;

-- As with names: whoever row-level security does not bind is a superuser who restores or repairs.
create or replace trigger rules_set_on_file after insert on callintel.privacy_rules
    referencing new table as changed for each statement
    when (row_security_active('callintel.privacy_rules')) execute function callintel_private.audit_changes('set');
create or replace trigger rules_changed_on_file after update on callintel.privacy_rules
    referencing new table as changed for each statement
    when (row_security_active('callintel.privacy_rules')) execute function callintel_private.audit_changes('set');
create or replace trigger rules_removed_on_file after delete on callintel.privacy_rules
    referencing old table as changed for each statement
    when (row_security_active('callintel.privacy_rules')) execute function callintel_private.audit_changes('set');
create or replace trigger listings_set_on_file after insert on callintel.privacy_rule_members
    referencing new table as changed for each statement
    when (row_security_active('callintel.privacy_rule_members')) execute function callintel_private.audit_changes('set');
create or replace trigger listings_changed_on_file after update on callintel.privacy_rule_members
    referencing new table as changed for each statement
    when (row_security_active('callintel.privacy_rule_members')) execute function callintel_private.audit_changes('set');
create or replace trigger listings_removed_on_file after delete on callintel.privacy_rule_members
    referencing old table as changed for each statement
    when (row_security_active('callintel.privacy_rule_members')) execute function callintel_private.audit_changes('set');

reset role;
