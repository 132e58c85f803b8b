-- name: Call drop_shredded_numbers for a number of another org
-- claim: numbers of other orgs can be deleted
-- runs: owner
-- expect: own rows
-- naive: holds
-- @transaction rollback
select nullif(callintel.drop_shredded_numbers(array['{foreign_number}'::uuid], 2147483647), 0) as breach;
