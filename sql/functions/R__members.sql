-- purpose: creating orgs and changing roles. Nobody acts above their own role, and an org always keeps an owner.

set role callintel_owner;
grant select, insert on callintel_private.orgs to callintel_definer;
grant select, insert, update, delete on callintel_private.org_roles to callintel_definer;
-- For the row lock that makes sure that an org keeps an owner when roles change concurrently.
grant update (name) on callintel_private.orgs to callintel_definer;
grant delete on callintel_private.privacy_rule_members to callintel_definer;
reset role;
set role callintel_definer;

-- The token is verified before anything else: a caller who cannot sign one does not even learn whether an org exists.
create or replace function callintel.create_org(token bytea, name text) returns boolean
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    claims  callintel_private.session_claims;
    created boolean;
begin
    begin
        perform callintel.begin_session(token);
    exception when sqlstate 'CI004' then
        null;  -- The token is genuine; the owner of a new org has no role yet.
    end;
    claims := encode(substr(token, 34), 'escape')::callintel_private.session_claims;
    -- A capability that no session has.
    if claims.capabilities & (1::bigint << 40 /* create_org */) = 0 then
        raise exception 'The token does not allow creating orgs.'
            using errcode = 'CI005', hint = 'Use CallIntelDataSource.CreateOrgAsync.';
    end if;
    insert into callintel_private.orgs (org_id, name) values (claims.org_id, create_org.name) on conflict do nothing;
    created := found;
    if created then
        insert into callintel_private.org_roles (org_id, member_id, role, granted_by)
        values (claims.org_id, claims.member_id, 50, claims.member_id);
        perform callintel.begin_session(token);
        perform callintel_private.audit('create', 'orgs', 1);
    elsif not exists (select from callintel_private.org_roles r
                       where r.org_id = claims.org_id and r.member_id = claims.member_id and r.role = 50) then
        raise exception 'The org already exists and belongs to somebody else.'
            using errcode = 'CI006', hint = 'Generate a new random org id.';
    end if;
    return created;
end $$;
comment on function callintel.create_org is
    'Creates an org with its first owner. Returns false if this owner already has an org with this id.';

-- Locks the roles of the session's org and checks the permission again, because the member may have lost it while this
-- transaction waited for the lock. The row of the org is written, not only locked, so that a transaction with an older
-- snapshot fails instead of deciding on it.
create or replace function callintel_private.lock_roles(permission bigint, out org uuid, out own smallint)
    language plpgsql volatile as $$
begin
    org := callintel_private.require(permission);
    update callintel_private.orgs o set name = o.name where o.org_id = org;
    select r.role into own from callintel_private.org_roles r
     where r.org_id = org and r.member_id = callintel.current_member() and r.permissions & permission = permission;
    if own is null then
        perform callintel_private.refuse_permission(permission);
    end if;
end $$;

-- The caller holds lock_roles.
create or replace function callintel_private.write_role(org uuid, member uuid, wanted smallint, granted_by uuid)
    returns void
    language plpgsql volatile as $$
begin
    insert into callintel_private.org_roles as r (org_id, member_id, role, granted_by)
    values (org, member, wanted, write_role.granted_by)
    on conflict on constraint org_roles_org_id_member_id_pk
    do update set role = excluded.role, granted_by = excluded.granted_by, granted_at = now()
    where r.role <> excluded.role;
end $$;

create or replace function callintel.set_member_role(member uuid, role_name text) returns void
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    org      uuid;
    own      smallint;
    present  smallint;
    wanted   smallint;
begin
    select l.org, l.own into org, own from callintel_private.lock_roles(128 /* manage_members */) l;
    select r.role into present from callintel_private.org_roles r where r.org_id = org and r.member_id = member;
    if role_name is not null then
        select p.role into wanted from callintel_private.role_permissions p where p.name = role_name;
        if wanted is null then
            raise exception 'There is no such role.'
                using errcode = 'CI006', hint = 'The roles are ingester, viewer, member, analyst, admin and owner.';
        end if;
    end if;

    -- own was read under the lock. The context is older, but it may allow less than the role.
    if greatest(present, wanted) > own
       or (50 in (present, wanted) and callintel.current_permissions() & 16384 /* transfer_ownership */ = 0) then
        raise exception 'A member cannot grant or revoke a role above their own.'
            using errcode = 'CI006', hint = 'Ask an owner of the org.';
    end if;
    if present = 50 and wanted is distinct from 50
       and not exists (select from callintel_private.org_roles r
                        where r.org_id = org and r.role = 50 and r.member_id <> member) then
        raise exception 'The last owner of an org cannot be removed.'
            using errcode = 'CI006', hint = 'Make another member an owner first.';
    end if;

    if wanted is null then
        delete from callintel_private.org_roles r where r.org_id = org and r.member_id = member;
        -- A member who comes back later must not find themselves on lists of restricted contacts.
        delete from callintel_private.privacy_rule_members m
         where m.org_id = org and m.member_id = set_member_role.member;
        update callintel_private.lines l set member_id = null
         where l.org_id = org and l.member_id = set_member_role.member;
    else
        perform callintel_private.write_role(org, member, wanted, callintel.current_member());
    end if;
    perform callintel_private.void_invitations(org, member);
    perform callintel_private.feed_rights(org);
    perform callintel_private.audit(
        case when wanted is null then 'revoke' else 'grant' end,
        'org_roles',
        1,
        member,
        role_name);
end $$;
comment on function callintel.set_member_role is
    'Sets the role of a member, replacing any role the member has; null for role_name removes the member.';

create or replace function callintel.transfer_ownership(member uuid) returns void
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    org  uuid;
    self uuid := callintel.current_member();
begin
    select l.org into org from callintel_private.lock_roles(16384 /* transfer_ownership */) l;
    if member = self
       or not exists (select from callintel_private.org_roles r where r.org_id = org and r.member_id = member) then
        raise exception 'Ownership can only be transferred to another member of the org.'
            using errcode = 'CI006', hint = 'Give the member a role first, or invite them.';
    end if;
    perform callintel_private.write_role(org, member, 50::smallint, self);
    perform callintel_private.write_role(org, self, 40::smallint, self);
    perform callintel_private.void_invitations(org, self);
    perform callintel_private.feed_rights(org);
    perform callintel_private.audit('transfer', 'org_roles', 2, member, 'owner');
end $$;
comment on function callintel.transfer_ownership is
    'Makes another member an owner and the calling owner an admin, in one step.';

grant execute on function
    callintel.create_org,
    callintel.set_member_role,
    callintel.transfer_ownership
    to callintel_app;
reset role;
