-- name: drop_shredded_numbers of a foreign number
-- claim: numbers of other orgs can be dropped
-- runs: owner
-- expect: own rows
-- naive: holds
-- @transaction rollback
select nullif(callintel.drop_shredded_numbers(array['{foreign_number}'::uuid], 2147483647), 0) as breach;
