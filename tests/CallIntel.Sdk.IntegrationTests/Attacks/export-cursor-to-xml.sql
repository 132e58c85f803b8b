-- name: cursor_to_xml over a cursor
-- claim: a cursor inside of a function has no policy
-- runs: everyone
-- expect: own rows
-- naive: holds
declare c cursor for select external_id from callintel.events where org_id = '{foreign}';
select cursor_to_xml('c', 100, true, false, '') as x;
