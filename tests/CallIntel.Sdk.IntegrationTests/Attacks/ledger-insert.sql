-- name: Insert an entry into the access ledger
-- claim: an entry about another member or org can be forged
-- runs: everyone
-- expect: 55000
-- naive: holds
insert into callintel.access_log (org_id, id, accessed_at, member_id, purpose, request_id, fields, row_count, is_alert,
    event_ids, contact_ids, other_ids)
values ('{foreign}', gen_random_uuid(), now(), '{foreign_owner}', 0, gen_random_uuid(), 1, 1, false, '{}', '{}', '{}');
