-- name: A cast that fails with the value in its message
-- claim: a filter of the attacker's runs before the policy
-- runs: everyone
-- expect: 22P02
-- expect(ingester): no rows
-- naive: holds
select 1 from callintel.events where external_id::int > 0;
