-- purpose: setting and removing privacy rules, keeping their levels in the rows of the contact, and writing an audit
--          row for every change

set role callintel_owner;
grant insert, update, delete on callintel_private.privacy_rules to callintel_definer;
grant select, insert, delete on callintel_private.privacy_rule_members to callintel_definer;
grant update (level) on callintel_private.contacts to callintel_definer;
reset role;
set role callintel_definer;

-- Checks a permission again, in the current roles: the member may have lost it while this transaction waited for a
-- lock. A job has no member, and nobody can take its permissions away.
create or replace function callintel_private.require_still(permission bigint) returns void
    language plpgsql volatile as $$
declare
    verified record := (select c from callintel_private.session_context c);
begin
    if verified.permissions & permission <> permission
       or verified.member_id <> '00000000-0000-0000-0000-000000000000'
          and not exists (select from callintel_private.org_roles r
                           where r.org_id = verified.org_id and r.member_id = verified.member_id
                             and r.permissions & permission = permission) then
        perform callintel_private.refuse_permission(permission);
    end if;
end $$;

-- Merges of the org wait while a rule changes, so that no batch in progress commits the former level. The function then
-- locks the row of the org, as changes of roles do, so that a member cannot be listed and removed at the same time.
create or replace function callintel_private.lock_privacy_rule(contact uuid) returns uuid
    language plpgsql volatile as $$
declare
    verified record := (select c from callintel_private.session_context c);
    org      uuid := callintel_private.require(256 /* manage_privacy */);
begin
    perform callintel_private.lock_merges(verified.lock_number);
    -- Written, not only locked, so that a transaction with an older snapshot fails instead of deciding on it.
    update callintel_private.orgs o set name = o.name where o.org_id = org;
    perform callintel_private.require_still(256 /* manage_privacy */);
    if verified.permissions & 4096 /* see_hidden */ = 0
       and exists (select from callintel_private.privacy_rules r
                    where r.org_id = org and r.contact_id = contact and r.level = 3) then
        raise exception 'The rule of a hidden contact can only be changed in a session with a purpose.'
            using errcode = 'CI198', hint = 'Open the session with OrgIdentity.Purpose.';
    end if;
    return org;
end $$;

-- Sets the level of each row of these contacts from the current rules. Rows whose content the key of another contact
-- protects get the higher of the two levels.
create or replace function callintel_private.set_levels(org uuid, changed uuid[]) returns void
    language plpgsql volatile as $$
declare
    ids   uuid[];
    child text;
begin
    -- Each row looks up its rule by the key: a join with the contacts would become a nested loop as long as the
    -- statistics do not know the org.
    update callintel_private.contacts c
       set level = coalesce((select r.level
                               from callintel_private.privacy_rules r
                              where r.org_id = org and r.contact_id = c.id), 0)
     where c.org_id = org and c.id = any (changed)
       and c.level <> coalesce((select r.level
                                  from callintel_private.privacy_rules r
                                 where r.org_id = org and r.contact_id = c.id), 0);
    with moved as (
        update callintel_private.events e
           set level = coalesce((select r.level
                                   from callintel_private.privacy_rules r
                                  where r.org_id = org and r.contact_id = e.contact_id), 0)
         where e.org_id = org and e.contact_id = any (changed)
           and e.level <> coalesce((select r.level from callintel_private.privacy_rules r
                                     where r.org_id = org and r.contact_id = e.contact_id), 0)
        returning e.id
    )
    select coalesce(array_agg(m.id), '{}') into ids from moved m;
    -- Cells are those of a level (ADR 0050), so that they are not up to date now.
    perform callintel_private.mark_dirty(org, ids);
    foreach child in array array['event_details', 'event_participants'] loop
        execute format($sql$
            update callintel_private.%I d set level = e.level
              from callintel_private.events e
             where d.org_id = $1 and d.event_id = any ($2) and e.org_id = $1 and e.id = d.event_id and e.id = any ($2)
               and d.level <> e.level$sql$, child) using org, ids;
    end loop;
    update callintel_private.event_participants p
       set party_level = coalesce((select r.level
                                     from callintel_private.privacy_rules r
                                    where r.org_id = org and r.contact_id = p.party_id), 0)
     where p.org_id = org and p.party_id = any (changed)
       and p.party_level <> coalesce((select r.level from callintel_private.privacy_rules r
                                       where r.org_id = org and r.contact_id = p.party_id), 0);
    perform callintel_private.set_content_levels(org, ids
        || array(select c.event_id
                   from callintel_private.event_contents c
                  where c.org_id = org and c.sealed_for = any (changed))
        || array(select p.event_id
                   from callintel_private.event_parts p
                  where p.org_id = org and p.sealed_for = any (changed))
        || array(select p.event_id
                   from callintel_private.event_participants p
                  where p.org_id = org and p.party_id = any (changed)));
    perform callintel_private.follow_lexemes(org, changed);
    perform callintel_private.follow_embedding_rules(org, changed);
    perform callintel_private.feed_levels(org, changed);
    -- A superuser who repairs rules has no session. The rules themselves are on file by their triggers.
    if coalesce(current_setting('callintel.context', true), '') <> '' then
        perform callintel_private.audit_rows('level', 'events', cardinality(ids));
    end if;
end $$;

-- Returns the level of the content of an event. It is the highest level of the event's contact, of the contact whose
-- key protects the content, and of the other participants, but 1 (metadata only) if any of them has it: nobody reads
-- the content of level 1, while owners and admins read that of restricted contacts. If both the contact and another
-- participant are restricted, the level is 3 (hidden), because a member may be listed for the contact only.
create or replace function callintel_private.content_level(org uuid, event uuid, contact uuid, subject uuid)
    returns smallint language plpgsql stable as $$
declare
    levels  smallint[] := array(select r.level from callintel_private.privacy_rules r
                                 where r.org_id = org and r.contact_id in (contact, subject));
    parties smallint[] := array(select p.party_level from callintel_private.event_participants p
                                 where p.org_id = org and p.event_id = event and p.party_level > 0
                                   and p.party_id is distinct from contact);
begin
    return case when 1 = any (levels || parties) then 1
                when 2 = any (levels) and 2 = any (parties) then 3
                else coalesce((select max(l) from unnest(levels || parties) l), 0) end;
end $$;
drop function if exists callintel_private.content_level(uuid, uuid, uuid);
drop function if exists callintel_private.highest_level(uuid, uuid, uuid);

-- Sets the level of content, its words, parts and embeddings of these events.
create or replace function callintel_private.set_content_levels(org uuid, ids uuid[]) returns void
    language plpgsql volatile as $$
begin
    update callintel_private.event_contents c
       set level = callintel_private.content_level(org, c.event_id, c.contact_id, c.sealed_for)
     where c.org_id = org and c.event_id = any (ids)
       and c.level <> callintel_private.content_level(org, c.event_id, c.contact_id, c.sealed_for);
    update callintel_private.event_parts c
       set level = callintel_private.content_level(org, c.event_id, c.contact_id, c.sealed_for)
     where c.org_id = org and c.event_id = any (ids)
       and c.level <> callintel_private.content_level(org, c.event_id, c.contact_id, c.sealed_for);
    update callintel_private.event_embeddings c
       set level = (select k.level
                      from callintel_private.event_contents k
                     where k.org_id = org and k.event_id = c.event_id)
     where c.org_id = org and c.event_id = any (ids)
       and c.level <> (select k.level
                         from callintel_private.event_contents k
                        where k.org_id = org and k.event_id = c.event_id);
    update callintel_private.event_lexemes l
       set level = (select k.level
                      from callintel_private.event_contents k
                     where k.org_id = org and k.event_id = l.event_id)
     where l.org_id = org and l.event_id = any (ids)
       and l.level <> (select k.level
                         from callintel_private.event_contents k
                        where k.org_id = org and k.event_id = l.event_id);
end $$;

-- Follows every statement that changed rules: sets the levels of the contacts of those rules.
create or replace function callintel_private.follow_rules() returns trigger
    language plpgsql as $$
declare
    rule record;
begin
    for rule in select c.org_id, array_agg(distinct c.contact_id) as contacts
                  from changed c
                 group by c.org_id
                 order by 1 loop
        perform callintel_private.set_levels(rule.org_id, rule.contacts);
    end loop;
    return null;
end $$;

-- The same for statements under row-level security, with the rights of the package.
create or replace function callintel_private.follow_rules_of_session() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off set client_min_messages = notice as $$
declare
    rule record;
begin
    for rule in select c.org_id, array_agg(distinct c.contact_id) as contacts
                  from changed c
                 group by c.org_id
                 order by 1 loop
        perform callintel_private.set_levels(rule.org_id, rule.contacts);
    end loop;
    return null;
end $$;
grant execute on function callintel_private.follow_rules, callintel_private.follow_rules_of_session to callintel_owner;

create or replace function callintel.set_privacy_rule(
    contact uuid,
    level smallint,
    members uuid[],
    no_search boolean,
    no_embedding boolean,
    retention_days integer) returns void
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off set client_min_messages = notice as $$
declare
    org  uuid := callintel_private.lock_privacy_rule(contact);
    self uuid := (select c.member_id from callintel_private.session_context c);
    person uuid;
begin
    members := coalesce(members, '{}');
    if not exists (select from callintel_private.contacts c where c.org_id = org and c.id = contact) then
        raise exception 'The contact does not exist.'
            using errcode = 'CI152', hint = 'Take the id from an event or from FindByNumberAsync.';
    end if;
    if coalesce(level not between 0 and 3 or retention_days not between 1 and 36500, level is null)
       or cardinality(members) > 0 and level <> 2
       or exists (select from unnest(members) m
                   where not exists (select from callintel_private.org_roles r
                                      where r.org_id = org and r.member_id = m)) then
        raise exception 'The privacy rule is not valid.'
            using errcode = 'CI197',
                  hint = 'The level is 0 to 3 and the retention 1 to 36,500 days. Only a rule with level 2 '
                         '(restricted) lists members, and each of them has a role in the org.';
    end if;
    -- Contacts that are merged have one rule.
    foreach person in array callintel_private.merged_group(org, contact) loop
        insert into callintel_private.privacy_rules as r (
            org_id,
            contact_id,
            level,
            no_search,
            no_embedding,
            retention_days,
            set_by)
        values (
            org,
            person,
            set_privacy_rule.level,
            set_privacy_rule.no_search,
            set_privacy_rule.no_embedding,
            set_privacy_rule.retention_days,
            self)
        on conflict on constraint privacy_rules_org_id_contact_id_pk
        do update set level = excluded.level, no_search = excluded.no_search, no_embedding = excluded.no_embedding,
                      retention_days = excluded.retention_days, set_by = excluded.set_by, set_at = now();
        delete from callintel_private.privacy_rule_members m
         where m.org_id = org and m.contact_id = person and m.member_id <> all (members);
        insert into callintel_private.privacy_rule_members (org_id, contact_id, member_id)
        select distinct org, person, m from unnest(members) m on conflict do nothing;
        update callintel_private.contacts c
           set rule_before = callintel_private.rule_of(org, person)
         where c.org_id = org and c.id = person and c.rule_before is not null;
    end loop;
end $$;
comment on function callintel.set_privacy_rule is
    'Sets the privacy rule of a contact and the members it lists, replacing any rule the contact has.';

create or replace function callintel.remove_privacy_rule(contact uuid) returns boolean
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off set client_min_messages = notice as $$
declare
    org        uuid := callintel_private.lock_privacy_rule(contact);
    person     uuid;
    is_removed boolean := false;
begin
    foreach person in array callintel_private.merged_group(org, contact) loop
        delete from callintel_private.privacy_rule_members m where m.org_id = org and m.contact_id = person;
        delete from callintel_private.privacy_rules r where r.org_id = org and r.contact_id = person;
        is_removed := is_removed or found;
        update callintel_private.contacts c
           set rule_before = '{}'
         where c.org_id = org and c.id = person and c.rule_before is not null;
    end loop;
    return is_removed;
end $$;
comment on function callintel.remove_privacy_rule is
    'Removes the privacy rule of a contact. Returns false if it had none.';

grant execute on function callintel.set_privacy_rule, callintel.remove_privacy_rule to callintel_app;
reset role;
set role callintel_owner;

-- Row-level security does not apply to a superuser who restores or repairs, without a context.
create or replace trigger rules_inserted after insert on callintel_private.privacy_rules
    referencing new table as changed for each statement
    when (row_security_active('callintel_private.privacy_rules'))
    execute function callintel_private.follow_rules_of_session();
create or replace trigger rules_updated after update on callintel_private.privacy_rules
    referencing new table as changed for each statement
    when (row_security_active('callintel_private.privacy_rules'))
    execute function callintel_private.follow_rules_of_session();
create or replace trigger rules_deleted after delete on callintel_private.privacy_rules
    referencing old table as changed for each statement
    when (row_security_active('callintel_private.privacy_rules'))
    execute function callintel_private.follow_rules_of_session();
create or replace trigger rules_inserted_in_repair after insert on callintel_private.privacy_rules
    referencing new table as changed for each statement
    when (not row_security_active('callintel_private.privacy_rules')) execute function callintel_private.follow_rules();
create or replace trigger rules_updated_in_repair after update on callintel_private.privacy_rules
    referencing new table as changed for each statement
    when (not row_security_active('callintel_private.privacy_rules')) execute function callintel_private.follow_rules();
create or replace trigger rules_deleted_in_repair after delete on callintel_private.privacy_rules
    referencing old table as changed for each statement
    when (not row_security_active('callintel_private.privacy_rules')) execute function callintel_private.follow_rules();

-- Triggers of a former version; R__audit_triggers.sql files these statements now.
drop trigger if exists rules_set_on_file on callintel_private.privacy_rules;
drop trigger if exists rules_changed_on_file on callintel_private.privacy_rules;
drop trigger if exists rules_removed_on_file on callintel_private.privacy_rules;
drop trigger if exists listings_set_on_file on callintel_private.privacy_rule_members;
drop trigger if exists listings_changed_on_file on callintel_private.privacy_rule_members;
drop trigger if exists listings_removed_on_file on callintel_private.privacy_rule_members;

reset role;
set role callintel_definer;
drop function if exists callintel_private.audit_changes();
reset role;
