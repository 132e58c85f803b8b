-- name: Use a condition over UNION ALL on rows of a hidden contact of the own org
-- claim: rows of a hidden contact are read before the policy hides them
-- runs: everyone
-- expect: CI001 or no rows or own rows or 42501 or 42809
-- naive: crosses
-- with events-duration-s: relation = callintel.events | key = contact_id | condition = t.duration_s > any (array[-1])
-- with events-external-id: relation = callintel.events | key = contact_id
--     | condition = t.external_id >= any (array['own'])
-- with event-contents-body: relation = callintel.event_contents | key = contact_id
--     | condition = t.body >= any (array['\xc10100'::bytea])
-- with event-details-status: relation = callintel.event_details | key = contact_id
--     | condition = t.status >= any (array['own'])
-- with event-parts-media-type: relation = callintel.event_parts | key = contact_id
--     | condition = t.media_type >= any (array['own'])
-- with event-participants-status: relation = callintel.event_participants | key = contact_id
--     | condition = t.status >= any (array['own'])
-- with event-embeddings-content-hash: relation = callintel.event_embeddings | key = contact_id
--     | condition = t.content_hash >= any (array['\x00'::bytea])
-- with contact-numbers-number: relation = callintel.contact_numbers | key = contact_id
--     | condition = t.number >= any (array['\xc10100'::bytea])
-- with contact-profiles-display-name: relation = callintel.contact_profiles | key = contact_id
--     | condition = t.display_name >= any (array['\xc10100'::bytea])
-- with contacts-created-at: relation = callintel.contacts | key = id
--     | condition = t.created_at > any (array[timestamptz '2020-01-01Z'])
select count(*) from (select t.* from {relation} t union all select t.* from {relation} t where false
    and random() < 0) t
 where t.org_id = any (array['{own}'::uuid]) and t.{key} = any (array['{own_hidden}'::uuid]) and case when {condition}
     then (select set_config('leak.seen', 'yes', true) is null) else false end;
select nullif(current_setting('leak.seen', true), '') as breach;
