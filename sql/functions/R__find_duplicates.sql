-- purpose: which records of a batch are stored as they are told: asked before anything of them is encrypted and copied, and of what was copied before it is merged

set role callintel_definer;

-- The places, from 1, of the records that are stored as told: what merge_staged would leave as it is, after R__merge_batch.sql. self is the member who may
-- write own events only, null for who writes everybody's; words of the erased never count as stored.
create or replace function callintel_private.find_stored(
    org uuid, self uuid, erased uuid[],
    ids uuid[], occurred timestamptz[], contacts uuid[], members uuid[], durations integer[], channels smallint[], directions smallint[], outcomes smallint[],
    utc_offsets smallint[], body_hashes bigint[], transcript_hashes bigint[], summary_hashes bigint[])
    returns integer[] language plpgsql stable as $$
begin
    -- one by one along the keys ("limit" keeps the planner from joining, which would read all the org has), and words of those only whose facts are the same
    return array(
        select t.place::integer
          from unnest(ids, occurred, contacts, members, durations, channels, directions, outcomes, utc_offsets, body_hashes, transcript_hashes, summary_hashes)
               with ordinality as t (id, occurred_at, contact_id, member_id, duration_s, channel, direction, outcome, utc_offset_minutes,
                                     body_hash, transcript_hash, summary_hash, place),
               lateral (select e.* from callintel.events e where e.org_id = org and e.id = t.id limit 1) e
         where (e.occurred_at, e.channel, e.direction) = (t.occurred_at, t.channel, t.direction)
           and (self is null or t.member_id = self and e.member_id = self)
           and (t.outcome = 0 or t.outcome = e.outcome)
           -- nothing known gives way to nothing
           and (t.contact_id is null or t.contact_id = e.contact_id) and (t.member_id is null or t.member_id = e.member_id)
           and (t.duration_s is null or t.duration_s = e.duration_s) and (t.utc_offset_minutes is null or t.utc_offset_minutes = e.utc_offset_minutes)
           and (coalesce(t.body_hash, t.transcript_hash, t.summary_hash) is null
                or t.contact_id = any (erased) is not true and exists (
                           select from callintel.event_contents c
                            where c.org_id = org and c.event_id = t.id
                              and (t.body_hash is null or c.body is not null and t.body_hash = c.body_hash)
                              and (t.transcript_hash is null or c.transcript is not null and t.transcript_hash = c.transcript_hash)
                              and (t.summary_hash is null or c.summary is not null and t.summary_hash = c.summary_hash)
                            limit 1)));
end $$;

-- Members who write own events only are told of their own.
create or replace function callintel.find_duplicates(
    ids uuid[], occurred timestamptz[], contacts uuid[], members uuid[], durations integer[], channels smallint[], directions smallint[], outcomes smallint[],
    utc_offsets smallint[], body_hashes bigint[], transcript_hashes bigint[], summary_hashes bigint[])
    returns integer[] language plpgsql stable security definer set search_path = pg_catalog, pg_temp set jit = off as $$
declare
    org  uuid := callintel_private.require(32);
    self uuid := case when callintel.org_if(2) is null then callintel.member_id() end;
begin
    return callintel_private.find_stored(
        org, self,
        -- words of people whose key was destroyed are refused, also those that were stored before
        array(select c.id from (select distinct u as id from unnest(contacts) u) c
               where exists (select from callintel_private.data_keys k where k.org_id = org and k.purpose = 'person' and k.subject_id = c.id and k.state = 4 limit 1)),
        ids, occurred, contacts, members, durations, channels, directions, outcomes, utc_offsets, body_hashes, transcript_hashes, summary_hashes);
end $$;
comment on function callintel.find_duplicates is
    'The places, from 1, of the records that are stored in the session''s org exactly as told; texts are compared by their keyed digests.';

grant execute on function callintel.find_duplicates to callintel_app;
reset role;
