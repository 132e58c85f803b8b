-- purpose: who sees invitations

set role callintel_owner;

grant select on callintel_private.invitations to callintel_member, callintel_fence;

drop policy if exists "Another org does not exist for functions" on callintel_private.invitations;
create policy "Another org does not exist for functions" on callintel_private.invitations
    as restrictive for all to callintel_member
    using (org_id = (select case when c.permissions & 128 /* manage_members */ = 128 then c.org_id end
                       from callintel_private.trusted_context c));
comment on policy "Another org does not exist for functions" on callintel_private.invitations is
    'Guard: whatever other policies allow, no statement reaches another org, and no session without the permission '
    'reaches the table.';

drop policy if exists "Another org does not exist for fenced views" on callintel_private.invitations;
create policy "Another org does not exist for fenced views" on callintel_private.invitations
    as restrictive for all to callintel_fence
    using (org_id = (select case when c.permissions & 128 /* manage_members */ = 128 then c.org_id end
                       from callintel_private.session_context c));
comment on policy "Another org does not exist for fenced views" on callintel_private.invitations is
    'Guard: whatever other policies allow, no statement reaches another org, and no session without the permission '
    'reaches the table.';

drop policy if exists "Functions read what the session may see" on callintel_private.invitations;
create policy "Functions read what the session may see" on callintel_private.invitations
    for select to callintel_member
    using (org_id is not null);
comment on policy "Functions read what the session may see" on callintel_private.invitations is
    'The guard has checked org and permission. Rows are written by functions that check more.';

drop policy if exists "Views read what the session may see" on callintel_private.invitations;
create policy "Views read what the session may see" on callintel_private.invitations
    for select to callintel_fence
    using (org_id is not null);
comment on policy "Views read what the session may see" on callintel_private.invitations is
    'The guard has checked org and permission.';

drop policy if exists "Definer code reads and writes invitations" on callintel_private.invitations;
create policy "Definer code reads and writes invitations" on callintel_private.invitations
    for all to callintel_definer
    using (org_id is not null)
    with check (org_id is not null);
comment on policy "Definer code reads and writes invitations" on callintel_private.invitations is
    'accept_invitation runs for a person without a role, and so without a context. It verifies the token and the '
    'invitation itself.';

reset role;
