-- name: LOCK TABLE
-- claim: others can be kept waiting
-- runs: everyone
-- expect: 42501
-- naive: crosses
-- @transaction rollback
lock table callintel.contact_profiles in access exclusive mode nowait;
select 1 as breach;
