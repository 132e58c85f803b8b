-- purpose: content of several people that not all of them can read: reading it, and replacing it by content that is
--          encrypted under the key of its conversation
-- Such content was stored before keys of conversations existed, or a later record added a participant (ADR 0052).

set role callintel_definer;

-- The people of an event, each by the contact whose key protects what belongs to them: for a merged contact, that is
-- the contact that was merged.
create or replace function callintel_private.people_of(org uuid, event uuid) returns uuid[]
    language plpgsql stable as $$
begin
    return array(
        select coalesce(e.merged_from, e.contact_id)
          from callintel_private.events e
         where e.org_id = org and e.id = event and e.contact_id is not null
        union
        select coalesce(p.merged_from, p.party_id)
          from callintel_private.event_participants p
         where p.org_id = org and p.event_id = event and p.party_id is not null);
end $$;

-- Whether the key of an envelope exists, and one of these people has none that leads to it. People whose keys were
-- destroyed are left out: nothing is wrapped for them.
create or replace function callintel_private.lacks_party(org uuid, envelope bytea, people uuid[]) returns boolean
    language plpgsql stable as $$
begin
    return envelope is not null and cardinality(people) > 1
       and exists (select from callintel_private.data_keys k
                    where k.org_id = org and k.key_id = substr(envelope, 4, 32) and k.state <> 4)
       and exists (select from unnest(people) as p (id)
                    where not exists (select from callintel_private.conversation_keys c
                                       where c.org_id = org and c.key_id = substr(envelope, 4, 32)
                                         and c.party_id = p.id)
                      and not exists (select from callintel_private.data_keys k
                                       where k.org_id = org and k.purpose = 'person' and k.subject_id = p.id
                                         and k.state = 4));
end $$;

-- One row for each text and reference of the next events. The sender of a received message is its author.
create or replace function callintel.read_shared_contents(after uuid, page integer)
    returns table (
        event_id uuid,
        field smallint,
        ordinal smallint,
        envelope bytea,
        sealed_id uuid,
        people uuid[],
        author uuid)
    language plpgsql stable rows 100 security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    org uuid := callintel_private.require(8192 /* manage_keys */);
begin
    return query
    with found as materialized (
        select distinct p.event_id as id
          from callintel_private.event_participants p
         where p.org_id = org and p.event_id > coalesce(after, '00000000-0000-0000-0000-000000000000')
           and p.party_id is not null
         order by 1 limit least(page, 1000)
    ), shared as materialized (
        select e.id,
               callintel_private.people_of(org, e.id) as people,
               -- A received message that is not a call has one author: its sender, the participant with role 1.
               case when e.direction = 1 and e.channel <> 1
                    then coalesce(s.id, e.merged_from, e.contact_id) end as author
          from found f
          join callintel_private.events e on e.org_id = org and e.id = f.id
          left join lateral (select min(coalesce(p.merged_from, p.party_id)::text)::uuid as id
                               from callintel_private.event_participants p
                              where p.org_id = org and p.event_id = f.id and p.role = 1
                                and p.party_id is not null
                             having count(distinct coalesce(p.merged_from, p.party_id)) = 1) s on true
    ), sealed as (
        select c.event_id as id, x.field, 0::smallint as ordinal, x.envelope, c.sealed_id
          from shared s
          join callintel_private.event_contents c on c.org_id = org and c.event_id = s.id
         cross join lateral (values (0::smallint, c.body::bytea), (1::smallint, c.transcript::bytea),
                                    (2::smallint, c.summary::bytea)) as x (field, envelope)
        union all
        select p.event_id, 3::smallint, p.ordinal, p.reference::bytea, null::uuid
          from shared s
          join callintel_private.event_parts p on p.org_id = org and p.event_id = s.id
    )
    select s.id,
           x.field,
           x.ordinal,
           case when callintel_private.lacks_party(org, x.envelope, s.people) then x.envelope end,
           x.sealed_id,
           s.people,
           s.author
      from shared s
      left join sealed x on x.id = s.id
     order by s.id, x.field, x.ordinal;
end $$;
comment on function callintel.read_shared_contents is
    'Returns the texts and references of the next events of several people, as far as not all of the people can read '
    'them; the others without their envelope, so that the caller knows where the page ends. Requires ManageKeys.';

-- Replaces envelopes that did not change since they were read, by their digests.
create or replace function callintel.replace_shared_contents(
    event_ids uuid[],
    fields smallint[],
    ordinals smallint[],
    former bytea[],
    envelopes bytea[])
    returns bigint language plpgsql volatile security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    org      uuid := callintel_private.require(8192 /* manage_keys */);
    texts    bigint;
    parts    bigint;
begin
    perform callintel_private.lock_merges_shared((select c.lock_number from callintel_private.session_context c));
    perform callintel_private.require_keys_of(org, envelopes);
    with given as (
        select g.event_id,
               (array_agg(g.envelope) filter (where g.field = 0))[1] as body,
               (array_agg(g.former) filter (where g.field = 0))[1] as former_body,
               (array_agg(g.envelope) filter (where g.field = 1))[1] as transcript,
               (array_agg(g.former) filter (where g.field = 1))[1] as former_transcript,
               (array_agg(g.envelope) filter (where g.field = 2))[1] as summary,
               (array_agg(g.former) filter (where g.field = 2))[1] as former_summary
          from unnest(event_ids, fields, former, envelopes) as g (event_id, field, former, envelope)
         where g.field < 3
         group by g.event_id
    ), replaced as (
        update callintel_private.event_contents c
           set body = coalesce(g.body, c.body),
               transcript = coalesce(g.transcript, c.transcript),
               summary = coalesce(g.summary, c.summary)
          from given g
         where c.org_id = org and c.event_id = any (event_ids) and c.event_id = g.event_id
           and (g.body is null or sha256(c.body::bytea) = g.former_body)
           and (g.transcript is null or sha256(c.transcript::bytea) = g.former_transcript)
           and (g.summary is null or sha256(c.summary::bytea) = g.former_summary)
        returning 1
    )
    select count(*) into texts from replaced;
    update callintel_private.event_parts p
       set reference = g.envelope
      from unnest(event_ids, fields, ordinals, former, envelopes) as g (event_id, field, ordinal, former, envelope)
     where p.org_id = org and p.event_id = any (event_ids) and p.event_id = g.event_id and g.field = 3
       and p.ordinal = g.ordinal and sha256(p.reference::bytea) = g.former;
    get diagnostics parts = row_count;
    perform callintel_private.audit_rows('reencrypt', 'event_contents', texts);
    perform callintel_private.audit_rows('reencrypt', 'event_parts', parts);
    return texts + parts;
end $$;
comment on function callintel.replace_shared_contents is
    'Replaces texts (field 0 body, 1 transcript, 2 summary) and references (3) of events of several people by the same '
    'ones under another key, unless they changed since they were read. Returns how many rows were replaced. Requires '
    'ManageKeys.';

grant execute on function callintel.read_shared_contents, callintel.replace_shared_contents to callintel_app;
reset role;
