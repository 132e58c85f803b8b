-- name: beat_run of a foreign run
-- claim: a dead run of another org can be kept looking alive
-- runs: member, admin, owner
-- expect: own rows
-- naive: holds
select callintel.beat_run('{foreign_run}');
