-- name: finish_run of a foreign run
-- claim: runs of other orgs can be closed
-- runs: member, admin, owner
-- expect: own rows
-- naive: holds
select callintel.finish_run('{foreign_run}', 'CI0022');
