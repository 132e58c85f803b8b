-- name: resolve_contacts that proposes a foreign contact's id
-- claim: an id tells that a contact exists elsewhere
-- runs: member, admin, owner
-- expect: own rows
-- naive: holds
-- @transaction rollback
select contact_id from callintel.resolve_contacts(array['{foreign_contact}'::uuid], array['{random}'::uuid], array[1::smallint], array['\xc10100'::bytea || '{own_key}'::bytea || sha256('b')], 1);
