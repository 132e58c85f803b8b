-- name: Open a request for a hidden contact without a purpose
-- claim: the ids of hidden contacts can be tested
-- runs: admin, owner
-- expect: CI152
-- naive: crosses
-- @transaction rollback
select callintel.open_subject_request(gen_random_uuid(), 1::smallint, 1::smallint, 0::smallint, now(), null,
                                      now() + interval '30 days', '{}', '{}', '{}', null, '{"{own_hidden}"}');
