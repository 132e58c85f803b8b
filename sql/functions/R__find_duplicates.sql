-- purpose: which records of a batch are already stored without a difference: asked before anything is encrypted and
--          copied, and again for copied records before they are merged

set role callintel_definer;

-- Returns the places, from 1, of the records that are already stored without a difference, which merge_staged in
-- R__merge_batch.sql would leave unchanged. self is the member who may write own events only; null for a session that
-- writes events of all members. Content of erased persons never counts as stored, nor do events above max_level:
-- otherwise a caller could find out stored values by trying.
create or replace function callintel_private.find_stored(
    org uuid, self uuid, max_level smallint, erased uuid[], batch callintel_private.event_arrays)
    returns integer[] language plpgsql stable set enable_nestloop = off as $$
declare
    lowest  uuid := (select i from unnest(batch.id) i order by i limit 1);
    highest uuid := (select i from unnest(batch.id) i order by i desc limit 1);
    many    bigint := 3 * cardinality(batch.id);
    lying   bigint;
    places  integer[];
begin
    -- Reads all events between the first and the last record if they are hardly more than the records. A repeated
    -- import finds every record, and in the table they lie one after the other as they do in the index.
    with stored as materialized (
        select r.*
          from callintel_private.events e, lateral callintel_private.stored_metadata(e) r
         where e.org_id = org and e.id between lowest and highest and e.level <= max_level
         limit many
    ), content as materialized (
        select c.event_id,
               case when c.body is not null then c.body_hash end as body_hash,
               case when c.transcript is not null then c.transcript_hash end as transcript_hash,
               case when c.summary is not null then c.summary_hash end as summary_hash
          from callintel_private.event_contents c
         where c.org_id = org and c.event_id between lowest and highest
         limit many
    )
    select array_agg(t.place), (select count(*) from stored) into places, lying
      from callintel_private.event_rows(batch) t
      join stored e on e.id = t.id
      left join content c on c.event_id = t.id
     where callintel_private.is_unchanged(self, t, e::callintel_private.event_metadata)
       and (coalesce(t.body_hash, t.transcript_hash, t.summary_hash) is null
            or t.contact_id = any (erased) is not true and c.event_id is not null
               and (t.body_hash is null or t.body_hash = c.body_hash)
               and (t.transcript_hash is null or t.transcript_hash = c.transcript_hash)
               and (t.summary_hash is null or t.summary_hash = c.summary_hash));
    -- There are never more rows with content than events.
    if lying < many then
        return coalesce(places, '{}');
    end if;
    -- Looks up one record after the other by its key, and content only where the metadata is unchanged. "limit" keeps
    -- the planner from a join, which would read all events of the org.
    return array(
        select t.place
          from callintel_private.event_rows(batch) t,
               lateral (select r.*
                          from callintel_private.events e, lateral callintel_private.stored_metadata(e) r
                         where e.org_id = org and e.id = t.id and e.level <= max_level
                         limit 1) e
         where callintel_private.is_unchanged(self, t, e::callintel_private.event_metadata)
           and (coalesce(t.body_hash, t.transcript_hash, t.summary_hash) is null
                or t.contact_id = any (erased) is not true and exists (
                           select from callintel_private.event_contents c
                            where c.org_id = org and c.event_id = t.id
                              and (t.body_hash is null or c.body is not null and t.body_hash = c.body_hash)
                              and (t.transcript_hash is null or c.transcript is not null
                                   and t.transcript_hash = c.transcript_hash)
                              and (t.summary_hash is null or c.summary is not null and t.summary_hash = c.summary_hash)
                            limit 1)));
end $$;

-- Returns those of the contacts whose key was destroyed. Their content is refused, even if it was stored before.
create or replace function callintel_private.erased_among(org uuid, contacts uuid[]) returns uuid[]
    language plpgsql stable as $$
begin
    return array(select c.id from (select distinct u as id from unnest(contacts) u) c
                  where exists (select from callintel_private.data_keys k
                                 where k.org_id = org and k.purpose = 'person' and k.subject_id = c.id and k.state = 4
                                 limit 1));
end $$;

-- Used by former versions of the package.
drop function if exists
    callintel_private.find_stored(
        uuid,
        uuid,
        uuid[],
        uuid[],
        timestamptz[],
        uuid[],
        uuid[],
        integer[],
        smallint[],
        smallint[],
        smallint[],
        smallint[],
        bigint[],
        bigint[],
        bigint[]),
    callintel_private.says_same(
        uuid,
        timestamptz,
        smallint,
        smallint,
        smallint,
        uuid,
        uuid,
        integer,
        smallint,
        timestamptz,
        smallint,
        smallint,
        smallint,
        uuid,
        uuid,
        integer,
        smallint);
reset role;
