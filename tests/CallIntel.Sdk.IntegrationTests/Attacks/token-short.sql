-- name: Use a token without its last byte
-- claim: the length is not checked
-- runs: everyone
-- expect: CI002
-- naive: holds
select callintel.begin_session('{token:short}');
