-- purpose: invitations: offering a role, revoking the offer, accepting it

set role callintel_owner;
grant select, insert, update on callintel_private.invitations to callintel_definer;
reset role;
set role callintel_definer;

-- Only roles below the inviter's own: nobody can invite an equal, and so nobody can invite an owner.
create or replace function callintel_private.may_invite(org uuid, inviter uuid, invited smallint) returns boolean
    language sql stable as $$
    select exists (select from callintel_private.org_roles r
                    where r.org_id = org and r.member_id = inviter and r.permissions & 128 /* manage_members */ = 128
                      and r.role > invited)
$$;

-- Revokes the open invitations that their inviter could not make any more. They stay revoked even if the inviter gets
-- the role again.
create or replace function callintel_private.void_invitations(org uuid, inviter uuid) returns void
    language sql volatile as $$
    update callintel_private.invitations i set revoked_at = clock_timestamp()
     where i.org_id = org and i.invited_by = inviter and i.accepted_at is null and i.revoked_at is null
       and not callintel_private.may_invite(org, inviter, i.role)
$$;

create or replace function callintel.invite_member(
    role_name text,
    token_digest bytea,
    lifetime interval,
    out id uuid,
    out expires_at timestamptz)
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    org    uuid;
    wanted smallint;
begin
    select l.org into org from callintel_private.lock_roles(128 /* manage_members */) l;
    select p.role into wanted from callintel_private.role_permissions p where p.name = role_name;
    if wanted is null then
        raise exception 'There is no such role.'
            using errcode = 'CI006', hint = 'A member can be invited as ingester, viewer, member, analyst or admin.';
    end if;
    if not callintel_private.may_invite(org, callintel.current_member(), wanted) then
        raise exception 'A member can only invite to roles below their own.'
            using errcode = 'CI006', hint = 'Ask an owner of the org.';
    end if;
    if coalesce(lifetime not between interval '1 minute' and interval '30 days'
                or octet_length(token_digest) <> 32, true) then
        raise exception 'The invitation is not valid: it must live from 1 minute to 30 days and have a digest of 32 '
                        'bytes.'
            using errcode = 'CI197', hint = 'Use MemberDirectory.InviteAsync.';
    end if;
    id := callintel_private.new_id();
    expires_at := clock_timestamp() + lifetime;
    insert into callintel_private.invitations (org_id, id, role, token_digest, invited_by, expires_at)
    values (org, id, wanted, invite_member.token_digest, callintel.current_member(), invite_member.expires_at);
    perform callintel_private.audit('invite', 'invitations', 1, null, id::text);
end $$;
comment on function callintel.invite_member is
    'Offers a role below one''s own to anybody who has the token with this SHA-256 digest.';

create or replace function callintel.revoke_invitation(id uuid) returns boolean
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    org uuid;
begin
    select l.org into org from callintel_private.lock_roles(128 /* manage_members */) l;
    update callintel_private.invitations i set revoked_at = clock_timestamp()
     where i.org_id = org and i.id = revoke_invitation.id and i.accepted_at is null and i.revoked_at is null;
    if found then
        perform callintel_private.audit('revoke', 'invitations', 1, null, id::text);
        return true;
    end if;
    return false;
end $$;
comment on function callintel.revoke_invitation is
    'Revokes an invitation. Returns false if there is no open invitation with this id.';

-- The session token is verified first: a caller who cannot sign one learns nothing about orgs and invitations.
create or replace function callintel.accept_invitation(token bytea, secret bytea) returns text
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    claims  callintel_private.session_claims;
    offered callintel_private.invitations;
    granted text;
begin
    begin
        perform callintel.begin_session(token);
    exception when sqlstate 'CI004' then
        null;  -- The token is genuine; an invited person has no role yet.
    end;
    claims := encode(substr(token, 34), 'escape')::callintel_private.session_claims;
    -- A capability that no session has.
    if claims.capabilities & (1::bigint << 41 /* accept_invitation */) = 0 then
        raise exception 'The token does not allow accepting invitations.'
            using errcode = 'CI005', hint = 'Use CallIntelDataSource.AcceptInvitationAsync.';
    end if;

    -- As lock_roles, which cannot be used here because it requires a role.
    update callintel_private.orgs o set name = o.name where o.org_id = claims.org_id;
    select i.* into offered from callintel_private.invitations i
     where i.org_id = claims.org_id and i.token_digest = sha256(secret)
       and i.accepted_at is null and i.revoked_at is null and i.expires_at > clock_timestamp();
    if offered.id is null or not callintel_private.may_invite(claims.org_id, offered.invited_by, offered.role) then
        raise exception 'The invitation is unknown, used, revoked, expired or void.'
            using errcode = 'CI195', hint = 'Ask an admin of the org for a new one.';
    end if;
    if exists (select from callintel_private.org_roles r
                where r.org_id = claims.org_id and r.member_id = claims.member_id) then
        raise exception 'The member already has a role in the org.'
            using errcode = 'CI196', hint = 'Change roles of members with MemberDirectory.SetRoleAsync.';
    end if;

    update callintel_private.invitations i set accepted_by = claims.member_id, accepted_at = clock_timestamp()
     where i.org_id = offered.org_id and i.id = offered.id;
    perform callintel_private.write_role(claims.org_id, claims.member_id, offered.role, offered.invited_by);
    perform callintel.begin_session(token);
    perform callintel_private.audit('accept', 'invitations', 1, null, offered.id::text);
    select p.name into granted from callintel_private.role_permissions p where p.role = offered.role;
    return granted;
end $$;
comment on function callintel.accept_invitation is
    'Makes the member of the token a member of the org, in the role that was offered. An invitation can be used once.';

grant execute on function
    callintel.invite_member,
    callintel.revoke_invitation,
    callintel.accept_invitation
    to callintel_app;
reset role;
