-- name: Execute a prepared statement eight times for alternating orgs
-- claim: a cached plan keeps the org for which it was planned
-- runs: everyone
-- expect: own rows or 26000
-- expect(ingester): no rows or 26000
-- naive: holds
prepare "p{me}" as select org_id, nullif(org_id <> '{own}', false) as breach from callintel.events;
execute "p{me}"; execute "p{me}"; execute "p{me}"; execute "p{me}";
-- @transaction as foreign
do $$ begin execute 'execute "p{me}"'; execute 'execute "p{me}"'; exception when invalid_sql_statement_name
    then null; end $$;
-- @transaction
execute "p{me}"; execute "p{me}"; execute "p{me}"; execute "p{me}"; execute "p{me}";
deallocate "p{me}";
