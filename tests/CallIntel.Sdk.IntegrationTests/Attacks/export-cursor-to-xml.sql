-- name: Call cursor_to_xml
-- claim: a cursor in a function is not subject to policies
-- runs: everyone
-- expect: own rows
-- naive: holds
declare c cursor for select external_id from callintel.events where org_id = '{foreign}';
select cursor_to_xml('c', 100, true, false, '') as x;
