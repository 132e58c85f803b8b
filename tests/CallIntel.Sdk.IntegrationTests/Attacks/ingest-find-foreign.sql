-- name: find_contacts of a foreign number
-- claim: a number tells that a contact exists elsewhere
-- runs: member, admin, owner
-- expect: no rows
-- naive: holds
select contact_id as breach from callintel.find_contacts(array['{foreign_number}'::uuid]);
