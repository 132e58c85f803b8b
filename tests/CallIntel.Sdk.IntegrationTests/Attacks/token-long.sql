-- name: A token one byte long
-- claim: length is not checked
-- runs: everyone
-- expect: CI002
-- naive: holds
call callintel.begin('{token:long}');
