-- name: Insert an entry into a partition of the access ledger
-- claim: an entry about another member or org can be forged
-- runs: everyone
-- expect: 42501
-- naive: holds
insert into callintel_private.access_log_default (org_id, id, member_id, purpose, request_id, fields, row_count,
    is_alert, event_ids, contact_ids, other_ids)
values ('{foreign}', gen_random_uuid(), '{foreign_owner}', 0, gen_random_uuid(), 1, 1, false, '{}', '{}', '{}');
