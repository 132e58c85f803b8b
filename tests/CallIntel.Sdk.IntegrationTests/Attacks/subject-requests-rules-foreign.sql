-- name: Read the rules of a request of the victim
-- claim: rules of other orgs can be read
-- runs: admin, owner
-- expect: no rows
-- naive: holds
select r.rule_id as breach from callintel.read_subject_rules('{foreign_request}') r;
