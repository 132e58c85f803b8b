-- purpose: keys of conversations, wrapped for each party: storing them, and destroying them with the keys of people
-- R__data_keys.sql reads and creates them, because to the SDK they are data keys like others (ADR 0052).

set role callintel_owner;
grant select, insert, delete on callintel_private.conversation_keys to callintel_definer;

drop policy if exists "Definer code acts inside the verified org" on callintel_private.conversation_keys;
create policy "Definer code acts inside the verified org" on callintel_private.conversation_keys
    for all to callintel_definer
    using (org_id = (select c.org_id from callintel_private.session_context c))
    with check (org_id = (select c.org_id from callintel_private.session_context c));
comment on policy "Definer code acts inside the verified org" on callintel_private.conversation_keys is
    'For the checked functions of the package. The policy holds even if one of them lacks its filter by org.';

reset role;
set role callintel_definer;

-- Stores the wrapped keys of the conversations that a call of get_or_create_data_keys has just created. Each candidate
-- is one part for each party: 1 byte that is 1 for the author, 32 bytes with the id of the party's key, and 61 bytes
-- with the wrapped key. A key of a party that was destroyed in the meantime fails the call, because the author may be
-- that party.
create or replace function callintel_private.add_conversation_keys(
    org uuid,
    purposes text[],
    candidates bytea[],
    candidates_wrapped bytea[]) returns void
    language plpgsql volatile as $$
declare
    wanted bigint;
    added  bigint;
begin
    if exists (select from unnest(purposes, candidates, candidates_wrapped) as a (purpose, candidate, parts)
                where a.purpose = 'conversation' and a.candidate is not null
                  and (octet_length(a.parts) > 0 and octet_length(a.parts) % 94 = 0) is not true) then
        raise exception 'A key of a conversation is not wrapped for its parties.'
            using errcode = 'invalid_parameter_value', hint = 'Pass one part of 94 bytes for each party.';
    end if;
    with parts as materialized (
        select a.candidate, substr(a.parts, i.place * 94 + 1, 94) as part
          from unnest(purposes, candidates, candidates_wrapped) as a (purpose, candidate, parts)
          join callintel_private.data_keys k on k.org_id = org and k.key_id = a.candidate and k.state = 1
         cross join lateral generate_series(0, octet_length(a.parts) / 94 - 1) as i (place)
         where a.purpose = 'conversation'
           and not exists (select from callintel_private.conversation_keys c
                            where c.org_id = org and c.key_id = a.candidate)
    ), stored as (
        insert into callintel_private.conversation_keys (org_id, key_id, party_id, party_key_id, is_author, wrapped)
        select org, p.candidate, k.subject_id, k.key_id, get_byte(p.part, 0) = 1, substr(p.part, 34, 61)
          from parts p
          join callintel_private.data_keys k on k.org_id = org and k.key_id = substr(p.part, 2, 32)
           and k.purpose = 'person' and k.state <> 4
        returning 1
    )
    select (select count(*) from parts), (select count(*) from stored) into wanted, added;
    if added < wanted then
        raise exception 'The database does not have a key that these values were encrypted under.'
            using errcode = 'CI128',
                  hint = 'Repeat the call; the SDK reads the keys again. This happens after a failover or a restore.';
    end if;
end $$;

-- Returns the keys of conversations that become unreadable when the keys of these people are destroyed: those of which
-- one of them is the author, and those that nobody else unwraps.
create or replace function callintel_private.conversations_lost_with(org uuid, people uuid[]) returns bytea[]
    language plpgsql stable as $$
begin
    return array(
        select c.key_id
          from callintel_private.conversation_keys c
         where c.org_id = org and c.party_id = any (people)
         group by c.key_id
        having bool_or(c.is_author)
            or not exists (select from callintel_private.conversation_keys o
                             join callintel_private.data_keys k on k.org_id = org and k.key_id = o.party_key_id
                              and k.state <> 4
                            where o.org_id = org and o.key_id = c.key_id and o.party_id <> all (people))
         order by c.key_id);
end $$;

-- Deletes what the keys of these people unwrap, and destroys the keys of conversations that become unreadable by it.
-- Returns the latter. Called under the lock of keys, in the transaction that destroys the keys of the people.
create or replace function callintel_private.shred_conversations(org uuid, people uuid[]) returns bytea[]
    language plpgsql volatile as $$
declare
    lost bytea[] := callintel_private.conversations_lost_with(org, people);
begin
    delete from callintel_private.conversation_keys c
     where c.org_id = org and (c.party_id = any (people) or c.key_id = any (lost));
    update callintel_private.data_keys d
       set state = 4, destroyed_at = now()
     where d.org_id = org and d.key_id = any (lost) and d.state <> 4;
    return lost;
end $$;

-- Returns the events whose content or references one of these keys protects, of those that the people took part in.
create or replace function callintel_private.events_sealed_by(org uuid, people uuid[], keys bytea[]) returns uuid[]
    language plpgsql stable as $$
begin
    return array(
        select t.id
          from (select e.id from callintel_private.events e where e.org_id = org and e.contact_id = any (people)
                union
                select p.event_id
                  from callintel_private.event_participants p
                 where p.org_id = org and p.party_id = any (people)
                union
                select c.event_id
                  from callintel_private.event_contents c
                 where c.org_id = org and c.sealed_for = any (people)) t
         where exists (select from callintel_private.event_contents c
                        where c.org_id = org and c.event_id = t.id
                          and (substr(c.body::bytea, 4, 32) = any (keys)
                               or substr(c.transcript::bytea, 4, 32) = any (keys)
                               or substr(c.summary::bytea, 4, 32) = any (keys)))
            or exists (select from callintel_private.event_parts p
                        where p.org_id = org and p.event_id = t.id and substr(p.reference::bytea, 4, 32) = any (keys)));
end $$;

reset role;
