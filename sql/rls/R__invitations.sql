-- purpose: who sees invitations

set role callintel_owner;

-- not the digest: nobody but definer code compares it
grant select (org_id, id, role, invited_by, invited_at, expires_at, accepted_by, accepted_at, revoked_at) on callintel.invitations to callintel_app;

drop policy if exists "Another org does not exist" on callintel.invitations;
create policy "Another org does not exist" on callintel.invitations as restrictive for all to callintel_app
    using (org_id = (select case when c.permissions & 128 = 128 then c.org_id end from callintel_private.session_context c));
comment on policy "Another org does not exist" on callintel.invitations is
    'Guard: whatever else is ever allowed, no statement reaches another org, and nobody who does not manage members sees invitations.';

drop policy if exists "Admins see invitations" on callintel.invitations;
create policy "Admins see invitations" on callintel.invitations for select to callintel_app
    using (org_id is not null);
comment on policy "Admins see invitations" on callintel.invitations is
    'Writing goes through invite_member, revoke_invitation and accept_invitation, which check ranks.';

drop policy if exists "Definer code reads and writes invitations" on callintel.invitations;
create policy "Definer code reads and writes invitations" on callintel.invitations for all to callintel_definer
    using (org_id is not null)
    with check (org_id is not null);
comment on policy "Definer code reads and writes invitations" on callintel.invitations is
    'accept_invitation runs for somebody who has no role yet, and so no context; it verifies token and invitation itself.';

reset role;
