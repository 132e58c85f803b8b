-- name: Defer constraints until after the policy check
-- claim: a deferred check runs with other privileges
-- runs: admin, owner
-- expect: 55000
-- naive: holds
set constraints all deferred;
insert into callintel.privacy_rules (org_id, contact_id, level, set_by)
    values ('{own}', '{foreign_contact}', 3, '{me}');
