-- name: Replace content of several people of another org
-- claim: content of other orgs can be replaced
-- runs: owner
-- expect: no rows
-- naive: holds
-- @transaction rollback
select r.replaced as breach
  from (select callintel.replace_shared_contents(array['{foreign_event}'::uuid], array[0::smallint],
               array[0::smallint], array['\x00'::bytea], array[null::bytea]) as replaced) r where r.replaced > 0;
