-- purpose: merging contacts that stand for the same person, and splitting them again (ADR 0036)
-- A group is one surviving contact and the contacts that are merged into it. Each row remembers the contact of the
-- group that it belongs to (merged_from), so ingestion goes on for each of them, and each can leave the group. All
-- contacts of a group have the same privacy rule.

set role callintel_owner;
grant update (merged_into, rule_before) on callintel_private.contacts to callintel_definer;
grant select, insert, delete on callintel_private.contact_profiles to callintel_definer;
reset role;
set role callintel_definer;

-- Returns the contacts of the group of a contact, or the contact alone.
create or replace function callintel_private.merged_group(org uuid, contact uuid) returns uuid[]
    language plpgsql stable as $$
declare
    survivor uuid := coalesce((select c.merged_into
                                 from callintel_private.contacts c
                                where c.org_id = org and c.id = contact and c.merged_into is not null), contact);
begin
    return array[survivor] || array(select c.id from callintel_private.contacts c
                                     where c.org_id = org and c.merged_into = survivor
                                     order by c.id);
end $$;

create or replace function callintel_private.has_merged_contacts(org uuid) returns boolean
    language plpgsql stable as $$
begin
    return exists (select from callintel_private.contacts c where c.org_id = org and c.merged_into is not null);
end $$;

-- Returns expressions for the contact of a row s of a batch and for the merged contact that the row belongs to, where
-- $1 is the org. In an org without merged contacts they look nothing up.
create or replace function callintel_private.contact_expressions(org uuid, out contact text, out merged_from text)
    language plpgsql as $$
declare
    is_merged constant text := 'from callintel_private.contacts m '
                               'where m.org_id = $1 and m.id = s.contact_id and m.merged_into is not null';
begin
    if callintel_private.has_merged_contacts(org) then
        contact := format('coalesce((select m.merged_into %s), s.contact_id)', is_merged);
        merged_from := format('(select m.id %s)', is_merged);
    else
        contact := 's.contact_id';
        merged_from := 'null::uuid';
    end if;
end $$;

-- Returns the rule of a contact as an object, which is empty if it has none.
create or replace function callintel_private.rule_of(org uuid, contact uuid) returns jsonb
    language plpgsql stable as $$
begin
    return coalesce((
        select jsonb_build_object(
                   'level', r.level,
                   'no_search', r.no_search,
                   'no_embedding', r.no_embedding,
                   'retention_days', r.retention_days,
                   'members', array(select m.member_id
                                      from callintel_private.privacy_rule_members m
                                     where m.org_id = org and m.contact_id = contact
                                     order by m.member_id))
          from callintel_private.privacy_rules r
         where r.org_id = org and r.contact_id = contact), '{}');
end $$;

-- Gives a contact a rule in that form, if it has another one. Members who left the org are not listed again.
create or replace function callintel_private.apply_rule(org uuid, contact uuid, rule jsonb) returns void
    language plpgsql volatile as $$
declare
    listed uuid[];
begin
    if callintel_private.rule_of(org, contact) = rule then
        return;
    end if;
    if rule = '{}' then
        delete from callintel_private.privacy_rule_members m where m.org_id = org and m.contact_id = contact;
        delete from callintel_private.privacy_rules r where r.org_id = org and r.contact_id = contact;
        return;
    end if;
    listed := array(select o.member_id
                      from jsonb_array_elements_text(rule -> 'members') m (id)
                      join callintel_private.org_roles o on o.org_id = org and o.member_id = m.id::uuid);
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
        contact,
        (rule ->> 'level')::smallint,
        (rule ->> 'no_search')::boolean,
        (rule ->> 'no_embedding')::boolean,
        (rule ->> 'retention_days')::integer,
        callintel.current_member())
    on conflict on constraint privacy_rules_org_id_contact_id_pk
    do update set level = excluded.level, no_search = excluded.no_search, no_embedding = excluded.no_embedding,
                  retention_days = excluded.retention_days, set_by = excluded.set_by, set_at = now();
    delete from callintel_private.privacy_rule_members m
     where m.org_id = org and m.contact_id = contact and m.member_id <> all (listed);
    insert into callintel_private.privacy_rule_members (org_id, contact_id, member_id)
    select org, contact, m from unnest(listed) m on conflict do nothing;
end $$;

-- Gives all contacts of a group the most restrictive combination of the rules that they had before. metadata_only
-- closes the content and leaves the events visible; restricted and hidden do the opposite. No level does both, so these
-- cannot be combined.
create or replace function callintel_private.combine_rules(org uuid, contacts uuid[]) returns void
    language plpgsql volatile as $$
declare
    highest    smallint;
    restricted bigint;
    combined   jsonb;
    contact    uuid;
begin
    select max(coalesce((c.rule_before ->> 'level')::smallint, 0)),
           count(*) filter (where c.rule_before ->> 'level' = '2')
      into highest, restricted
      from callintel_private.contacts c
     where c.org_id = org and c.id = any (contacts);
    if highest > 1
       and exists (select from callintel_private.contacts c
                    where c.org_id = org and c.id = any (contacts) and c.rule_before ->> 'level' = '1') then
        raise exception 'The privacy rules of the contacts cannot be combined: one is metadata_only, and another '
                        'one is restricted or hidden.'
            using errcode = 'CI267', hint = 'Give both contacts the same level with session.Privacy.SetAsync first.';
    end if;
    select case when bool_and(c.rule_before = '{}') then '{}'::jsonb
                else jsonb_build_object(
                    'level', highest,
                    'no_search', bool_or(coalesce((c.rule_before ->> 'no_search')::boolean, false)),
                    'no_embedding', bool_or(coalesce((c.rule_before ->> 'no_embedding')::boolean, false)),
                    'retention_days', min((c.rule_before ->> 'retention_days')::integer),
                    -- Members whom every restricted contact lists.
                    'members', case when highest <> 2 then '[]'::jsonb else (
                        select coalesce(jsonb_agg(x.id order by x.id::uuid), '[]')
                          from (select m.id from callintel_private.contacts k
                                 cross join lateral jsonb_array_elements_text(k.rule_before -> 'members') m (id)
                                 where k.org_id = org and k.id = any (contacts) and k.rule_before ->> 'level' = '2'
                                 group by m.id having count(*) = restricted) x) end) end
      into combined
      from callintel_private.contacts c
     where c.org_id = org and c.id = any (contacts);
    foreach contact in array contacts loop
        perform callintel_private.apply_rule(org, contact, combined);
    end loop;
end $$;

-- Moves the rows of the contacts of a group from one contact of it to another. merged names those that leave or join;
-- null stands for the rows that belong to the first contact itself. Returns the number of events.
create or replace function callintel_private.move_rows(org uuid, former uuid, next uuid, merged uuid) returns bigint
    language plpgsql volatile as $$
declare
    ids   uuid[];
    child text;
begin
    update callintel_private.contact_numbers n
       set contact_id = next, merged_from = nullif(coalesce(n.merged_from, former), next)
     where n.org_id = org and n.contact_id = former and (merged is null or n.merged_from = merged);
    update callintel_private.event_participants p
       set party_id = next, merged_from = nullif(coalesce(p.merged_from, former), next)
     where p.org_id = org and p.party_id = former and (merged is null or p.merged_from = merged);
    with moved as (
        update callintel_private.events e
           set contact_id = next, merged_from = nullif(coalesce(e.merged_from, former), next)
         where e.org_id = org and e.contact_id = former and (merged is null or e.merged_from = merged)
        returning e.id
    )
    select coalesce(array_agg(m.id), '{}') into ids from moved m;
    foreach child in array array['event_details', 'event_participants', 'event_embeddings'] loop
        execute format($sql$
            update callintel_private.%I d set contact_id = $3
             where d.org_id = $1 and d.event_id = any ($2) and d.contact_id = $4$sql$, child)
          using org, ids, next, former;
    end loop;
    -- sealed_for names the contact whose key protects the content, if that is not the contact of the event.
    foreach child in array array['event_contents', 'event_parts', 'event_lexemes'] loop
        execute format($sql$
            update callintel_private.%I d
               set contact_id = $3, sealed_for = nullif(coalesce(d.sealed_for, $4), $3)
             where d.org_id = $1 and d.event_id = any ($2) and d.contact_id = $4$sql$, child)
          using org, ids, next, former;
    end loop;
    perform callintel_private.mark_dirty(org, ids);
    return cardinality(ids);
end $$;

create or replace function callintel.merge_contacts(
    former uuid,
    survivor uuid,
    display_name bytea,
    out surviving uuid,
    out moved bigint)
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off set client_min_messages = notice as $$
declare
    org     uuid := callintel_private.lock_privacy_rule(former);
    present uuid;
    people  uuid[];
begin
    perform callintel_private.lock_privacy_rule(survivor);
    surviving := coalesce((select c.merged_into from callintel_private.contacts c
                            where c.org_id = org and c.id = survivor and c.merged_into is not null), survivor);
    moved := 0;
    if not exists (select from callintel_private.contacts c where c.org_id = org and c.id = former)
       or not exists (select from callintel_private.contacts c where c.org_id = org and c.id = surviving) then
        raise exception 'One of the contacts does not exist.'
            using errcode = 'CI152', hint = 'Take the id from an event or from FindByNumberAsync.';
    end if;
    present := (select c.merged_into from callintel_private.contacts c where c.org_id = org and c.id = former);
    if former = surviving or present = surviving then
        return;
    end if;
    if present is not null then
        raise exception 'The contact is already merged into another contact.'
            using errcode = 'CI266', hint = 'Split it from that contact first, or merge the contact that survived.';
    end if;
    people := callintel_private.merged_group(org, former) || callintel_private.merged_group(org, surviving);
    if exists (select from callintel_private.data_keys k
                where k.org_id = org and k.purpose = 'person' and k.subject_id = any (people) and k.state = 4)
       or exists (select from callintel_private.erasure_contacts x
                   where x.org_id = org and x.contact_id = any (people)) then
        raise exception 'One of the contacts was erased, or its erasure has started.'
            using errcode = 'CI026', hint = 'An erased contact stays on its own.';
    end if;
    update callintel_private.contacts c
       set rule_before = callintel_private.rule_of(org, c.id)
     where c.org_id = org and c.id = any (people) and c.rule_before is null;
    update callintel_private.contacts c
       set merged_into = surviving
     where c.org_id = org and (c.id = former or c.merged_into = former);
    perform callintel_private.combine_rules(org, people);
    moved := callintel_private.move_rows(org, former, surviving, null);
    perform callintel_private.set_levels(org, people);
    if merge_contacts.display_name is not null then
        perform callintel_private.require_keys_of(org, array[merge_contacts.display_name]);
        insert into callintel_private.contact_profiles (org_id, contact_id, display_name, copied_from)
        select org, surviving, merge_contacts.display_name, former
         where exists (select from callintel_private.contact_profiles p where p.org_id = org and p.contact_id = former)
            on conflict do nothing;
    end if;
    perform callintel_private.audit('merge', 'contacts', moved, former, 'into ' || surviving);
    perform callintel_private.audit('merge', 'contacts', moved, surviving, 'from ' || former);
end $$;
comment on function callintel.merge_contacts is
    'Merges a contact, and the contacts that were merged into it, into another one, which stands for all of them from '
    'then on. All of them get the most restrictive combination of their privacy rules. display_name is the name of the '
    'first contact, encrypted for the surviving one, which gets it if it has no name. Returns the surviving contact '
    'and the number of events that moved.';

create or replace function callintel.split_contact(contact uuid) returns bigint
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off set client_min_messages = notice as $$
declare
    org      uuid := callintel_private.lock_privacy_rule(contact);
    survivor uuid := (select c.merged_into from callintel_private.contacts c where c.org_id = org and c.id = contact);
    people   uuid[];
    moved    bigint;
begin
    if not exists (select from callintel_private.contacts c where c.org_id = org and c.id = contact) then
        raise exception 'The contact does not exist.'
            using errcode = 'CI152', hint = 'Take the id from an event or from FindByNumberAsync.';
    end if;
    if survivor is null then
        raise exception 'The contact is not merged into another contact.'
            using errcode = 'CI266', hint = 'Split one of the contacts that ListMergedAsync returns.';
    end if;
    people := array_remove(callintel_private.merged_group(org, contact), contact);
    update callintel_private.contacts c set merged_into = null where c.org_id = org and c.id = contact;
    moved := callintel_private.move_rows(org, survivor, contact, contact);
    delete from callintel_private.contact_profiles p
     where p.org_id = org and p.contact_id = survivor and p.copied_from = contact;
    perform callintel_private.combine_rules(org, array[contact]);
    perform callintel_private.combine_rules(org, people);
    update callintel_private.contacts c
       set rule_before = null
     where c.org_id = org and (c.id = contact or c.id = survivor and cardinality(people) = 1);
    perform callintel_private.set_levels(org, people || contact);
    perform callintel_private.set_content_levels(org, array(
        select e.id from callintel_private.events e where e.org_id = org and e.contact_id = contact));
    perform callintel_private.audit('split', 'contacts', moved, contact, 'from ' || survivor);
    perform callintel_private.audit('split', 'contacts', moved, survivor, 'off ' || contact);
    return moved;
end $$;
comment on function callintel.split_contact is
    'Takes a merged contact out of its group: it gets back its numbers, its events, including later ones of its '
    'numbers, and its privacy rule. The remaining contacts get the combination of their own rules. Returns the number '
    'of events that moved.';

grant execute on function callintel.merge_contacts, callintel.split_contact to callintel_app;

set role callintel_member;

create or replace function callintel.read_contact_group(contact uuid)
    returns table (contact_id uuid, merged_into uuid)
    language plpgsql stable rows 10 security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    org      uuid := (select c.org_id from callintel_private.session_context c);
    survivor uuid := (select coalesce(c.merged_into, c.id)
                        from callintel_private.contacts c
                       where c.org_id = org and c.id = contact);
begin
    return query
    select c.id, c.merged_into
      from callintel_private.contacts c
     where c.org_id = org and (c.id = survivor or c.merged_into = survivor)
     order by c.merged_into nulls first, c.id;
end $$;
comment on function callintel.read_contact_group is
    'Returns the contact that stands for this one, and the contacts that are merged into it, as far as the session may '
    'see them. A contact that is not merged with others is alone.';
grant execute on function callintel.read_contact_group to callintel_app;

reset role;
