-- name: List a member in a privacy rule of another org
-- claim: a foreign key reveals that a rule exists
-- runs: admin, owner
-- expect: 55000
-- naive: holds
insert into callintel.privacy_rule_members (org_id, contact_id, member_id)
    values ('{own}', '{foreign_contact}', '{foreign_owner}');
