-- purpose: destroying the data keys of a subject, and of the conversations that become unreadable by it

set role callintel_definer;

-- The notification contains ids only. A forged notification makes a process read a key again, and nothing more. A
-- subject that never had a key gets the row of a destroyed key. No key with this id ever existed, so no envelope names
-- it. The row makes sure that the subject stays shredded when more of its records arrive later.
create or replace function callintel.shred_data_keys(purpose text, subject uuid) returns setof bytea
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    org       uuid  := callintel_private.require(256 /* manage_privacy */);
    subjects  uuid[];
    tombstone bytea[];
    destroyed bigint;
    person    uuid;
    lost      bytea[] := '{}';
    unread    uuid[] := '{}';
begin
    perform callintel_private.lock_keys(org);
    perform callintel_private.require_still(256 /* manage_privacy */);
    -- Other keys protect what belongs to the org and not to a person: names of members and lines, the identities and
    -- notes of data subject requests, rejected records.
    if (shred_data_keys.purpose in ('person', 'conversation')) is not true then
        perform callintel_private.require_still(8192 /* manage_keys */);
    end if;
    if shred_data_keys.purpose = 'person' and callintel.current_permissions() & 4096 /* see_hidden */ = 0
       and exists (select from callintel_private.privacy_rules r
                    where r.org_id = org and r.contact_id = subject and r.level = 3) then
        raise exception 'The keys of a hidden contact can only be shredded in a session with a purpose.'
            using errcode = 'CI198', hint = 'Open the session with OrgIdentity.Purpose.';
    end if;
    -- The id of a conversation is a digest of the ids of its parties, so a session without a purpose could find out,
    -- and destroy, what a hidden contact shares with somebody. To it, such a conversation does not exist.
    if not exists (select from callintel_private.data_keys d
                    where d.org_id = org and d.purpose = shred_data_keys.purpose and d.subject_id = subject
                      and (shred_data_keys.purpose <> 'conversation'
                           or callintel.current_permissions() & 4096 /* see_hidden */ <> 0
                           or not exists (select from callintel_private.conversation_keys c
                                            join callintel_private.privacy_rules r on r.org_id = org
                                             and r.contact_id = c.party_id and r.level = 3
                                           where c.org_id = org and c.key_id = d.key_id)))
       and not (shred_data_keys.purpose = 'person'
                and exists (select from callintel_private.contacts c where c.org_id = org and c.id = subject)) then
        raise exception 'There is no such contact, and no key for it.'
            using errcode = 'CI152', hint = 'Take the id from an event or from FindByNumberAsync.';
    end if;
    -- Contacts that are merged are one person.
    subjects := case when shred_data_keys.purpose = 'person' then callintel_private.merged_group(org, subject)
                     else array[subject] end;
    if shred_data_keys.purpose = 'person' and callintel_private.held_contacts(org, subjects) <> '{}'
       or shred_data_keys.purpose = 'conversation'
          and callintel_private.held_contacts(
                  org,
                  array(select distinct c.party_id
                          from callintel_private.conversation_keys c
                          join callintel_private.data_keys d on d.org_id = org and d.key_id = c.key_id
                         where c.org_id = org and d.purpose = 'conversation' and d.subject_id = subject)) <> '{}' then
        raise exception 'The contact is under a legal hold, so its keys cannot be destroyed.'
            using errcode = 'CI410', hint = 'Shred the keys after the hold is released.';
    end if;
    if shred_data_keys.purpose = 'person' then
        lost := callintel_private.conversations_lost_with(org, subjects);
        unread := callintel_private.events_sealed_by(org, subjects, lost);
        perform callintel_private.shred_conversations(org, subjects);
        if cardinality(lost) > 0 then
            perform callintel_private.audit('shred', 'conversation_keys', cardinality(lost), subject);
            perform pg_notify('callintel_shred', org::text || ':' || encode(l, 'hex')) from unnest(lost) l;
        end if;
    elsif shred_data_keys.purpose = 'conversation' then
        delete from callintel_private.conversation_keys c
         using callintel_private.data_keys d
         where d.org_id = org and d.purpose = 'conversation' and d.subject_id = subject
           and c.org_id = org and c.key_id = d.key_id;
    end if;
    foreach person in array subjects loop
        update callintel_private.data_keys d
           set state = 4, wrapped = null, destroyed_at = now()
         where d.org_id = org and d.purpose = shred_data_keys.purpose and d.subject_id = person and d.state <> 4;
        get diagnostics destroyed = row_count;
        tombstone := tombstone || sha256(convert_to('callintel.tombstone|' || org || '|' || purpose || '|' || person,
                                                    'UTF8'));
        insert into callintel_private.data_keys (org_id, key_id, purpose, subject_id, epoch, state, destroyed_at)
        select org, tombstone[cardinality(tombstone)], shred_data_keys.purpose, person, 1, 4, now()
         where not exists (select from callintel_private.data_keys d
                            where d.org_id = org and d.purpose = shred_data_keys.purpose and d.subject_id = person);
        perform callintel_private.audit('shred', 'data_keys', destroyed, person);
    end loop;
    perform pg_notify('callintel_shred', org::text || ':' || encode(d.key_id, 'hex'))
       from callintel_private.data_keys d
      where d.org_id = org and d.purpose = shred_data_keys.purpose and d.subject_id = any (subjects) and d.state = 4;
    if shred_data_keys.purpose = 'person' then
        foreach person in array subjects loop
            -- No key of the person protects the words of their content.
            delete from callintel_private.event_lexemes l
             where l.org_id = org
               and (l.contact_id = person or l.sealed_for = person or l.event_id = any (unread));
            perform callintel_private.feed_shred(org, person);
            -- No key protects what is derived from the content.
            perform callintel_private.forget_embeddings(
                org,
                unread
                || array(select e.id from callintel_private.events e where e.org_id = org and e.contact_id = person)
                || array(select c.event_id from callintel_private.event_contents c
                          where c.org_id = org and c.sealed_for = person));
        end loop;
    end if;
    return query
    select d.key_id from callintel_private.data_keys d
     where d.org_id = org and d.purpose = shred_data_keys.purpose and d.subject_id = any (subjects) and d.state = 4
       and d.key_id <> all (tombstone)
    union all
    select l from unnest(lost) l;
end $$;
comment on function callintel.shred_data_keys is
    'Destroys all keys of a subject and of the contacts it is merged with, and those of conversations that a person '
    'wrote or that nobody else can read. Notifies every process that listens, and returns their ids, including those '
    'of keys of the subject destroyed before. None of them ever gets a new key.';

grant execute on function callintel.shred_data_keys to callintel_app;
reset role;
