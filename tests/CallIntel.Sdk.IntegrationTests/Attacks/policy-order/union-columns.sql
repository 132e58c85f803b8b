-- name: Use a condition over UNION ALL whose sub-select runs if a column of a row of another org has a value
-- claim: conditions over UNION ALL run before the policies of its members
-- runs: everyone
-- expect: CI001 or no rows or own rows or 42501 or 42809 or 42703
-- naive: crosses
-- with orgs-name: relation = callintel.orgs | column = name | type = text | condition = u.v >= any (array['canary'])
-- with org-roles-role: relation = callintel.org_roles | column = role | type = smallint
--     | condition = u.v >= any (array[50::smallint])
-- with org-roles-permissions: relation = callintel.org_roles | column = permissions | type = bigint
--     | condition = u.v > any (array[0::bigint])
-- with contacts-created-at: relation = callintel.contacts | column = created_at | type = timestamptz
--     | condition = u.v > any (array[timestamptz '2020-01-01Z'])
-- with contacts-created-by: relation = callintel.contacts | column = created_by | type = uuid
--     | condition = u.v > any (array['00000000-0000-0000-0000-000000000000'::uuid])
-- with contact-numbers-kind: relation = callintel.contact_numbers | column = kind | type = smallint
--     | condition = u.v = any (array[1::smallint])
-- with contact-numbers-number: relation = callintel.contact_numbers | column = number | type = bytea
--     | condition = u.v >= any (array['\xc10100'::bytea])
-- with contact-profiles-display-name: relation = callintel.contact_profiles | column = display_name | type = bytea
--     | condition = u.v >= any (array['\xc10100'::bytea])
-- with privacy-rules-level: relation = callintel.privacy_rules | column = level | type = smallint
--     | condition = u.v >= any (array[3::smallint])
-- with privacy-rules-no-search: relation = callintel.privacy_rules | column = no_search | type = boolean
--     | condition = u.v < any (array[true])
-- with privacy-rule-members-member-id: relation = callintel.privacy_rule_members | column = member_id | type = uuid
--     | condition = u.v > any (array['00000000-0000-0000-0000-000000000000'::uuid])
-- with events-duration-s: relation = callintel.events | column = duration_s | type = integer
--     | condition = u.v > any (array[598])
-- with events-external-id: relation = callintel.events | column = external_id | type = text
--     | condition = u.v >= any (array['canary'])
-- with events-occurred-at: relation = callintel.events | column = occurred_at | type = timestamptz
--     | condition = u.v > any (array[timestamptz '2026-01-11Z'])
-- with events-contact-id: relation = callintel.events | column = contact_id | type = uuid
--     | condition = u.v = any (array['{foreign_contact}'::uuid])
-- with event-contents-body: relation = callintel.event_contents | column = body | type = bytea
--     | condition = u.v >= any (array['\xc10100'::bytea])
-- with event-contents-summary: relation = callintel.event_contents | column = summary | type = bytea
--     | condition = u.v >= any (array['\xc10100'::bytea])
-- with event-details-status: relation = callintel.event_details | column = status | type = text
--     | condition = u.v >= any (array['canary'])
-- with event-details-conversation-id: relation = callintel.event_details | column = conversation_id | type = text
--     | condition = u.v >= any (array['canary'])
-- with event-parts-media-type: relation = callintel.event_parts | column = media_type | type = text
--     | condition = u.v >= any (array['canary'])
-- with event-parts-ordinal: relation = callintel.event_parts | column = ordinal | type = smallint
--     | condition = u.v = any (array[0::smallint])
-- with event-participants-status: relation = callintel.event_participants | column = status | type = text
--     | condition = u.v >= any (array['canary'])
-- with event-participants-role: relation = callintel.event_participants | column = role | type = smallint
--     | condition = u.v = any (array[2::smallint])
-- with event-embeddings-content-hash: relation = callintel.event_embeddings | column = content_hash | type = bytea
--     | condition = u.v >= any (array['\x00'::bytea])
-- with event-keys-event-id: relation = callintel.event_keys | column = event_id | type = uuid
--     | condition = u.v > any (array['00000000-0000-0000-0000-000000000000'::uuid])
-- with event-tombstones-kind: relation = callintel.event_tombstones | column = kind | type = smallint
--     | condition = u.v = any (array[1::smallint])
-- with dirty-buckets-bucket: relation = callintel.dirty_buckets | column = bucket | type = timestamptz
--     | condition = u.v > any (array[timestamptz '2020-01-01Z'])
-- with sync-sources-name: relation = callintel.sync_sources | column = name | type = text
--     | condition = u.v >= any (array['canary'])
-- with sync-streams-cursor: relation = callintel.sync_streams | column = cursor | type = text
--     | condition = u.v >= any (array['canary'])
-- with sync-runs-error-code: relation = callintel.sync_runs | column = error_code | type = text
--     | condition = u.v >= any (array['canary'])
-- with ingest-rejects-reason: relation = callintel.ingest_rejects | column = reason | type = text
--     | condition = u.v >= any (array['canary'])
-- with audit-log-detail: relation = callintel.audit_log | column = detail | type = text
--     | condition = u.v >= any (array['canary'])
-- with invitations-role: relation = callintel.invitations | column = role | type = smallint
--     | condition = u.v = any (array[20::smallint])
set local max_parallel_workers_per_gather = 0;
set local enable_indexscan = off;
set local enable_indexonlyscan = off;
set local enable_bitmapscan = off;
select count(*) from (select t.org_id, t.{column}::{type} as v from {relation} t union all select null, null) u
 where u.org_id = any (array['{foreign}'::uuid]) and case when {condition}
     then (select set_config('leak.seen', 'yes', true) is null) else false end;
select nullif(current_setting('leak.seen', true), '') as breach;
