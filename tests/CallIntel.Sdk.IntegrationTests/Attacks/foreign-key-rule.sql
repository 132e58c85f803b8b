-- name: Set a privacy rule for a contact of another org
-- claim: a foreign key reveals that a contact exists
-- runs: admin, owner
-- expect: 55000
-- naive: holds
insert into callintel.privacy_rules (org_id, contact_id, level, set_by)
    values ('{own}', '{foreign_contact}', 0, '{me}');
