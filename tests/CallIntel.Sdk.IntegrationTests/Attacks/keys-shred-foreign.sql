-- name: Call shred_data_keys for a contact of another org
-- claim: contacts of other orgs can be crypto-shredded
-- runs: admin, owner
-- expect: CI152
-- naive: holds
-- @transaction rollback
select shred_data_keys as breach from callintel.shred_data_keys('person', '{foreign_contact}');
