-- purpose: who sees who is a member

set role callintel_owner;

grant select on callintel.org_roles to callintel_app;

drop policy if exists "Another org does not exist" on callintel.org_roles;
create policy "Another org does not exist" on callintel.org_roles as restrictive for all to callintel_app
    using (org_id = (select c.org_id from callintel_private.session_context c));
comment on policy "Another org does not exist" on callintel.org_roles is
    'Guard: whatever else is ever allowed, no statement reaches another org.';

drop policy if exists "Members see themselves, admins everybody" on callintel.org_roles;
create policy "Members see themselves, admins everybody" on callintel.org_roles for select to callintel_app
    using ((select c.permissions & 128 = 128 from callintel_private.session_context c) or member_id = (select c.member_id from callintel_private.session_context c));
comment on policy "Members see themselves, admins everybody" on callintel.org_roles is
    'Writing goes through set_member_role, which checks ranks and the last owner.';

drop policy if exists "Definer code reads and writes roles" on callintel.org_roles;
create policy "Definer code reads and writes roles" on callintel.org_roles for all to callintel_definer
    using (org_id is not null)
    with check (org_id is not null);
comment on policy "Definer code reads and writes roles" on callintel.org_roles is
    'callintel.begin_session reads the role before there is a context; set_member_role checks ranks.';

reset role;
