-- name: Ask for the erasure of a request that is not about erasure
-- claim: data is erased though nobody asked for it
-- runs: admin, owner
-- expect: CI402
-- naive: holds
-- @transaction rollback
select callintel.request_erasure('{own_request}', true);
