-- name: Call pg_notify in a condition
-- claim: a condition of the attacker is evaluated before the policy
-- runs: everyone
-- expect: own rows
-- naive: holds
listen leak;
select count(*) from callintel.events e where pg_notify('leak', e.external_id) is not null;
-- @transaction
unlisten *;
select 1;
