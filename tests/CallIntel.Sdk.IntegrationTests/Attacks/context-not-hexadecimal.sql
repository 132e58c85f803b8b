-- name: A context that cannot be decoded
-- claim: an error of the decoder comes after rows
-- runs: everyone
-- expect: 22023
-- naive: holds
select set_config('callintel.context', 'zz', true);
select nullif(org_id <> '{own}', false) as breach from callintel.events limit 1;
