-- name: Catch every error in a DO block
-- claim: catching an error leaves access open
-- runs: everyone
-- expect: own rows
-- naive: crosses
do $$
declare t text; n bigint;
begin
    for t in select c.oid::regclass::text from pg_class c join pg_namespace s on s.oid = c.relnamespace
        where s.nspname like 'callintel%' and c.relkind in ('r', 'p', 'v') loop
        begin
            execute 'select count(*) from ' || t || ' x where to_jsonb(x)->>''org_id'' = ''{foreign}''' into n;
            if n > 0 then raise notice 'breach: % rows in %', n, t; end if;
        exception when others then null;
        end;
    end loop;
end $$;
select 1;
