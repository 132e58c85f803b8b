-- name: Create an operator that always returns true
-- claim: a policy uses the operator of the attacker
-- runs: everyone
-- expect: 42501
-- naive: holds
create function public.always(uuid, uuid) returns boolean language sql as 'select true';
create operator public.= (leftarg = uuid, rightarg = uuid, function = public.always);
set local search_path = public, pg_catalog;
select nullif(org_id operator(pg_catalog.<>) '{own}', false) as breach from callintel.events where org_id = '{foreign}';
