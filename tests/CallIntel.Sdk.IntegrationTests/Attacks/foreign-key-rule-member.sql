-- name: A listed member for a foreign rule
-- claim: a foreign key tells that a rule exists
-- runs: admin, owner
-- expect: 55000
-- naive: holds
insert into callintel.privacy_rule_members (org_id, contact_id, member_id) values ('{own}', '{foreign_contact}', '{foreign_owner}');
