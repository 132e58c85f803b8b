-- purpose: the wrapped data keys of the session's org: reading, creating and counting uses. The database never sees a
--          raw key.
-- Functions that write keys of an org lock the org's row until the transaction ends. They take this one lock first. So
-- batches that share subjects cannot deadlock, and no key is created under an epoch that is being destroyed or for a
-- subject that is being shredded.

set role callintel_owner;
grant select, insert, update on callintel_private.data_keys to callintel_definer;

drop policy if exists "Definer code acts inside the verified org" on callintel_private.data_keys;
create policy "Definer code acts inside the verified org" on callintel_private.data_keys
    for all to callintel_definer
    using (org_id = (select c.org_id from callintel_private.session_context c))
    with check (org_id = (select c.org_id from callintel_private.session_context c));
comment on policy "Definer code acts inside the verified org" on callintel_private.data_keys is
    'For the checked functions of the package. The policy holds even if one of them lacks its filter by org.';

reset role;
set role callintel_definer;

-- "for update" would block every transaction whose new rows refer to the org.
create or replace function callintel_private.lock_keys(org uuid) returns void
    language plpgsql volatile as $$
begin
    perform from callintel_private.orgs o where o.org_id = org for no key update;
end $$;

-- How often a key may encrypt in total: fewer times than AES-GCM allows with random nonces. Callers cannot set the
-- limit, because one call could then use up a key.
create or replace function callintel_private.key_cap(purpose text) returns bigint
    language sql immutable parallel safe as $$
    select case when purpose like 'scope/%' then 268435456 else 4294967296 end::bigint
$$;

create or replace function callintel.fetch_data_keys(key_ids bytea[])
    returns table (key_id bytea, purpose text, subject_id uuid, epoch integer, state smallint, wrapped bytea)
    language plpgsql stable security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    org uuid := callintel_private.require_any(
        620 /* read_content | read_contacts | ingest | write_contacts | manage_sources */);
begin
    return query
    select k.key_id,
           k.purpose,
           k.subject_id,
           coalesce(w.epoch, k.epoch),
           case when k.purpose = 'conversation' and w.wrapped is null then 4 else k.state end::smallint,
           coalesce(k.wrapped, w.wrapped)
      from callintel_private.data_keys k
      left join lateral (
          -- The key of a conversation, with the key of a party that can unwrap it. Nobody can if all are destroyed.
          select p.epoch, c.wrapped || p.key_id || uuid_send(p.subject_id) || p.wrapped as wrapped
            from callintel_private.conversation_keys c
            join callintel_private.data_keys p on p.org_id = org and p.key_id = c.party_key_id and p.state <> 4
           where k.purpose = 'conversation' and k.state <> 4 and c.org_id = org and c.key_id = k.key_id
           order by p.state, c.party_id limit 1) w on true
     where k.org_id = org and k.key_id = any (key_ids);
end $$;
comment on function callintel.fetch_data_keys is
    'Returns wrapped data keys by id, including destroyed ones; unknown ids are left out. The key of a conversation is '
    'followed by the id, subject and wrapped key of a party that unwraps it, and has the epoch of that key. For '
    'sessions that read or write protected values.';

create or replace function callintel.get_or_create_data_keys(
    purposes text[],
    subjects uuid[],
    uses bigint[],
    candidates bytea[],
    epochs integer[],
    candidates_wrapped bytea[])
    returns table (
        key_id bytea,
        purpose text,
        subject_id uuid,
        epoch integer,
        state smallint,
        wrapped bytea,
        granted bigint)
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    org          uuid := callintel_private.require_any(96 /* ingest | write_contacts */);
    active_epoch integer;
begin
    if exists (select from unnest(uses) as a (uses) where (a.uses >= 1) is not true)
       or (select count(*) <> count(distinct (a.purpose, a.subject_id))
             from unnest(purposes, subjects) as a (purpose, subject_id)) then
        raise exception 'The call names a subject twice, or asks for no uses of its key.'
            using errcode = 'invalid_parameter_value', hint = 'Name each subject once, with the sum of its uses.';
    end if;
    perform callintel_private.lock_keys(org);
    select k.version
      into active_epoch
      from callintel_private.org_keys k
     where k.org_id = org and k.kind = 1 and k.state = 1;

    -- One query decides for each subject: reserve uses of the key it has, report that it was shredded, or store the
    -- candidate. Under the lock the answer stays true for the whole statement.
    return query
    with asked as materialized (
        select a.*,
               own.key_id,
               own.epoch,
               own.wrapped,
               case when own.uses is not null
                    then least(a.uses, callintel_private.key_cap(a.purpose) - own.uses) end as granted
          from unnest(purposes, subjects, uses, candidates, epochs, candidates_wrapped) with ordinality
               as a (purpose, subject_id, uses, candidate, candidate_epoch, candidate_wrapped, place)
          left join lateral (select k.key_id, k.epoch, k.wrapped, k.uses from callintel_private.data_keys k
                              where k.org_id = org and k.purpose = a.purpose and k.subject_id = a.subject_id
                                and k.state = 1
                              limit 1) own on true
    ), reserved as (
        -- All of these keys exist, so each insert finds its row by the primary key. An update from "asked" would be a
        -- join, and the planner expects a single key for the org in a table that has grown since it was last analyzed.
        insert into callintel_private.data_keys as k (org_id, key_id, purpose, subject_id, epoch, wrapped, uses)
        select org, a.key_id, a.purpose, a.subject_id, a.epoch, a.wrapped, a.granted from asked a where a.granted > 0
            on conflict on constraint data_keys_org_id_key_id_pk do update set uses = k.uses + excluded.uses
    ), spent as (
        insert into callintel_private.data_keys as k (org_id, key_id, purpose, subject_id, epoch, wrapped, uses)
        select org, a.key_id, a.purpose, a.subject_id, a.epoch, a.wrapped, 0
          from asked a
         where a.granted <= 0 and a.candidate is not null
            on conflict on constraint data_keys_org_id_key_id_pk do update set state = 2
        returning 1
    ), shredded as materialized (
        select a.place, s.key_id, s.epoch
          from asked a
         cross join lateral (select p.key_id, p.epoch from callintel_private.data_keys p
                              where p.org_id = org and p.purpose = a.purpose and p.subject_id = a.subject_id
                                and p.state = 4
                              order by p.created_at desc limit 1) s
         where a.key_id is null
    ), created as (
        -- Counting first makes the used-up key leave the index of active keys before a new one enters it.
        insert into callintel_private.data_keys as k (org_id, key_id, purpose, subject_id, epoch, wrapped, uses)
        select org,
               a.candidate,
               a.purpose,
               a.subject_id,
               a.candidate_epoch,
               case when a.purpose <> 'conversation' then a.candidate_wrapped end,
               least(a.uses, callintel_private.key_cap(a.purpose))
          from asked a, (select count(*) from spent) as first
         where (a.granted > 0) is not true and a.candidate is not null
           and not exists (select from shredded s where s.place = a.place)
    )
    select case when a.granted > 0 then a.key_id else coalesce(s.key_id, a.candidate) end, a.purpose, a.subject_id,
           case when a.granted > 0 then coalesce(w.epoch, a.epoch) else coalesce(s.epoch, a.candidate_epoch) end,
           case when s.place is null then 1 else 4 end::smallint,
           case when a.granted > 0 then coalesce(a.wrapped, w.wrapped)
                when s.place is null then a.candidate_wrapped end,
           case when a.granted > 0 then a.granted
                when s.place is null
       and a.candidate is not null then least(a.uses, callintel_private.key_cap(a.purpose))
                else 0 end
      from asked a
      left join shredded s on s.place = a.place
      left join lateral (
          select p.epoch, c.wrapped || p.key_id || uuid_send(p.subject_id) || p.wrapped as wrapped
            from callintel_private.conversation_keys c
            join callintel_private.data_keys p on p.org_id = org and p.key_id = c.party_key_id and p.state <> 4
           where a.purpose = 'conversation' and a.granted > 0 and c.org_id = org and c.key_id = a.key_id
           order by p.state, c.party_id limit 1) w on true
     order by a.place;
    if 'conversation' = any (purposes) and cardinality(candidates) > 0 then
        perform callintel_private.add_conversation_keys(org, purposes, candidates, candidates_wrapped);
    end if;

    if active_epoch is null or active_epoch <> any (epochs) then
        perform from callintel_private.data_keys k
          where k.org_id = org and k.key_id = any (candidates) and k.epoch is distinct from active_epoch;
        if found then
            raise exception 'The new data key was created under an epoch that is not the active one.'
                using errcode = 'CI126', hint = 'Repeat the call.';
        end if;
    end if;
end $$;
comment on function callintel.get_or_create_data_keys is
    'Returns the active key of each subject, in the order of the call, with the requested uses reserved. Stores and '
    'returns the candidate if there is no active key or its uses are spent; returns no key if there is no candidate '
    'either. A subject that was crypto-shredded gets its destroyed key and no uses. The candidate of a conversation is '
    'wrapped for each of its parties.';

create or replace function callintel.reserve_key_uses(key bytea, wanted bigint, cap bigint) returns bigint
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    org     uuid := callintel_private.require_any(96 /* ingest | write_contacts */);
    granted bigint;
begin
    perform callintel_private.lock_keys(org);
    -- A caller may ask for a lower limit, but not for a higher one. granted is null if there is no such key.
    select greatest(0, least(wanted, least(cap, callintel_private.key_cap(k.purpose)) - k.uses)) into granted
      from callintel_private.data_keys k where k.org_id = org and k.key_id = key and k.state = 1;
    update callintel_private.data_keys k
       set uses = k.uses + granted
     where k.org_id = org and k.key_id = key and granted > 0;
    return coalesce(granted, 0);
end $$;
comment on function callintel.reserve_key_uses is
    'Reserves uses of an active key before they happen, up to its limit; returns how many were granted.';

-- The other keys of the subject stay as they are, so that nothing becomes unreadable: nobody could read what a key
-- protects that does not unwrap.
create or replace function callintel.retire_data_keys(key_ids bytea[]) returns void
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    org     uuid := callintel_private.require_any(96 /* ingest | write_contacts */);
    retired bigint;
begin
    perform callintel_private.lock_keys(org);
    update callintel_private.data_keys k
       set state = 2
     where k.org_id = org and k.key_id = any (key_ids) and k.state = 1;
    get diagnostics retired = row_count;
    if retired > 0 then
        perform callintel_private.audit('retire', 'data_keys', retired);
    end if;
end $$;
comment on function callintel.retire_data_keys is
    'Limits active keys to decryption, so that their subjects get new ones: for keys that do not unwrap. Keys in other '
    'states and unknown ids are left alone.';

-- A database that was restored or failed over may lack keys that a process still uses; values encrypted under them
-- could never be read. So the transaction that stores envelopes checks that their keys exist. Each envelope contains
-- the id of its key.
create or replace function callintel_private.require_keys(org uuid, key_ids bytea[]) returns void
    language plpgsql stable as $$
begin
    if exists (select from (select distinct k from unnest(key_ids) k where k is not null) x
                where not exists (select from callintel_private.data_keys d
                                   where d.org_id = org and d.key_id = x.k)) then
        raise exception 'The database does not have a key that these values were encrypted under.'
            using errcode = 'CI128',
                  hint = 'Repeat the call; the SDK reads the keys again. This happens after a failover or a restore.';
    end if;
end $$;

create or replace function callintel_private.require_keys_of(org uuid, envelopes bytea[]) returns void
    language plpgsql stable as $$
begin
    -- The cast refuses values that are not envelopes.
    perform callintel_private.require_keys(org, array(
        select distinct substr(e::callintel.envelope::bytea, 4, 32) from unnest(envelopes) e where e is not null));
end $$;

-- The same for the session's org, for functions of callintel_member.
create or replace function callintel_private.require_key_of(envelope bytea) returns void
    language plpgsql stable security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    org uuid := callintel_private.require(0 /* none */);
begin
    perform callintel_private.require_keys(org, array[substr(envelope::callintel.envelope::bytea, 4, 32)]);
end $$;
grant execute on function callintel_private.require_key_of to callintel_member;

grant execute on function
    callintel.fetch_data_keys,
    callintel.get_or_create_data_keys,
    callintel.reserve_key_uses,
    callintel.retire_data_keys
    to callintel_app;
reset role;
