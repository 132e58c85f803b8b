-- name: Create a leaky function in pg_temp
-- claim: the application can create functions
-- runs: everyone
-- expect: 42501
-- naive: crosses
create function pg_temp.leak(t text) returns boolean language plpgsql cost 0.0000001
    as $$ begin raise notice 'breach: %', t; return true; end $$;
select 1 from callintel.events where pg_temp.leak(external_id);
