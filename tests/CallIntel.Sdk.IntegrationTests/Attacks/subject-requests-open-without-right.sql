-- name: Open a request without the permission
-- claim: requests are entered without the permission
-- runs: viewer, analyst, member
-- expect: CI005
-- naive: holds
-- @transaction rollback
select callintel.open_subject_request(gen_random_uuid(), 1::smallint, 1::smallint, 0::smallint, now(), null,
                                      now() + interval '30 days', '{}', '{}', '{}', null, '{"{own_contact}"}');
