-- name: Suppress a number of the victim by its blind index
-- claim: numbers of other orgs get suppressed
-- runs: admin, owner
-- expect: no rows
-- naive: holds
-- @transaction rollback
select n.number_index as breach from callintel.suppress_number(gen_random_uuid(), '{"{foreign_number}"}') s
  join callintel.contact_numbers n on n.number_index = '{foreign_number}' where s;
