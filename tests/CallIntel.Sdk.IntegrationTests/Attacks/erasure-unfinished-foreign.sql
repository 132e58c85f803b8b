-- name: Read the unfinished erasures of the victim
-- claim: erasures of other orgs are listed
-- runs: admin, owner
-- expect: no rows
-- naive: holds
-- @transaction rollback
select r as breach from callintel.read_unfinished_erasures() r where r = '{foreign_request}';
