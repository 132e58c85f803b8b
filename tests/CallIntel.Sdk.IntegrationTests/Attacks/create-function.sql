-- name: Create a function in the schema public
-- claim: the application can create functions
-- runs: everyone
-- expect: 42501
-- naive: crosses
create function public.leak(t text) returns boolean language plpgsql cost 0.0000001
    as $$ begin raise notice 'breach: %', t; return true; end $$;
select 1 from callintel.events where public.leak(external_id);
