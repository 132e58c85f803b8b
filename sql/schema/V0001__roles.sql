-- purpose:    the database roles, the two schemas that contain everything else, and the journal of applied files
-- locks:      none on existing tables
-- reversible: drop the schemas, then the roles
-- Run this file as a role that may create roles (a superuser, or postgres on Supabase). Roles of an org (owner, admin
-- and so on) are data, not database roles.

do $$
declare
    wanted record;
begin
    for wanted in
        select * from (values
            ('callintel_owner',   'nologin'),          -- owns every table
            ('callintel_definer', 'nologin'),          -- owns security definer functions; no BYPASSRLS
            ('callintel_app',     'login noinherit'),  -- the login of applications; member of no role, owns nothing
            ('callintel_ops',     'login')             -- migrations and maintenance; never used by an application
        ) as r (name, options)
    loop
        if not exists (select from pg_catalog.pg_roles where rolname = wanted.name) then
            begin
                execute pg_catalog.format('create role %I %s', wanted.name, wanted.options);
            exception when duplicate_object or unique_violation then
                null;  -- Another database of this cluster is being installed at the same moment.
            end;
        end if;
    end loop;

    -- A role needs membership to use set role; a superuser does not.
    if not (select rolsuper from pg_catalog.pg_roles where rolname = current_user) then
        execute pg_catalog.format('grant callintel_owner, callintel_definer to %I', current_user);
    end if;

    if not pg_catalog.pg_has_role('callintel_ops', 'callintel_owner', 'member') then
        grant callintel_owner to callintel_ops;
    end if;
    if not pg_catalog.pg_has_role('callintel_owner', 'callintel_definer', 'member') then
        grant callintel_definer to callintel_owner;
    end if;

    -- The application role may create nothing, neither temporary tables nor schemas: attacks through planner statistics
    -- or search_path need functions and operators of their own.
    execute pg_catalog.format('revoke create, temporary on database %I from public', pg_catalog.current_database());
end $$;

-- Every index starts with org_id, so a plan that suits one org suits all of them. Planning each statement again under
-- row-level security on a partitioned table costs more than running it. Where the plan depends on the org, the SDK
-- writes the value into the statement.
alter role callintel_app set plan_cache_mode = 'force_generic_plan';

-- A schema is only created if it is missing, because PostgreSQL checks the create privilege before "if not exists".
do $$
begin
    if not exists (select from pg_catalog.pg_namespace where nspname = 'callintel') then
        create schema callintel;
    end if;
    if not exists (select from pg_catalog.pg_namespace where nspname = 'callintel_private') then
        create schema callintel_private;
    end if;
end $$;

alter schema callintel owner to callintel_owner;
alter schema callintel_private owner to callintel_owner;

revoke all on schema callintel, callintel_private from public;
grant usage on schema callintel to callintel_app, callintel_ops;
-- Owners of functions need the create privilege in the schemas of their functions.
grant usage, create on schema callintel, callintel_private to callintel_definer;
grant usage on schema callintel_private to callintel_ops;

-- What SchemaMigrator and the scripts it generates have applied. Other tools (Flyway, psql) leave it empty and keep
-- their own history.
create table callintel_private.schema_journal (
    name       text        not null,
    checksum   text        not null,
    applied_at timestamptz not null default now(),
    applied_by text        not null default session_user,
    constraint schema_journal_name_pk primary key (name)
);
alter table callintel_private.schema_journal owner to callintel_owner;
alter table callintel_private.schema_journal enable row level security;
alter table callintel_private.schema_journal force row level security;
create policy "Migrations keep the journal" on callintel_private.schema_journal
    for all to callintel_owner
    using (name <> '');
comment on table callintel_private.schema_journal is
    'Files of the SQL package that were applied, with the SHA-256 of their text.';
comment on policy "Migrations keep the journal" on callintel_private.schema_journal is
    'Nobody else reads or writes the journal.';

-- Nobody may execute a new function until it is granted.
alter default privileges for role callintel_owner, callintel_definer revoke execute on functions from public;

comment on schema callintel is 'Fenced views, functions that applications may call, and staging slots.';
comment on schema callintel_private is
    'Tables, keys and internal functions. The application role has no usage privilege here.';
