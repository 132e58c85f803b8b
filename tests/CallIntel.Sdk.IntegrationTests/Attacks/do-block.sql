-- name: Read every table in a DO block
-- claim: procedural code bypasses the policies
-- runs: everyone
-- expect: 42501
-- naive: crosses
do $$
declare t text; n bigint;
begin
    for t in select c.oid::regclass::text from pg_class c join pg_namespace s on s.oid = c.relnamespace
        where s.nspname = 'callintel' and c.relkind in ('r', 'p') loop
        execute 'select count(*) from ' || t || ' x where to_jsonb(x)->>''org_id'' = ''{foreign}''' into n;
        if n > 0 then raise notice 'breach: % rows in %', n, t; end if;
    end loop;
end $$;
