-- purpose: the session context of a request that came through PostgREST. Its verified claims result in the same sealed
--          context as a token.
-- PostgREST runs this function (its setting db-pre-request) as a statement of its own in the transaction of the
-- request, after it has set role and claims and before any statement of the client. ADR 0019 describes which of these
-- values can be trusted.

-- A schema of its own for the functions that PostgREST and Realtime call: every API role needs usage on it, and only
-- authenticated has usage on callintel.
do $$
begin
    if (select count(*)
          from pg_catalog.pg_roles
         where rolname in ('anon', 'authenticated', 'service_role', 'authenticator')) < 4 then
        raise exception 'This server does not have the roles of Supabase.'
            using errcode = 'CI192', hint = 'Set SchemaMigratorOptions.Supabase to false on servers that are not '
                                            'Supabase.';
    end if;
    if not exists (select from pg_catalog.pg_namespace where nspname = 'callintel_supabase') then
        create schema callintel_supabase;
        alter schema callintel_supabase owner to callintel_owner;
    end if;
end $$;

set role callintel_owner;
comment on schema callintel_supabase is
    'Contains the functions that PostgREST calls before every request and that Realtime calls. Do not expose this '
    'schema.';
revoke all on schema callintel_supabase from public, anon, authenticated, service_role;
grant usage on schema callintel_supabase to anon, authenticated, service_role;
grant usage, create on schema callintel_supabase to callintel_definer;
reset role;
set role callintel_definer;

-- Whether the statement calls the project's own pre-request function, which may call ours. Only a role with the right
-- to set pgrst.* can change that setting, and authenticator does not have it.
create or replace function callintel_private.is_pre_request(statement text) returns boolean
    language sql stable as $$
    select exists (
        select from pg_db_role_setting s, unnest(s.setconfig) c (setting)
         where s.setrole = (select r.oid from pg_roles r where r.rolname = 'authenticator')
           and s.setdatabase in (0, (select d.oid from pg_database d where d.datname = current_database()))
           and c.setting like 'pgrst.db\_pre\_request=%'
           and statement = 'select ' || substr(c.setting, length('pgrst.db_pre_request=') + 1) || '()')
$$;

-- The permissions are those that read, and ManageMembers. Through PostgREST nobody ingests, writes contacts, sees
-- hidden contacts or manages keys, even if authenticated is granted more than this package grants.
create or replace function callintel_supabase.begin_request() returns void
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    -- The statement that the client of this connection sent. Injected SQL runs inside another statement and cannot
    -- change this text.
    statement constant text := replace(rtrim(current_query(), '; '), '"', '');
    uuid_form constant text := '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$';
    claims    jsonb;
    header    text;
    org       text;
    member    text;
    allowed   bigint;
    number    integer;
begin
    if session_user <> 'authenticator'
       or (statement = 'select callintel_supabase.begin_request()'
           or callintel_private.is_pre_request(statement)) is not true then
        raise exception 'begin_request was not called by PostgREST as its pre-request function.'
            using errcode = 'CI190',
                  hint = 'Set db-pre-request to callintel_supabase.begin_request, and do not call the function.';
    end if;
    -- The role of the request. This function runs as callintel_definer, which does not change the setting.
    if current_setting('role') <> 'authenticated' then
        return;
    end if;

    claims := nullif(current_setting('request.jwt.claims', true), '')::jsonb;
    header := nullif(current_setting('request.headers', true), '')::jsonb ->> 'x-callintel-org';
    if header !~* uuid_form then
        raise exception 'The header x-callintel-org does not contain an org id.'
            using errcode = 'CI191', hint = 'Send the id of an org that the member belongs to.';
    end if;
    member := claims ->> 'sub';
    -- Never user_metadata, which the user may write.
    org := coalesce(header, claims -> 'app_metadata' ->> 'org_id');
    if claims ->> 'role' is distinct from 'authenticated' or (member ~* uuid_form and org ~* uuid_form) is not true then
        return;
    end if;

    select r.permissions
               & 3999 /* read_events | read_all_events | read_content | read_contacts | read_dashboards |
                         manage_members | manage_privacy | manage_sources | read_audit | see_restricted */,
           r.lock_number
      into allowed, number
      from callintel_private.org_roles r
     where r.org_id = org::uuid and r.member_id = member::uuid;
    if found then
        -- Injected SQL can replace a named prepared statement, and the next request would run the replacement. So the
        -- statement that sets the claims must not be a named prepared one: no member gets a context before the setting
        -- is right.
        if exists (select from pg_prepared_statements s where s.statement like '%request.jwt.claims%') then
            raise exception 'PostgREST sets the claims with a named prepared statement, which injected SQL could '
                            'replace.'
                using errcode = 'CI190', hint = 'Set db-prepared-statements to false and restart PostgREST.';
        end if;
        perform set_config('callintel.seal',
                           encode(sha256(k.pad || timestamptz_send(transaction_timestamp()) || convert_to(
  set_config('callintel.context', format(
      '%s,%s,00000,%s,%s',
      org::uuid,
      member::uuid,
      number,
      allowed), true), 'UTF8')), 'hex'),
                           true)
           from callintel_private.context_key k;
    elsif header is not null then
        perform callintel_private.refuse('CI004');
    end if;
end $$;
comment on function callintel_supabase.begin_request is
    'The pre-request function of PostgREST. Seals the context of the member auth.uid() in the org of the header '
    'x-callintel-org, or of app_metadata.org_id without that header. For a request without an org it opens no context, '
    'and the views and functions of callintel raise CI001.';
revoke all on function
    callintel_supabase.begin_request,
    callintel_private.is_pre_request
    from public, anon, authenticated, service_role;
grant execute on function callintel_supabase.begin_request to anon, authenticated, service_role;

reset role;
