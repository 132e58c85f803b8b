-- name: Overload a function of the package
-- claim: code of the package that passes an integer calls the overload
-- runs: everyone
-- expect: 42501
-- naive: holds
create function callintel.org_if(permission integer) returns uuid language sql as 'select ''{foreign}''::uuid';
select 1 as breach from callintel.events;
