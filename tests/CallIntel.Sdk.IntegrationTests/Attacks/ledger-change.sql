-- name: Change the member of entries of the access ledger
-- claim: a member attributes own reads to a colleague
-- runs: everyone
-- expect: 55000
-- naive: holds
update callintel.access_log set member_id = '{foreign_owner}';
