-- purpose: who sees the members of an org and their roles

set role callintel_owner;

grant select on callintel_private.org_roles to callintel_member, callintel_fence;

drop policy if exists "Another org does not exist for functions" on callintel_private.org_roles;
create policy "Another org does not exist for functions" on callintel_private.org_roles
    as restrictive for all to callintel_member
    using (org_id = (select c.org_id from callintel_private.trusted_context c));
comment on policy "Another org does not exist for functions" on callintel_private.org_roles is
    'Guard: whatever other policies allow, no statement reaches another org.';

drop policy if exists "Another org does not exist for fenced views" on callintel_private.org_roles;
create policy "Another org does not exist for fenced views" on callintel_private.org_roles
    as restrictive for all to callintel_fence
    using (org_id = (select c.org_id from callintel_private.session_context c));
comment on policy "Another org does not exist for fenced views" on callintel_private.org_roles is
    'Guard: whatever other policies allow, no statement reaches another org.';

drop policy if exists "Functions read what the session may see" on callintel_private.org_roles;
create policy "Functions read what the session may see" on callintel_private.org_roles
    for select to callintel_member
    using (((select c.permissions & 128 /* manage_members */ = 128 from callintel_private.trusted_context c)
            or member_id = (select c.member_id from callintel_private.trusted_context c)));
comment on policy "Functions read what the session may see" on callintel_private.org_roles is
    'Rows are written by set_member_role, which checks which roles the member may grant, and that an owner remains.';

drop policy if exists "Views read what the session may see" on callintel_private.org_roles;
create policy "Views read what the session may see" on callintel_private.org_roles
    for select to callintel_fence
    using (org_id = (select case when c.permissions & 128 /* manage_members */ = 128 then c.org_id end
                       from callintel_private.session_context c)
           or (org_id, member_id) in (select c.org_id, c.member_id from callintel_private.session_context c));
comment on policy "Views read what the session may see" on callintel_private.org_roles is
    'The same with one look at the context, because two looks in one statement could meet two contexts.';

drop policy if exists "Definer code reads and writes roles" on callintel_private.org_roles;
create policy "Definer code reads and writes roles" on callintel_private.org_roles
    for all to callintel_definer
    using (org_id is not null)
    with check (org_id is not null);
comment on policy "Definer code reads and writes roles" on callintel_private.org_roles is
    'begin_session reads the role before a context exists. set_member_role checks which roles the member may grant.';

reset role;
