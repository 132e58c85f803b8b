-- name: Open the context of another org by a maintenance function
-- claim: a function of operations opens a context without a token
-- runs: everyone
-- with recompute: call = callintel_private.recompute_rollups('{foreign}', 1)
-- with rebuild: call = callintel_private.rebuild_rollups('{foreign}')
-- with verify: call = callintel_private.verify_rollups('{foreign}', '-infinity', 'infinity')
-- with enter: call = callintel_private.enter_org('{foreign}')
-- expect: 42501
-- naive: holds
select {call};
