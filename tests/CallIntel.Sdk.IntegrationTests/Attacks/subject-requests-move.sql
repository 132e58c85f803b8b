-- name: Move a request by the private function
-- claim: a request gets a state past the checks
-- runs: everyone
-- expect: 42501
-- naive: holds
-- @transaction rollback
select callintel_private.move_subject_request('{own_request}', 6::smallint, 16::smallint, null);
