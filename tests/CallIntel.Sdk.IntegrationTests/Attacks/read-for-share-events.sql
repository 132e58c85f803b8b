-- name: Row locks on events
-- claim: a lock needs no right to write
-- runs: everyone
-- expect: 42501
-- naive: holds
select id as breach from callintel.events where org_id = '{foreign}' for key share;
