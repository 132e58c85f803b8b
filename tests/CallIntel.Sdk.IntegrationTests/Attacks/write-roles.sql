-- name: Insert a role
-- claim: roles can be written as rows
-- runs: everyone
-- expect: 55000
-- naive: holds
insert into callintel.org_roles (org_id, member_id, role, granted_by) values ('{foreign}', '{me}', 50, '{me}');
