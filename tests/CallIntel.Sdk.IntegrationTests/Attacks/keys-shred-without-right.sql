-- name: shred_data_keys by a role that may not
-- claim: keys are destroyed without the right
-- runs: viewer, member, analyst
-- expect: CI005
-- naive: holds
select callintel.shred_data_keys('person', '{own_contact}');
