-- name: expect_source with a name that the victim has
-- claim: alarms of other orgs can be switched off, or names of their sources asked for
-- runs: admin, owner
-- expect: CI230
-- naive: holds
-- @transaction rollback
select callintel.expect_source(coalesce((select s.name from callintel.sync_sources s where s.id = '{foreign_source}'), 'theirs'), interval '100 years', null);
