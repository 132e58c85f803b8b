-- name: table_to_xml of a partition
-- claim: a query inside of a function has no policy
-- runs: everyone
-- expect: 42P01
-- naive: crosses
select table_to_xml('callintel.events_2026_01', true, false, '') as breach;
