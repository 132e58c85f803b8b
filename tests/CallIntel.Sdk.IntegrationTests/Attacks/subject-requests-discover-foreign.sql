-- name: Call find_subject_contacts with a request of the victim
-- claim: requests of other orgs can be used, or their ids tested
-- runs: admin, owner
-- expect: CI400
-- naive: holds
-- @transaction rollback
select callintel.find_subject_contacts('{foreign_request}', '{}', '{}', '{}', null);
