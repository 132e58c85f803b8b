-- name: Set row_security to off
-- claim: policies can be disabled
-- runs: everyone
-- expect: 42501
-- naive: holds
set local row_security = off;
select 1 as breach from callintel.events;
