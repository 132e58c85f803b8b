-- purpose: events of several people in an erasure: what the erased contact wrote is deleted, and what belongs to the
--          others stays with them. R__erasure_steps.sql calls these functions.

set role callintel_definer;

-- Returns those of these events that stay although their contact is erased, and the participant that each belongs to
-- from now on: the sender, or else the first one. An event stays if somebody else took part in it, unless it is a
-- message that the erased contact sent.
create or replace function callintel_private.events_of_others(org uuid, people uuid[], ids uuid[])
    returns table (event_id uuid, ordinal smallint, party_id uuid, merged_from uuid, party_level smallint)
    language plpgsql stable as $$
begin
    return query
    select distinct on (p.event_id) p.event_id, p.ordinal, p.party_id, p.merged_from, p.party_level
      from callintel_private.event_participants p
      join callintel_private.events e on e.org_id = org and e.id = p.event_id and e.id = any (ids)
     where p.org_id = org and p.event_id = any (ids) and p.party_id is not null and p.party_id <> all (people)
       and (p.merged_from = any (people)) is not true
       -- Outbound, a call, or a received message whose sender, the participant with role 1, is not erased.
       and (e.direction = 2 or e.channel = 1
            or exists (select from callintel_private.event_participants s
                        where s.org_id = org and s.event_id = e.id and s.role = 1
                          and s.party_id <> all (people)))
     order by p.event_id, p.role <> 1, p.ordinal;
end $$;

-- Removes from these events what the keys protect: texts field by field, and references to files. Returns the events
-- that changed.
create or replace function callintel_private.remove_sealed(org uuid, request uuid, ids uuid[], keys bytea[])
    returns uuid[] language plpgsql volatile as $$
declare
    texts uuid[];
    parts uuid[];
    found bigint;
begin
    with sealed as (
        update callintel_private.event_contents c
           set body = case when substr(c.body::bytea, 4, 32) = any (keys) then null else c.body end,
               body_hash = case when substr(c.body::bytea, 4, 32) = any (keys) then null else c.body_hash end,
               transcript = case when substr(c.transcript::bytea, 4, 32) = any (keys) then null
                                 else c.transcript end,
               transcript_hash = case when substr(c.transcript::bytea, 4, 32) = any (keys) then null
                                      else c.transcript_hash end,
               summary = case when substr(c.summary::bytea, 4, 32) = any (keys) then null else c.summary end,
               summary_hash = case when substr(c.summary::bytea, 4, 32) = any (keys) then null
                                   else c.summary_hash end
         where c.org_id = org and c.event_id = any (ids)
           and (substr(c.body::bytea, 4, 32) = any (keys) or substr(c.transcript::bytea, 4, 32) = any (keys)
                or substr(c.summary::bytea, 4, 32) = any (keys))
        returning c.event_id
    )
    select coalesce(array_agg(s.event_id), '{}'), count(*) into texts, found from sealed s;
    perform callintel_private.count_erased(org, request, 'event_contents', 7, found);
    delete from callintel_private.event_contents c
     where c.org_id = org and c.event_id = any (texts)
       and c.body is null and c.transcript is null and c.summary is null;
    with removed as (
        delete from callintel_private.event_parts p
         where p.org_id = org and p.event_id = any (ids) and substr(p.reference::bytea, 4, 32) = any (keys)
        returning p.event_id
    )
    select coalesce(array_agg(distinct r.event_id), '{}'), count(*) into parts, found from removed r;
    perform callintel_private.count_erased(org, request, 'event_parts', 1, found);
    return texts || parts;
end $$;

-- The keys that become unreadable with an erasure: those of its contacts, and those of conversations that only they
-- could read or that one of them wrote.
create or replace function callintel_private.keys_lost_with(org uuid, people uuid[]) returns bytea[]
    language plpgsql stable as $$
begin
    return array(select k.key_id
                   from callintel_private.data_keys k
                  where k.org_id = org and k.purpose = 'person' and k.subject_id = any (people))
        || callintel_private.conversations_lost_with(org, people);
end $$;

-- Gives events of erased contacts to another participant. The place of that participant stays, without a reference, for
-- the erased contact. Words and embeddings are computed again, because they belong to a contact.
create or replace function callintel_private.hand_over(org uuid, request uuid, people uuid[], ids uuid[])
    returns bigint language plpgsql volatile as $$
declare
    kept     uuid[];
    places   smallint[];
    parties  uuid[];
    origins  uuid[];
    levels   smallint[];
begin
    select array_agg(o.event_id), array_agg(o.ordinal), array_agg(o.party_id), array_agg(o.merged_from),
           array_agg(o.party_level)
      into kept, places, parties, origins, levels
      from callintel_private.events_of_others(org, people, ids) o;
    if kept is null then
        return 0;
    end if;
    perform callintel_private.remove_sealed(org, request, kept, callintel_private.keys_lost_with(org, people));
    update callintel_private.event_participants p
       set party_id = null, merged_from = null, party_level = 0, status = null
      from unnest(kept, places) as n (event_id, ordinal)
     where p.org_id = org and p.event_id = any (kept) and p.event_id = n.event_id and p.ordinal = n.ordinal;
    update callintel_private.events e
       set contact_id = n.party_id, merged_from = n.merged_from, level = n.level
      from unnest(kept, parties, origins, levels) as n (event_id, party_id, merged_from, level)
     where e.org_id = org and e.id = any (kept) and e.id = n.event_id;
    update callintel_private.event_contents c
       set contact_id = n.party_id, sealed_for = n.merged_from
      from unnest(kept, parties, origins) as n (event_id, party_id, merged_from)
     where c.org_id = org and c.event_id = any (kept) and c.event_id = n.event_id;
    update callintel_private.event_parts c
       set contact_id = n.party_id, sealed_for = n.merged_from
      from unnest(kept, parties, origins) as n (event_id, party_id, merged_from)
     where c.org_id = org and c.event_id = any (kept) and c.event_id = n.event_id;
    delete from callintel_private.event_lexemes l where l.org_id = org and l.event_id = any (kept);
    perform callintel_private.forget_embeddings(org, kept);
    delete from callintel_private.event_embeddings v where v.org_id = org and v.event_id = any (kept);
    perform callintel_private.follow_events(org, kept);
    perform callintel_private.mark_dirty(org, kept);
    perform callintel_private.feed_events(org, 2::smallint, kept);
    perform callintel_private.count_erased(org, request, 'events', 3, cardinality(kept));
    return cardinality(kept);
end $$;

-- Removes a page of the events of erased contacts: hands over those that belong to others too, and deletes the rest.
create or replace function callintel_private.erase_subject_events(
    org uuid,
    request uuid,
    people uuid[],
    ids uuid[]) returns bigint language plpgsql volatile as $$
declare
    handed bigint := callintel_private.hand_over(org, request, people, ids);
begin
    return handed + callintel_private.delete_subject_events(
        org,
        request,
        array(select e.id from callintel_private.events e
               where e.org_id = org and e.id = any (ids)
                 and (e.contact_id = any (people) or e.merged_from = any (people))));
end $$;

reset role;
