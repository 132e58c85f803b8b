-- name: Read after a rejected token and a rollback to a savepoint
-- claim: a rejected token leaves another context, or none
-- runs: everyone
-- expect: CI002
-- naive: holds
savepoint s;
select callintel.begin_session('{token:moved}');
-- @next
rollback to savepoint s;
select org_id, nullif(org_id <> '{own}', false) as breach from callintel.orgs;
