-- purpose: reading members, invitations, privacy rules, rejected records and streams, and renaming an org, for the SDK
-- The functions belong to callintel_member, whose policies limit them to the org and to what the session may see.

set role callintel_member;

create or replace function callintel.read_members() returns table (member_id uuid, role smallint)
    language plpgsql stable rows 20 security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    org      uuid := (select c.org_id from callintel_private.session_context c);
begin
    return query select r.member_id, r.role from callintel_private.org_roles r where r.org_id = org;
end $$;
comment on function callintel.read_members is
    'Returns the members of the org and their roles; only the session''s own role if it does not have the permission '
    'ManageMembers.';

create or replace function callintel.read_invitations()
    returns table (
        id uuid,
        role smallint,
        invited_by uuid,
        invited_at timestamptz,
        expires_at timestamptz,
        accepted_by uuid,
        accepted_at timestamptz,
        revoked_at timestamptz,
        is_expired boolean)
    language plpgsql stable rows 20 security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    org      uuid := (select c.org_id from callintel_private.session_context c);
begin
    return query
    select i.id,
           i.role,
           i.invited_by,
           i.invited_at,
           i.expires_at,
           i.accepted_by,
           i.accepted_at,
           i.revoked_at,
           i.expires_at <= now()
      from callintel_private.invitations i
     where i.org_id = org
     order by i.invited_at desc, i.id;
end $$;
comment on function callintel.read_invitations is
    'Returns the invitations of the org, newest first, to sessions with the permission ManageMembers.';

create or replace function callintel.read_privacy_rules(contact uuid)
    returns table (
        contact_id uuid,
        level smallint,
        no_search boolean,
        no_embedding boolean,
        retention_days integer,
        members uuid[])
    language plpgsql stable rows 100 security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    org      uuid := (select c.org_id from callintel_private.session_context c);
begin
    return query
    select r.contact_id, r.level, r.no_search, r.no_embedding, r.retention_days,
           array(select m.member_id from callintel_private.privacy_rule_members m
                  where m.org_id = org and m.contact_id = r.contact_id order by 1)
      from callintel_private.privacy_rules r
     where r.org_id = org and (contact is null or r.contact_id = contact);
end $$;
comment on function callintel.read_privacy_rules is
    'Returns the privacy rule of a contact, or all rules of the org where contact is null, to sessions with the '
    'permission ManagePrivacy.';

create or replace function callintel.read_rejects(run uuid, after bigint, page integer)
    returns table (ordinal bigint, reason text, raw bytea, place text, detail text)
    language plpgsql stable rows 100 security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    org      uuid := (select c.org_id from callintel_private.session_context c);
begin
    return query
    select r.ordinal, r.reason, r.raw::bytea, r.place, r.detail
      from callintel_private.ingest_rejects r
     where r.org_id = org and r.run_id = run and r.ordinal > after
     order by r.ordinal limit least(page, 5000);
end $$;
comment on function callintel.read_rejects is
    'Returns a page of the rejected records of a run, to sessions with the permission ManageSources.';

create or replace function callintel.find_stream_cursor(source_name text, stream_name text)
    returns table (cursor_ text)
    language plpgsql stable rows 1 security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    org      uuid := (select c.org_id from callintel_private.session_context c);
begin
    return query
    select s.cursor
      from callintel_private.sync_streams s
      join callintel_private.sync_sources src on src.org_id = org and coalesce(src.renamed_to, src.id) = s.source_id
     where s.org_id = org and src.name = source_name and s.name = stream_name;
end $$;
comment on function callintel.find_stream_cursor is
    'Returns the cursor after the last committed batch of a stream; no row if there is no such stream.';

create or replace function callintel.rename_org(name text) returns void
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    verified record := (select c from callintel_private.session_context c);
    org      uuid := verified.org_id;
begin
    if verified.permissions & 128 /* manage_members */ = 0 then
        perform callintel_private.refuse_permission(128 /* manage_members */);
    end if;
    update callintel_private.orgs o set name = rename_org.name where o.org_id = org;
end $$;
comment on function callintel.rename_org is 'Sets the name of the org.';

grant execute on function
    callintel.read_members,
    callintel.read_invitations,
    callintel.read_privacy_rules,
    callintel.read_rejects,
    callintel.find_stream_cursor,
    callintel.rename_org
    to callintel_app;
reset role;
