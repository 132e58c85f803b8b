-- name: Call shred_data_keys without the permission
-- claim: keys are destroyed without the permission
-- runs: viewer, member, analyst
-- expect: CI005
-- naive: holds
select callintel.shred_data_keys('person', '{own_contact}');
