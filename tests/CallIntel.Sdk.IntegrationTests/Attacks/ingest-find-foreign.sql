-- name: Call find_contacts for a number of another org
-- claim: a number reveals that a contact exists in another org
-- runs: member, admin, owner
-- expect: no rows
-- naive: holds
select contact_id as breach from callintel.find_contacts(array['{foreign_number}'::uuid]);
