-- name: Unmark the honey tokens of the other org
-- claim: honey tokens of other orgs can be removed or found
-- runs: admin, owner
-- expect: no rows
-- naive: holds
-- @transaction rollback
select true as breach where callintel.unmark_honey_token('{foreign_contact}');
