-- name: Call retire_source with the name of a source of the victim
-- claim: sources of other orgs can be removed from their health report
-- runs: admin, owner
-- expect: CI230
-- naive: holds
-- @transaction rollback
select callintel.retire_source(coalesce((select s.name from callintel.sync_sources s where s.id = '{foreign_source}'),
    'theirs'));
