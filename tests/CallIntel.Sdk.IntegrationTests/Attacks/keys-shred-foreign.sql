-- name: shred_data_keys of a foreign person
-- claim: people of other orgs can be shredded
-- runs: admin, owner
-- expect: CI152
-- naive: holds
-- @transaction rollback
select shred_data_keys as breach from callintel.shred_data_keys('person', '{foreign_contact}');
