-- name: Call table_to_xml for a partition
-- claim: a query in a function is not subject to policies
-- runs: everyone
-- expect: 42P01
-- naive: crosses
select table_to_xml('callintel.events_2026_01', true, false, '') as breach;
