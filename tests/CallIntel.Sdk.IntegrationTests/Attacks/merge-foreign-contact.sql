-- name: Merge a contact of the victim into an own one
-- claim: contacts of other orgs can be merged, or their existence tested
-- runs: admin, owner
-- expect: CI152
-- naive: holds
-- @transaction rollback
select callintel.merge_contacts(
    '{foreign_contact}',
    (select c.id from callintel.contacts c limit 1), null);
