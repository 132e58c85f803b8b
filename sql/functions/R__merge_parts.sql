-- purpose: storing the attachments and further participants of the events of a batch. Called after merge_details in the
--          same transaction, if there are any.

set role callintel_definer;

create or replace function callintel.merge_parts(
    ids uuid[],
    ordinals smallint[],
    media_types text[],
    sizes bigint[],
    references_ bytea[],
    hashes bigint[]) returns uuid[]
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off set client_min_messages = notice as $$
declare
    org     uuid := callintel_private.require(32 /* ingest */);
    changed uuid[];
    written bigint;
begin
    perform callintel_private.require_keys_of(org, references_);
    with incoming as (
        select distinct on (t.id, t.ordinal) t.*, w.contact_id, w.member_id, w.level, w.merged_from, w.was_there
          from unnest(ids, ordinals, media_types, sizes, references_, hashes) with ordinality as t (
              id,
              ordinal,
              media_type,
              size_bytes,
              reference,
              reference_hash,
              place)
          join callintel_private.writable(org, ids) w on w.id = t.id
         where not exists (select from callintel_private.event_tombstones x
                            where x.org_id = org and x.record_key = callintel_private.record_key(t.id))
         order by t.id, t.ordinal, t.place desc
    ), stored as (
        insert into callintel_private.event_parts as p (
            org_id,
            event_id,
            contact_id,
            member_id,
            level,
            ordinal,
            media_type,
            size_bytes,
            reference,
            reference_hash,
            sealed_for)
        select org,
               t.id,
               t.contact_id,
               t.member_id,
               t.level,
               t.ordinal,
               t.media_type,
               t.size_bytes,
               t.reference,
               t.reference_hash,
               t.merged_from
          from incoming t order by t.id, t.ordinal
            on conflict (org_id, event_id, ordinal) do update
           set media_type = excluded.media_type,
               size_bytes = excluded.size_bytes,
               reference = excluded.reference,
               reference_hash = excluded.reference_hash,
               contact_id = excluded.contact_id,
               member_id = excluded.member_id,
               level = excluded.level,
               sealed_for = excluded.sealed_for
         where (p.media_type, p.size_bytes, p.reference_hash)
               is distinct from (excluded.media_type, excluded.size_bytes, excluded.reference_hash)
            or p.sealed_for is distinct from excluded.sealed_for
        returning event_id
    )
    select array_agg(distinct s.event_id), (select count(*) from stored) into changed, written
      from stored s
      join incoming t on t.id = s.event_id
     where t.was_there;
    perform callintel_private.feed_events(org, 2::smallint, changed);
    perform callintel_private.audit_rows('store', 'event_parts', written);
    return callintel_private.reported_to_session(org, coalesce(changed, '{}'));
end $$;
comment on function callintel.merge_parts is
    'Stores or updates references to the parts of events of the session''s org. Returns the events that were stored '
    'before and changed.';

-- Follows participants that were added to stored events: content is excluded from search, and from embeddings, if a
-- rule of one of its parties says so. An org without such rules has nothing to look for.
create or replace function callintel_private.follow_parties(org uuid, ids uuid[]) returns void
    language plpgsql volatile as $$
declare
    mute uuid[] := callintel_private.unsearchable_contacts(org);
begin
    if coalesce(cardinality(ids), 0) = 0
       or not exists (select from callintel_private.privacy_rules r
                       where r.org_id = org and (r.no_search or r.no_embedding)) then
        return;
    end if;
    delete from callintel_private.event_lexemes l
     where l.org_id = org and l.event_id = any (ids) and callintel_private.parties_of(org, l.event_id) && mute;
    update callintel_private.event_embeddings v
       set is_searchable = false
     where v.org_id = org and v.event_id = any (ids) and v.is_searchable
       and callintel_private.parties_of(org, v.event_id) && mute;
    perform callintel_private.forget_embeddings(
        org,
        array(select c.event_id
                from callintel_private.event_contents c
               where c.org_id = org and c.event_id = any (ids)
                 and not callintel_private.may_embed(org, c.event_id, c.level, c.contact_id, c.sealed_for)));
end $$;

create or replace function callintel.merge_participants(
    ids uuid[],
    ordinals smallint[],
    parties uuid[],
    roles smallint[],
    started timestamptz[],
    durations integer[],
    outcomes smallint[],
    statuses text[])
    returns uuid[]
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off set client_min_messages = notice as $$
declare
    org     uuid := callintel_private.require(32 /* ingest */);
    changed uuid[];
    written bigint;
    merged  boolean := callintel_private.has_merged_contacts(org);
    closed  uuid[] := callintel_private.closed_contacts(org);
begin
    with incoming as (
        select distinct on (t.id, t.ordinal) t.*, w.contact_id, w.member_id, w.level, w.was_there, m.merged_into
          from (select u.id, u.ordinal, case when u.party_id <> all (closed) then u.party_id end as party_id, u.role,
                       u.started_at, u.duration_s, u.outcome, u.status, u.place
                  from unnest(ids, ordinals, parties, roles, started, durations, outcomes, statuses) with ordinality
                       as u (id, ordinal, party_id, role, started_at, duration_s, outcome, status, place)) t
          join callintel_private.writable(org, ids) w on w.id = t.id
          left join lateral (select c.merged_into
                               from callintel_private.contacts c
                              where merged and c.org_id = org and c.id = t.party_id
                                and c.merged_into is not null) m on true
         order by t.id, t.ordinal, t.place desc
    ), stored as (
        insert into callintel_private.event_participants as p (
            org_id,
            event_id,
            contact_id,
            member_id,
            level,
            party_level,
            ordinal,
            party_id,
            role,
            started_at,
            duration_s,
            outcome,
            status,
            merged_from)
        select org, t.id, t.contact_id, t.member_id, t.level,
               coalesce((select r.level
                           from callintel_private.privacy_rules r
                          where r.org_id = org and r.contact_id = t.party_id), 0),
               t.ordinal, coalesce(t.merged_into, t.party_id), t.role, t.started_at, t.duration_s, t.outcome, t.status,
               case when t.merged_into is not null then t.party_id end
          from incoming t
         order by t.id, t.ordinal
            on conflict (org_id, event_id, ordinal) do update
           set party_id = excluded.party_id,
               role = excluded.role,
               started_at = excluded.started_at,
               duration_s = excluded.duration_s,
               outcome = excluded.outcome,
               status = excluded.status,
               contact_id = excluded.contact_id,
               member_id = excluded.member_id,
               level = excluded.level,
               party_level = excluded.party_level,
               merged_from = excluded.merged_from
         where (p.party_id, p.role, p.started_at, p.duration_s, p.outcome, p.status, p.merged_from)
               is distinct from (
                   excluded.party_id,
                   excluded.role,
                   excluded.started_at,
                   excluded.duration_s,
                   excluded.outcome,
                   excluded.status,
                   excluded.merged_from)
        returning event_id
    )
    select array_agg(distinct s.event_id), (select count(*) from stored) into changed, written
      from stored s
      join incoming t on t.id = s.event_id
     where t.was_there;
    perform callintel_private.feed_events(org, 2::smallint, changed);
    perform callintel_private.audit_rows('store', 'event_participants', written);
    -- Content of several people has the highest of their levels.
    if exists (select from callintel_private.privacy_rules r where r.org_id = org and r.level > 0) then
        perform callintel_private.set_content_levels(org, ids);
    end if;
    perform callintel_private.follow_parties(org, changed);
    return callintel_private.reported_to_session(org, coalesce(changed, '{}'));
end $$;
comment on function callintel.merge_participants is
    'Stores or updates further participants and legs of events of the session''s org. Returns the events that were '
    'stored before and changed.';

grant execute on function callintel.merge_parts, callintel.merge_participants to callintel_app;
reset role;
