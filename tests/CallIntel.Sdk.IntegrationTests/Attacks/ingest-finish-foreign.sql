-- name: Call finish_run for a run of another org
-- claim: runs of other orgs can be finished
-- runs: member, admin, owner
-- expect: own rows
-- naive: holds
select callintel.finish_run('{foreign_run}', 'CI0022');
