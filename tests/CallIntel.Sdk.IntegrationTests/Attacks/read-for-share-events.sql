-- name: Lock events with FOR SHARE
-- claim: a lock does not require the permission to write
-- runs: everyone
-- expect: 42501
-- naive: holds
select id as breach from callintel.events where org_id = '{foreign}' for key share;
