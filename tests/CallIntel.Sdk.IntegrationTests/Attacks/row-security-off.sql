-- name: SET row_security = off
-- claim: policies can be switched off
-- runs: everyone
-- expect: 42501
-- naive: holds
set local row_security = off;
select 1 as breach from callintel.events;
