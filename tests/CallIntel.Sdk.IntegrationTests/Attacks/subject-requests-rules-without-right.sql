-- name: Read the rules of a request without the permission
-- claim: a member learns whom a request concerns
-- runs: viewer, analyst, member
-- expect: CI005
-- naive: holds
select r.rule_id as breach from callintel.read_subject_rules('{own_request}') r;
