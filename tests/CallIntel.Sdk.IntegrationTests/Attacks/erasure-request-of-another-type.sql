-- name: Ask for the erasure of a request that is not about erasure
-- claim: data is erased though nobody asked for it
-- runs: admin, owner
-- expect: CI402
-- naive: holds
-- @transaction rollback
select callintel.request_erasure(gen_random_uuid(), true) where false
union all
select callintel.request_erasure(r.request_id, true)
  from callintel.read_subject_requests(null, true, null, null, null, null, null, null, null, 10) r;
