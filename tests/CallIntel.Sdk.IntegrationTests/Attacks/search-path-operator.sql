-- name: An operator that says everything is equal
-- claim: a policy compares with the attacker's operator
-- runs: everyone
-- expect: 42501
-- naive: holds
create function public.always(uuid, uuid) returns boolean language sql as 'select true';
create operator public.= (leftarg = uuid, rightarg = uuid, function = public.always);
set local search_path = public, pg_catalog;
select nullif(org_id operator(pg_catalog.<>) '{own}', false) as breach from callintel.events where org_id = '{foreign}';
