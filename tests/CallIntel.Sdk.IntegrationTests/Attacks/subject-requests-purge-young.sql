-- name: Purge records of requests before the law allows it
-- claim: records can be removed before 24 months
-- runs: admin, owner
-- expect: CI401
-- naive: holds
-- @transaction rollback
select callintel.purge_subject_requests(0);
