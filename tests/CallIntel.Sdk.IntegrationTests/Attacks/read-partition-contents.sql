-- name: Read a partition of event contents
-- claim: a partition is not subject to the policies of its table
-- runs: everyone
-- expect: 42P01
-- naive: crosses
select body as breach from callintel.event_contents_2026_01 where org_id = '{foreign}' limit 3;
