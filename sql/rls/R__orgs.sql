-- purpose: who sees and renames an org

set role callintel_owner;

grant select, update (name) on callintel_private.orgs to callintel_member;
grant select on callintel_private.orgs to callintel_fence;

drop policy if exists "Another org does not exist for functions" on callintel_private.orgs;
create policy "Another org does not exist for functions" on callintel_private.orgs
    as restrictive for all to callintel_member
    using (org_id = (select c.org_id from callintel_private.trusted_context c));
comment on policy "Another org does not exist for functions" on callintel_private.orgs is
    'Guard: whatever other policies allow, no statement reaches another org.';

drop policy if exists "Another org does not exist for fenced views" on callintel_private.orgs;
create policy "Another org does not exist for fenced views" on callintel_private.orgs
    as restrictive for all to callintel_fence
    using (org_id = (select c.org_id from callintel_private.session_context c));
comment on policy "Another org does not exist for fenced views" on callintel_private.orgs is
    'Guard: whatever other policies allow, no statement reaches another org.';

drop policy if exists "Functions read what the session may see" on callintel_private.orgs;
create policy "Functions read what the session may see" on callintel_private.orgs
    for select to callintel_member
    using (org_id is not null);
comment on policy "Functions read what the session may see" on callintel_private.orgs is
    'For every role. The guard has checked the org.';

drop policy if exists "Views read what the session may see" on callintel_private.orgs;
create policy "Views read what the session may see" on callintel_private.orgs
    for select to callintel_fence
    using (org_id is not null);
comment on policy "Views read what the session may see" on callintel_private.orgs is
    'The guard has checked org and permission.';

drop policy if exists "Admins rename their org" on callintel_private.orgs;
create policy "Admins rename their org" on callintel_private.orgs
    for update to callintel_member
    using (org_id = (select case when c.permissions & 128 /* manage_members */ = 128 then c.org_id end
                       from callintel_private.trusted_context c));
comment on policy "Admins rename their org" on callintel_private.orgs is
    'For sessions with the permission ManageMembers, by rename_org.';

drop policy if exists "Definer code creates and locks orgs" on callintel_private.orgs;
create policy "Definer code creates and locks orgs" on callintel_private.orgs
    for all to callintel_definer
    using (org_id is not null)
    with check (org_id is not null);
comment on policy "Definer code creates and locks orgs" on callintel_private.orgs is
    'create_org runs before a context exists. It verifies the token itself.';

reset role;
