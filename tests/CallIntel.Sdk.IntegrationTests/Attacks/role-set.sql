-- name: Set the role of the owner
-- claim: the role of the application is a member of it
-- runs: everyone
-- expect: 42501
-- naive: holds
set local role callintel_owner;
select 1 as breach from callintel.events where org_id = '{foreign}';
