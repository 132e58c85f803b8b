-- name: A function of one's own in public
-- claim: leaky functions can be made
-- runs: everyone
-- expect: 42501
-- naive: crosses
create function public.leak(t text) returns boolean language plpgsql cost 0.0000001 as $$ begin raise notice 'breach: %', t; return true; end $$;
select 1 from callintel.events where public.leak(external_id);
