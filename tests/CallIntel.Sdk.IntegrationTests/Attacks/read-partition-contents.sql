-- name: A partition of what was said
-- claim: a partition has no policy of its own
-- runs: everyone
-- expect: 42P01
-- naive: crosses
select body as breach from callintel.event_contents_2026_01 where org_id = '{foreign}' limit 3;
