-- purpose: who sees and names an org

set role callintel_owner;

grant select, update (name) on callintel.orgs to callintel_app;

drop policy if exists "Another org does not exist" on callintel.orgs;
create policy "Another org does not exist" on callintel.orgs as restrictive for all to callintel_app
    using (org_id = (select c.org_id from callintel_private.session_context c));
comment on policy "Another org does not exist" on callintel.orgs is
    'Guard: whatever else is ever allowed, no statement reaches another org.';

drop policy if exists "Members see their org" on callintel.orgs;
create policy "Members see their org" on callintel.orgs for select to callintel_app
    using (org_id is not null);
comment on policy "Members see their org" on callintel.orgs is
    'Every role; the guard has picked the org.';

drop policy if exists "Admins rename their org" on callintel.orgs;
create policy "Admins rename their org" on callintel.orgs for update to callintel_app
    using (org_id = (select case when c.permissions & 128 = 128 then c.org_id end from callintel_private.session_context c));
comment on policy "Admins rename their org" on callintel.orgs is
    'Roles that manage members.';

drop policy if exists "Definer code creates and locks orgs" on callintel.orgs;
create policy "Definer code creates and locks orgs" on callintel.orgs for all to callintel_definer
    using (org_id is not null)
    with check (org_id is not null);
comment on policy "Definer code creates and locks orgs" on callintel.orgs is
    'create_org runs before there is a context; it verifies the token itself.';

reset role;
