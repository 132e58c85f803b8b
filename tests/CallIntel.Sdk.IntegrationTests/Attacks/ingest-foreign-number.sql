-- name: Call resolve_contacts for a number of another org
-- claim: a number reveals that a contact exists in another org
-- runs: member, admin, owner
-- expect: own rows
-- naive: holds
-- @transaction rollback
select contact_id, nullif(contact_id = '{foreign_contact}', false) as breach
  from callintel.resolve_contacts(array[gen_random_uuid()], array['{foreign_number}'::uuid], array[1::smallint],
      array['\xc10100'::bytea || '{own_key}'::bytea || sha256('b')], 1,
      array[gen_random_uuid()]);
