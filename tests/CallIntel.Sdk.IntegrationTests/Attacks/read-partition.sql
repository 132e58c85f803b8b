-- name: Read a partition directly
-- claim: a partition is not subject to the policies of its table
-- runs: everyone
-- expect: 42P01
-- naive: crosses
select external_id as breach from callintel.events_2026_01 where org_id = '{foreign}' limit 3;
