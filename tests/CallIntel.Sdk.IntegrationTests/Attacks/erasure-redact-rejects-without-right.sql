-- name: Call redact_rejects without the permission
-- claim: a member runs an erasure
-- runs: viewer, analyst, member
-- expect: CI005
-- naive: holds
-- @transaction rollback
select callintel.redact_rejects('{own_request}', '{}', '{}');
