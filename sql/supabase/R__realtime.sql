-- purpose: no table of the package is in the publication supabase_realtime
-- Realtime reads the write-ahead log, which row-level security does not filter, and then asks the policies from a
-- session that is not PostgREST's: there is no context, and the policies raise, which would fail its query. Send a
-- message of your own through Broadcast instead.

do $$
declare
    published text;
begin
    if exists (select from pg_catalog.pg_publication p where p.pubname = 'supabase_realtime' and p.puballtables) then
        raise exception 'The publication supabase_realtime publishes all tables.'
            using errcode = 'CI194', hint = 'Make it one that names its tables.';
    end if;
    for published in
        select 'table ' || r.prrelid::regclass::text
          from pg_catalog.pg_publication p
          join pg_catalog.pg_publication_rel r on r.prpubid = p.oid
          join pg_catalog.pg_class c on c.oid = r.prrelid
         where p.pubname = 'supabase_realtime'
           and c.relnamespace in ('callintel'::regnamespace, 'callintel_private'::regnamespace)
        union all
        select 'tables in schema ' || n.pnnspid::regnamespace::text
          from pg_catalog.pg_publication p
          join pg_catalog.pg_publication_namespace n on n.pnpubid = p.oid
         where p.pubname = 'supabase_realtime'
           and n.pnnspid in ('callintel'::regnamespace, 'callintel_private'::regnamespace)
    loop
        execute 'alter publication supabase_realtime drop ' || published;
    end loop;
exception when insufficient_privilege then
    raise exception 'The publication supabase_realtime publishes tables of CallIntel, and this role may not change it.'
        using errcode = 'CI194', hint = 'Migrate as the owner of the publication: Supabase''s postgres.';
end $$;
