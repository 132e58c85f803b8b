-- purpose: storing the details of the events of a batch, and linking the records of one call. Called after merge_batch
--          in the same transaction, if there are any. R__merge_parts.sql stores attachments and participants.

set role callintel_definer;

-- Returns those of the events that the member may write, each once.
create or replace function callintel_private.writable(org uuid, ids uuid[])
    returns table (
        id uuid,
        contact_id uuid,
        member_id uuid,
        level smallint,
        outcome_rank smallint,
        merged_from uuid,
        was_there boolean)
    language plpgsql stable as $$
declare
    verified record := (select c from callintel_private.session_context c);
begin
    return query
    select e.id, e.contact_id, e.member_id, e.level, e.outcome_rank, e.merged_from,
           e.xmin <> pg_current_xact_id()::xid
      from callintel_private.events e
     where e.org_id = org and e.id = any (ids) and (verified.writes_all or e.member_id = verified.member_id);
end $$;

-- As reported, for the session of the verified context.
create or replace function callintel_private.reported_to_session(org uuid, ids uuid[]) returns uuid[]
    language plpgsql stable as $$
declare
    verified record := (select c from callintel_private.session_context c);
begin
    return callintel_private.reported(org,
                                      callintel_private.writable_level(verified.permissions, verified.max_level),
                                      ids);
end $$;

-- Puts the records of a call that name only their parent into one conversation, whose key is that of the first record.
-- A record and its parent arrive in any order: while the parent is not stored, the key of the record is the parent's,
-- because the SDK derives both from the same id. Only changes events that the member may write, and does not look at
-- events of contacts that are hidden from the member, whose existence the key would reveal.
create or replace function callintel_private.link_conversations(org uuid, children uuid[]) returns void
    language plpgsql as $$
declare
    verified record := (select c from callintel_private.session_context c);
    highest  smallint := callintel_private.writable_level(verified.permissions, verified.max_level);
    child    record;
    parent   record;
    root     uuid;
    linked   uuid[];
begin
    for child in
        select e.id, e.occurred_at, e.source_id, e.conversation_key, d.parent_id
          from callintel_private.events e
          join callintel_private.event_details d on d.org_id = org and d.event_id = e.id
         where e.org_id = org and e.id = any (children) and d.conversation_id is null
         order by e.id
    loop
        -- The ids of a day before and after the record prune the months.
        select e.id, e.conversation_key into parent
          from callintel_private.events e
         where e.org_id = org
           and e.id between callintel_private.lowest_id(child.occurred_at - interval '1 day')
                        and callintel_private.lowest_id(child.occurred_at + interval '1 day')
           and e.source_id = child.source_id and e.external_id = child.parent_id and e.id <> child.id
           and e.level <= highest
         limit 1;
        root := coalesce(
            parent.conversation_key,
            callintel_private.record_key(parent.id),
            child.conversation_key);
        linked := array(
            select e.id
              from callintel_private.events e
             where e.org_id = org
               and (e.id in (child.id, parent.id)
                    or e.conversation_key in (child.conversation_key, callintel_private.record_key(child.id)))
               and e.conversation_key is distinct from root
               and (verified.writes_all or e.member_id = verified.member_id) and e.level <= highest);
        update callintel_private.events e set conversation_key = root where e.org_id = org and e.id = any (linked);
        perform callintel_private.mark_dirty(org, linked);
        perform callintel_private.feed_events(org, 2::smallint, linked);
    end loop;
end $$;

create or replace function callintel.merge_details(
    ids uuid[],
    modified timestamptz[],
    conversations text[],
    parents text[],
    legs integer[],
    statuses text[],
    errors text[],
    prices bigint[],
    currencies text[],
    numbers bytea[],
    number_hashes bigint[],
    ranks smallint[] default null) returns uuid[]
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off set client_min_messages = notice as $$
declare
    org     uuid := callintel_private.require(32 /* ingest */);
    changed uuid[];
    written bigint;
begin
    perform callintel_private.require_keys_of(org, numbers);
    with incoming as (
        select distinct on (t.id)
               t.*,
               w.contact_id,
               w.member_id,
               w.level,
               w.was_there,
               callintel_private.is_earlier(t.modified_at, t.outcome_rank, w.outcome_rank) as is_earlier
          from unnest(
              ids,
              modified,
              conversations,
              parents,
              legs,
              statuses,
              errors,
              prices,
              currencies,
              numbers,
              number_hashes,
              ranks) with ordinality
               as t (
                   id,
                   modified_at,
                   conversation_id,
                   parent_id,
                   leg,
                   status,
                   error_code,
                   price_micros,
                   currency,
                   own_number,
                   own_number_hash,
                   outcome_rank,
                   place)
          join callintel_private.writable(org, ids) w on w.id = t.id
         order by t.id, t.modified_at desc nulls last, t.outcome_rank desc nulls last, t.place desc
    ), stored as (
        insert into callintel_private.event_details as d (
            org_id,
            event_id,
            contact_id,
            member_id,
            level,
            modified_at,
            conversation_id,
            parent_id,
            leg,
            status,
            error_code,
            price_micros,
            currency,
            own_number,
            own_number_hash)
        select org,
               t.id,
               t.contact_id,
               t.member_id,
               t.level,
               t.modified_at,
               t.conversation_id,
               t.parent_id,
               t.leg,
               -- The status of an earlier report does not replace a later one.
               case when not t.is_earlier then t.status end,
               case when not t.is_earlier then t.error_code end,
               t.price_micros,
               t.currency,
               t.own_number,
               t.own_number_hash
          from incoming t order by t.id
            on conflict (org_id, event_id) do update
           set contact_id = excluded.contact_id,
               member_id = excluded.member_id,
               level = excluded.level,
               modified_at = coalesce(excluded.modified_at, d.modified_at),
               conversation_id = coalesce(excluded.conversation_id, d.conversation_id),
               parent_id = coalesce(excluded.parent_id, d.parent_id),
               leg = coalesce(excluded.leg, d.leg),
               status = coalesce(excluded.status, d.status),
               error_code = coalesce(excluded.error_code, d.error_code),
               price_micros = coalesce(excluded.price_micros, d.price_micros),
               currency = coalesce(excluded.currency, d.currency),
               own_number = case when excluded.own_number_hash <> d.own_number_hash or d.own_number is null
                                 then coalesce(excluded.own_number, d.own_number) else d.own_number end,
               own_number_hash = coalesce(excluded.own_number_hash, d.own_number_hash)
         where coalesce(d.modified_at <= excluded.modified_at, true)
           and (
               coalesce(excluded.modified_at, d.modified_at),
               coalesce(excluded.conversation_id, d.conversation_id),
               coalesce(excluded.parent_id, d.parent_id),
               coalesce(excluded.leg, d.leg),
               coalesce(excluded.status, d.status),
               coalesce(excluded.error_code, d.error_code),
               coalesce(excluded.price_micros, d.price_micros),
               coalesce(excluded.currency, d.currency),
               coalesce(excluded.own_number_hash, d.own_number_hash))
               is distinct from (
                   d.modified_at,
                   d.conversation_id,
                   d.parent_id,
                   d.leg,
                   d.status,
                   d.error_code,
                   d.price_micros,
                   d.currency,
                   d.own_number_hash)
        returning event_id
    )
    select array_agg(s.event_id), (select count(*) from stored) into changed, written
      from stored s
      join incoming t on t.id = s.event_id
     where t.was_there;
    if exists (select from unnest(parents, conversations) as t (parent, conversation)
                where t.parent is not null and t.conversation is null) then
        perform callintel_private.link_conversations(
            org,
            array(select w.id
                    from unnest(ids, parents, conversations) as t (id, parent, conversation)
                    join callintel_private.writable(org, ids) w on w.id = t.id
                   where t.parent is not null and t.conversation is null));
    end if;
    perform callintel_private.feed_events(org, 2::smallint, changed);
    perform callintel_private.audit_rows('store', 'event_details', written);
    return callintel_private.reported_to_session(org, coalesce(changed, '{}'));
end $$;
comment on function callintel.merge_details is
    'Stores or updates the details of events of the session''s org. Returns the events that were stored before and '
    'changed.';

grant execute on function callintel.merge_details to callintel_app;
reset role;
