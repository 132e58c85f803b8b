-- Makes a database look like a Supabase project: its roles and their privileges, the schema auth, the publication, and
-- the default privileges that grant everything to everybody. A superuser runs this script. The role that installs the
-- package, which Supabase calls "postgres", is not a superuser; here its name is project_postgres.

do $$
declare
    wanted record;
begin
    for wanted in
        select * from (values
            ('anon',             'nologin noinherit'),
            ('authenticated',    'nologin noinherit'),
            ('service_role',     'nologin noinherit bypassrls'),
            ('authenticator',    'login noinherit password ''authenticator'''),
            ('supabase_admin',   'login superuser createdb createrole replication bypassrls '
                                 'password ''supabase_admin'''),
            ('project_postgres', 'login createdb createrole replication bypassrls password ''project_postgres''')
        ) as r (name, options)
    loop
        if not exists (select from pg_roles where rolname = wanted.name) then
            execute format('create role %I %s', wanted.name, wanted.options);
        end if;
    end loop;
    execute format('alter database %I owner to project_postgres', current_database());
end $$;

grant anon, authenticated, service_role to authenticator;
grant anon, authenticated, service_role to project_postgres;
grant pg_monitor, pg_read_all_data, pg_signal_backend to project_postgres with admin option;

create schema extensions;
grant usage on schema extensions to anon, authenticated, service_role, project_postgres with grant option;
create extension vector schema extensions;
alter role project_postgres set search_path = '$user', public, extensions;

create schema auth;
grant usage on schema auth to anon, authenticated, service_role, project_postgres;
create function auth.jwt() returns jsonb language sql stable as $$
    select coalesce(nullif(current_setting('request.jwt.claim', true), ''),
                    nullif(current_setting('request.jwt.claims', true), ''))::jsonb
$$;
create function auth.uid() returns uuid language sql stable as $$
    select coalesce(nullif(current_setting('request.jwt.claim.sub', true), ''),
                    nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub')::uuid
$$;

grant all on schema public to project_postgres, anon, authenticated, service_role;
alter default privileges for role project_postgres in schema public
    grant all on tables to project_postgres, anon, authenticated, service_role;
alter default privileges for role project_postgres in schema public
    grant all on functions to project_postgres, anon, authenticated, service_role;
alter default privileges for role project_postgres in schema public
    grant all on sequences to project_postgres, anon, authenticated, service_role;
alter default privileges for role supabase_admin in schema public
    grant all on tables to project_postgres, anon, authenticated, service_role;
-- The default privileges of a project that followed the guide "Using custom schemas" without naming a schema.
alter default privileges for role project_postgres grant all on tables to anon, authenticated, service_role;
alter default privileges for role project_postgres grant all on functions to anon, authenticated, service_role;

create publication supabase_realtime;
alter publication supabase_realtime owner to project_postgres;
