-- purpose: invitations: offering a role, taking the offer back, accepting it

set role callintel_owner;
grant select, insert, update on callintel_private.invitations to callintel_definer;
reset role;
set role callintel_definer;

-- Strictly below one's own role: an invitation cannot make an equal, and so never an owner.
create or replace function callintel_private.may_invite(org uuid, inviter uuid, invited smallint) returns boolean
    language sql stable as $$
    select exists (select from callintel_private.org_roles r
                    where r.org_id = org and r.member_id = inviter and r.permissions & 128 /* manage_members */ = 128
                      and r.role > invited)
$$;

-- Invitations that their inviter could not make any more are void, for good: a role that comes back does not revive
-- them.
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
            using errcode = 'CI006', hint = 'Roles to invite to are viewer, member, analyst and admin.';
    end if;
    if not callintel_private.may_invite(org, callintel.current_member(), wanted) then
        raise exception 'Nobody invites to their own role or above it.'
            using errcode = 'CI006', hint = 'Ask an owner of the org.';
    end if;
    if coalesce(lifetime not between interval '1 minute' and interval '30 days'
                or octet_length(token_digest) <> 32, true) then
        raise exception 'An invitation lives from a minute to 30 days and has a digest of 32 bytes.'
            using errcode = 'CI197', hint = 'Use MemberDirectory.InviteAsync.';
    end if;
    id := callintel_private.new_id();
    expires_at := clock_timestamp() + lifetime;
    insert into callintel_private.invitations (org_id, id, role, token_digest, invited_by, expires_at)
    values (org, id, wanted, invite_member.token_digest, callintel.current_member(), invite_member.expires_at);
    perform callintel_private.audit('invite', 'invitations', 1, null, id::text);
end $$;
comment on function callintel.invite_member is
    'Offers a role below one''s own to whoever brings the token of this SHA-256 digest.';

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
comment on function callintel.revoke_invitation is 'Takes an offer back. False if there is no such open invitation.';

-- The session token is verified first: whoever cannot sign learns nothing of orgs and invitations.
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
        null;  -- genuine; whoever is invited has no role yet
    end;
    claims := encode(substr(token, 34), 'escape')::callintel_private.session_claims;
    -- a capability that no session carries
    if claims.capabilities & (1::bigint << 41 /* accept_invitation */) = 0 then
        raise exception 'The token may not accept invitations.'
            using errcode = 'CI005', hint = 'Use CallIntelDataSource.AcceptInvitationAsync.';
    end if;

    -- as lock_roles, which needs a role
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
        raise exception 'The member has a role in the org already.'
            using errcode = 'CI196', hint = 'Roles of members are changed by MemberDirectory.SetRoleAsync.';
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
    'Makes the member of the token a member of the org, in the role that was offered. Single use.';

grant execute on function
    callintel.invite_member,
    callintel.revoke_invitation,
    callintel.accept_invitation
    to callintel_app;
reset role;
