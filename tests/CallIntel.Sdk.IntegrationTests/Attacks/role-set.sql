-- name: SET ROLE to the owner
-- claim: the application role is a member of the owner
-- runs: everyone
-- expect: 42501
-- naive: holds
set local role callintel_owner;
select 1 as breach from callintel.events where org_id = '{foreign}';
