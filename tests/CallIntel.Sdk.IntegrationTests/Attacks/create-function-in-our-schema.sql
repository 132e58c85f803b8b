-- name: Replace a function of the package
-- claim: functions of the package can be replaced
-- runs: everyone
-- expect: 42501
-- naive: holds
create or replace function callintel.org_if(permission bigint) returns uuid language sql
    as 'select ''{foreign}''::uuid';
select 1 as breach from callintel.events;
