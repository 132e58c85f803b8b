-- name: A refused token in a savepoint, then reading
-- claim: after a refusal the last context is gone, or another stands
-- runs: everyone
-- expect: CI002
-- naive: holds
savepoint s;
select callintel.begin_session('{token:moved}');
-- @next
rollback to savepoint s;
select org_id, nullif(org_id <> '{own}', false) as breach from callintel.orgs;
