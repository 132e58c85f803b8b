-- name: Fail a cast with the value in the error message
-- claim: a condition of the attacker is evaluated before the policy
-- runs: everyone
-- expect: 22P02
-- expect(ingester): no rows
-- naive: holds
select 1 from callintel.events where external_id::int > 0;
