-- name: Change the history of requests
-- claim: entries of the history can be changed
-- runs: everyone
-- expect: 42501
-- naive: holds
-- @transaction rollback
update callintel_private.subject_request_history set reason = 2;
