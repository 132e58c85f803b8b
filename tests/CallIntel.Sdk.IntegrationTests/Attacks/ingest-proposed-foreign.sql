-- name: Propose the id of a contact of another org to resolve_contacts
-- claim: the result reveals that the id exists in another org
-- runs: member, admin, owner
-- expect: own rows
-- naive: holds
-- @transaction rollback
select contact_id from callintel.resolve_contacts(array['{foreign_contact}'::uuid], array['{random}'::uuid],
    array[1::smallint], array['\xc10100'::bytea || '{own_key}'::bytea || sha256('b')], 1,
    array[gen_random_uuid()]);
