-- name: Execute a generic plan for the other org
-- claim: a generic plan lacks the policy
-- runs: everyone
-- expect: no rows
-- naive: holds
set local plan_cache_mode = force_generic_plan;
prepare "g{me}" (uuid) as select external_id as breach from callintel.events where org_id = $1;
execute "g{me}" ('{foreign}'); execute "g{me}" ('{foreign}'); execute "g{me}" ('{foreign}'); execute "g{me}"
    ('{foreign}');
execute "g{me}" ('{foreign}'); execute "g{me}" ('{foreign}'); execute "g{me}" ('{foreign}'); execute "g{me}"
    ('{foreign}');
deallocate "g{me}";
