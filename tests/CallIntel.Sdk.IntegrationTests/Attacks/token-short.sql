-- name: A token one byte short
-- claim: length is not checked
-- runs: everyone
-- expect: CI002
-- naive: holds
select callintel.begin_session('{token:short}');
