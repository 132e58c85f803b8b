-- name: Remove entries of the change feed
-- claim: a reader of another org misses changes
-- runs: everyone
-- expect: 42501
-- naive: holds
-- @transaction rollback
select callintel.trim_change_feed('1 hour') as breach;
