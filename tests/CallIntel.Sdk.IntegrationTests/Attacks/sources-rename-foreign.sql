-- name: rename_source with a name that the victim has
-- claim: sources of other orgs can be renamed, or their names asked for
-- runs: admin, owner
-- expect: CI230
-- naive: holds
-- @transaction rollback
select callintel.rename_source(coalesce((select s.name from callintel.sync_sources s where s.id = '{foreign_source}'), 'theirs'), 'taken');
