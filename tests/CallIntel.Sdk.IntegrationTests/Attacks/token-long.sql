-- name: Use a token with an extra byte
-- claim: the length is not checked
-- runs: everyone
-- expect: CI002
-- naive: holds
select callintel.begin_session('{token:long}');
