-- name: Insert an entry into the change feed
-- claim: entries can be invented, so that readers of another org read again and again
-- runs: everyone
-- expect: 42501
-- naive: holds
insert into callintel_private.change_feed (org_id, kind, scope) values ('{foreign}', 4, 0) returning org_id as breach;
