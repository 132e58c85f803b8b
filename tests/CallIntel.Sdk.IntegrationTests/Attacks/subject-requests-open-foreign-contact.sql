-- name: Open a request for a contact of the victim
-- claim: requests name contacts of other orgs, or test their ids
-- runs: admin, owner
-- expect: CI152
-- naive: holds
-- @transaction rollback
select callintel.open_subject_request(gen_random_uuid(), 1::smallint, 1::smallint, 0::smallint, now(), null,
                                      now() + interval '30 days', '{}', '{}', '{}', null, '{"{foreign_contact}"}');
