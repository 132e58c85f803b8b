-- name: Run LOCK TABLE
-- claim: an attacker can block other sessions
-- runs: everyone
-- expect: 42501
-- naive: crosses
-- @transaction rollback
lock table callintel.contact_profiles in access exclusive mode nowait;
select 1 as breach;
