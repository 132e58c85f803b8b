-- name: Use a leakproof condition whose sub-select runs if a column of a row of another org has a value
-- claim: a leakproof condition runs before the policy, and a case expression with a sub-select counts as leakproof
-- runs: everyone
-- expect: CI001 or no rows or own rows or 42501 or 42809 or 42703
-- naive: crosses
-- with orgs-name: relation = callintel.orgs | condition = t.name >= any (array['canary'])
-- with org-roles-role: relation = callintel.org_roles | condition = t.role >= any (array[50::smallint])
-- with org-roles-permissions: relation = callintel.org_roles | condition = t.permissions > any (array[0::bigint])
-- with contacts-created-at: relation = callintel.contacts
--     | condition = t.created_at > any (array[timestamptz '2020-01-01Z'])
-- with contacts-created-by: relation = callintel.contacts
--     | condition = t.created_by > any (array['00000000-0000-0000-0000-000000000000'::uuid])
-- with contact-numbers-kind: relation = callintel.contact_numbers | condition = t.kind = any (array[1::smallint])
-- with contact-numbers-number: relation = callintel.contact_numbers
--     | condition = t.number >= any (array['\xc10100'::bytea])
-- with contact-profiles-display-name: relation = callintel.contact_profiles
--     | condition = t.display_name >= any (array['\xc10100'::bytea])
-- with privacy-rules-level: relation = callintel.privacy_rules | condition = t.level >= any (array[3::smallint])
-- with privacy-rules-no-search: relation = callintel.privacy_rules | condition = t.no_search < any (array[true])
-- with privacy-rule-members-member-id: relation = callintel.privacy_rule_members
--     | condition = t.member_id > any (array['00000000-0000-0000-0000-000000000000'::uuid])
-- with events-duration-s: relation = callintel.events | condition = t.duration_s > any (array[598])
-- with events-external-id: relation = callintel.events | condition = t.external_id >= any (array['canary'])
-- with events-occurred-at: relation = callintel.events
--     | condition = t.occurred_at > any (array[timestamptz '2026-01-11Z'])
-- with events-contact-id: relation = callintel.events
--     | condition = t.contact_id = any (array['{foreign_contact}'::uuid])
-- with event-contents-body: relation = callintel.event_contents | condition = t.body >= any (array['\xc10100'::bytea])
-- with event-contents-summary: relation = callintel.event_contents
--     | condition = t.summary >= any (array['\xc10100'::bytea])
-- with event-details-status: relation = callintel.event_details | condition = t.status >= any (array['canary'])
-- with event-details-conversation-id: relation = callintel.event_details
--     | condition = t.conversation_id >= any (array['canary'])
-- with event-parts-media-type: relation = callintel.event_parts | condition = t.media_type >= any (array['canary'])
-- with event-parts-ordinal: relation = callintel.event_parts | condition = t.ordinal = any (array[0::smallint])
-- with event-participants-status: relation = callintel.event_participants
--     | condition = t.status >= any (array['canary'])
-- with event-participants-role: relation = callintel.event_participants | condition = t.role = any (array[2::smallint])
-- with event-embeddings-content-hash: relation = callintel.event_embeddings
--     | condition = t.content_hash >= any (array['\x00'::bytea])
-- with event-keys-event-id: relation = callintel.event_keys
--     | condition = t.event_id > any (array['00000000-0000-0000-0000-000000000000'::uuid])
-- with event-tombstones-kind: relation = callintel.event_tombstones | condition = t.kind = any (array[1::smallint])
-- with dirty-buckets-bucket: relation = callintel.dirty_buckets
--     | condition = t.bucket > any (array[timestamptz '2020-01-01Z'])
-- with sync-sources-name: relation = callintel.sync_sources | condition = t.name >= any (array['canary'])
-- with sync-streams-cursor: relation = callintel.sync_streams | condition = t.cursor >= any (array['canary'])
-- with sync-runs-error-code: relation = callintel.sync_runs | condition = t.error_code >= any (array['canary'])
-- with ingest-rejects-reason: relation = callintel.ingest_rejects | condition = t.reason >= any (array['canary'])
-- with audit-log-detail: relation = callintel.audit_log | condition = t.detail >= any (array['canary'])
-- with invitations-role: relation = callintel.invitations | condition = t.role = any (array[20::smallint])
set local max_parallel_workers_per_gather = 0;
set local enable_indexscan = off;
set local enable_indexonlyscan = off;
set local enable_bitmapscan = off;
select count(*) from {relation} t
 where t.org_id = any (array['{foreign}'::uuid]) and case when {condition}
     then (select set_config('leak.seen', 'yes', true) is null) else false end;
select nullif(current_setting('leak.seen', true), '') as breach;
