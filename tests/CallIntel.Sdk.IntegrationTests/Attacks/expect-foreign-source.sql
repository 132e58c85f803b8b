-- name: Call expect_source with the name of a source of the victim
-- claim: alarms of other orgs can be disabled, or names of their sources tested
-- runs: admin, owner
-- expect: CI230
-- naive: holds
-- @transaction rollback
select callintel.expect_source(coalesce((select s.name from callintel.sync_sources s where s.id = '{foreign_source}'),
    'theirs'), interval '100 years', null);
