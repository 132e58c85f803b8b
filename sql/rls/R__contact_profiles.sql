-- purpose: who sees and changes the names of contacts

set role callintel_owner;

grant select, insert, update, delete on callintel.contact_profiles to callintel_app;

drop policy if exists "Another org does not exist" on callintel.contact_profiles;
create policy "Another org does not exist" on callintel.contact_profiles as restrictive for all to callintel_app
    using (org_id = (select case when c.permissions & 8 = 8 then c.org_id end from callintel_private.session_context c));
comment on policy "Another org does not exist" on callintel.contact_profiles is
    'Guard: whatever else is ever allowed, no statement reaches another org, and no role that sees contacts masked reaches names.';

drop policy if exists "Names belong to contacts one may see" on callintel.contact_profiles;
create policy "Names belong to contacts one may see" on callintel.contact_profiles for select to callintel_app
    using (exists (select from callintel.contacts c where c.org_id = contact_profiles.org_id and c.id = contact_profiles.contact_id));
comment on policy "Names belong to contacts one may see" on callintel.contact_profiles is
    'The policies of contacts decide, privacy rules included.';

drop policy if exists "Writers add names of contacts they may see" on callintel.contact_profiles;
create policy "Writers add names of contacts they may see" on callintel.contact_profiles for insert to callintel_app
    with check (org_id = (select case when c.permissions & 64 = 64 then c.org_id end from callintel_private.session_context c)
           and exists (select from callintel.contacts c where c.org_id = contact_profiles.org_id and c.id = contact_profiles.contact_id));
comment on policy "Writers add names of contacts they may see" on callintel.contact_profiles is
    'Roles that write contacts.';

drop policy if exists "Writers change names of contacts they may see" on callintel.contact_profiles;
create policy "Writers change names of contacts they may see" on callintel.contact_profiles for update to callintel_app
    using (org_id = (select case when c.permissions & 64 = 64 then c.org_id end from callintel_private.session_context c)
           and exists (select from callintel.contacts c where c.org_id = contact_profiles.org_id and c.id = contact_profiles.contact_id));
comment on policy "Writers change names of contacts they may see" on callintel.contact_profiles is
    'Roles that write contacts.';

drop policy if exists "Writers remove names of contacts they may see" on callintel.contact_profiles;
create policy "Writers remove names of contacts they may see" on callintel.contact_profiles for delete to callintel_app
    using (org_id = (select case when c.permissions & 64 = 64 then c.org_id end from callintel_private.session_context c)
           and exists (select from callintel.contacts c where c.org_id = contact_profiles.org_id and c.id = contact_profiles.contact_id));
comment on policy "Writers remove names of contacts they may see" on callintel.contact_profiles is
    'Roles that write contacts.';

reset role;
