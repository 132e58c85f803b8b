-- name: Put pg_temp first in the search path
-- claim: functions of the package call functions of the attacker
-- runs: everyone
-- expect: 42501
-- naive: holds
set local search_path = pg_temp, public;
create function pg_temp.sha256(bytea) returns bytea language sql as 'select $1';
select nullif(org_id <> '{own}', false) as breach from callintel.events;
