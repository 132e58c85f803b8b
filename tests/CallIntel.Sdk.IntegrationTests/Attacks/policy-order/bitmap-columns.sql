-- name: Compare rows in one arm of an OR that is rechecked on lossy bitmap pages
-- claim: the recheck of a lossy page evaluates the second column of a row comparison for rows of other orgs
-- runs: everyone
-- needs: pages
-- expect: CI001 or no rows or own rows or 42501 or 42809 or 42703
-- naive: crosses
-- with events-any-row: relation = events | id = id | row = (t.org_id, t.duration_s) >= ('{foreign}'::uuid,
--     (select length(set_config('leak.seen', 'yes', true))))
-- with events-below: relation = events | id = id | row = (t.org_id, t.duration_s) <= ('{foreign}'::uuid,
--     (select length(set_config('leak.seen', 'yes', true))))
-- with events-greater: relation = events | id = id | row = (t.org_id, t.duration_s) > ('{foreign}'::uuid,
--     (select length(set_config('leak.seen', 'yes', true))))
-- with events-less: relation = events | id = id | row = (t.org_id, t.duration_s) < ('{foreign}'::uuid,
--     (select length(set_config('leak.seen', 'yes', true))))
-- with events-duration-s: relation = events | id = id
--     | row = (t.org_id, t.duration_s, t.outcome) >= ('{foreign}'::uuid, 19,
--     (select length(set_config('leak.seen', 'yes', true))))
-- with events-external-id: relation = events | id = id
--     | row = (t.org_id, t.external_id, t.outcome) >= ('{foreign}'::uuid, 'spread-19',
--     (select length(set_config('leak.seen', 'yes', true))))
-- with events-channel: relation = events | id = id | row = (t.org_id, t.channel, t.outcome) >= ('{foreign}'::uuid,
--     1::smallint, (select length(set_config('leak.seen', 'yes', true))))
-- with events-contact-id: relation = events | id = id
--     | row = (t.org_id, t.source_id, t.outcome) >= ('{foreign}'::uuid, '{foreign_source}'::uuid,
--     (select length(set_config('leak.seen', 'yes', true))))
-- with events-occurred-at: relation = events | id = id
--     | row = (t.org_id, t.occurred_at) >= ('{foreign}'::uuid,
--     (select to_timestamp(length(set_config('leak.seen', 'yes', true)))))
-- with events-external-id-last: relation = events | id = id
--     | row = (t.org_id, t.duration_s, t.external_id) >= ('{foreign}'::uuid, 19,
--     (select set_config('leak.seen', 'yes', true)))
-- with events-two-values: relation = events | id = id
--     | row = (t.org_id, t.duration_s, t.channel, t.outcome) >= ('{foreign}'::uuid, 19, 1::smallint,
--     (select length(set_config('leak.seen', 'yes', true))))
-- with event-contents-body: relation = event_contents | id = event_id
--     | row = (t.org_id, t.body) >= ('{foreign}'::uuid, (select set_config('leak.seen', 'yes', true)::bytea))
-- with event-contents-hash: relation = event_contents | id = event_id
--     | row = (t.org_id, t.body_hash) >= ('{foreign}'::uuid, (select length(set_config('leak.seen', 'yes', true))))
-- with event-contents-contact: relation = event_contents | id = event_id
--     | row = (t.org_id, t.contact_id, t.body_hash) >= ('{foreign}'::uuid, '{foreign_contact}'::uuid,
--     (select length(set_config('leak.seen', 'yes', true))))
-- with event-details-status: relation = event_details | id = event_id
--     | row = (t.org_id, t.status, t.leg) >= ('{foreign}'::uuid, 'spread-19',
--     (select length(set_config('leak.seen', 'yes', true))))
-- with event-details-leg: relation = event_details | id = event_id
--     | row = (t.org_id, t.leg) >= ('{foreign}'::uuid, (select length(set_config('leak.seen', 'yes', true))))
-- with event-details-price: relation = event_details | id = event_id
--     | row = (t.org_id, t.price_micros, t.leg) >= ('{foreign}'::uuid, 19::bigint,
--     (select length(set_config('leak.seen', 'yes', true))))
-- with event-keys-event-id: relation = event_keys | id = record_key
--     | row = (t.org_id, t.event_id) >= ('{foreign}'::uuid, (select md5(set_config('leak.seen', 'yes', true))::uuid))
-- with event-keys-below: relation = event_keys | id = record_key
--     | row = (t.org_id, t.event_id) <= ('{foreign}'::uuid, (select md5(set_config('leak.seen', 'yes', true))::uuid))
-- with event-tombstones-kind: relation = event_tombstones | id = record_key
--     | row = (t.org_id, t.kind) >= ('{foreign}'::uuid, (select length(set_config('leak.seen', 'yes', true))))
-- with event-tombstones-deleted-at: relation = event_tombstones | id = record_key
--     | row = (t.org_id, t.deleted_at) >= ('{foreign}'::uuid,
--     (select to_timestamp(length(set_config('leak.seen', 'yes', true)))))
-- with contacts-created-by: relation = contacts | id = id
--     | row = (t.org_id, t.created_by) >= ('{foreign}'::uuid, (select md5(set_config('leak.seen', 'yes', true))::uuid))
-- with contacts-created-at: relation = contacts | id = id
--     | row = (t.org_id, t.created_at) <= ('{foreign}'::uuid,
--     (select to_timestamp(length(set_config('leak.seen', 'yes', true)))))
set local max_parallel_workers_per_gather = 0;
set local work_mem = '64kB';
set local enable_seqscan = off;
set local enable_indexscan = off;
set local enable_indexonlyscan = off;
select count(*) from callintel.{relation} t
 where t.org_id = '{own}' and t.{id} >= (select '00000000-0000-0000-0000-000000000000'::uuid)
     and t.{id} <= (select 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid)
    or {row} and t.{id} >= (select '00000000-0000-0000-0000-000000000001'::uuid)
        and t.{id} <= (select 'ffffffff-ffff-ffff-ffff-fffffffffffe'::uuid);
select nullif(current_setting('leak.seen', true), '') as breach;
