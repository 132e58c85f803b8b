-- name: Purge records of requests without the permission
-- claim: records are removed without the permission
-- runs: viewer, analyst, member
-- expect: CI005
-- naive: holds
-- @transaction rollback
select callintel.purge_subject_requests(24);
