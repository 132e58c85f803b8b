-- purpose: no table of the package is in the publication supabase_realtime
-- Realtime reads the write-ahead log, which row-level security does not filter. It then evaluates the policies in a
-- session without a context, where they raise an error, and its query would fail. Use Broadcast to send messages of
-- your own instead.

do $$
declare
    published text;
begin
    if exists (select from pg_catalog.pg_publication p where p.pubname = 'supabase_realtime' and p.puballtables) then
        raise exception 'The publication supabase_realtime publishes all tables.'
            using errcode = 'CI194', hint = 'Change the publication so that it names its tables.';
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
        using errcode = 'CI194', hint = 'Migrate as the owner of the publication, which is the role postgres of '
                                        'Supabase.';
end $$;
