-- name: LOCK TABLE
-- claim: others can be kept waiting
-- runs: everyone
-- accepts: denial-of-service
-- expect: own rows or no rows or 55P03
-- naive: crosses
-- @transaction rollback
lock table callintel.contact_profiles in access exclusive mode nowait;
select 1 as breach;
