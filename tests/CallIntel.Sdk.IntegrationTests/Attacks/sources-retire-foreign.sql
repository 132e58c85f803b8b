-- name: retire_source with a name that the victim has
-- claim: sources of other orgs can be taken out of their health
-- runs: admin, owner
-- expect: CI230
-- naive: holds
-- @transaction rollback
select callintel.retire_source(coalesce((select s.name from callintel.sync_sources s where s.id = '{foreign_source}'), 'theirs'));
