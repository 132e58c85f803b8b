-- purpose: who sees and adds contacts

set role callintel_owner;

grant select, insert on callintel.contacts to callintel_app;

drop policy if exists "Another org does not exist" on callintel.contacts;
create policy "Another org does not exist" on callintel.contacts as restrictive for all to callintel_app
    using (org_id = (select c.org_id from callintel_private.session_context c));
comment on policy "Another org does not exist" on callintel.contacts is
    'Guard: whatever else is ever allowed, no statement reaches another org.';

drop policy if exists "Contacts kept from the member do not exist" on callintel.contacts;
create policy "Contacts kept from the member do not exist" on callintel.contacts as restrictive for select to callintel_app
    using ((select c.permissions & 32768 = 32768 from callintel_private.session_context c) or id not in (select callintel.unseen_contacts()));
comment on policy "Contacts kept from the member do not exist" on callintel.contacts is
    'Restricted and hidden contacts; evaluated once a statement.';

drop policy if exists "Members see the contacts of their own events, others all" on callintel.contacts;
create policy "Members see the contacts of their own events, others all" on callintel.contacts for select to callintel_app
    using ((select c.permissions & 2 = 2 from callintel_private.session_context c)
           or created_by = (select c.member_id from callintel_private.session_context c)
           or exists (select from callintel.events e
                       where e.org_id = contacts.org_id and e.contact_id = contacts.id and e.member_id = (select c.member_id from callintel_private.session_context c)));
comment on policy "Members see the contacts of their own events, others all" on callintel.contacts is
    'The row says that a contact exists; numbers and names have policies of their own.';

drop policy if exists "Writers add contacts as themselves" on callintel.contacts;
create policy "Writers add contacts as themselves" on callintel.contacts for insert to callintel_app
    with check (org_id = (select case when c.permissions & 64 = 64 then c.org_id end from callintel_private.session_context c) and created_by = (select c.member_id from callintel_private.session_context c));
comment on policy "Writers add contacts as themselves" on callintel.contacts is
    'Roles that write contacts.';

drop policy if exists "Definer code acts inside the verified org" on callintel.contacts;
create policy "Definer code acts inside the verified org" on callintel.contacts for all to callintel_definer
    using (org_id = (select c.org_id from callintel_private.session_context c))
    with check (org_id = (select c.org_id from callintel_private.session_context c));
comment on policy "Definer code acts inside the verified org" on callintel.contacts is
    'The package''s own checked functions; the floor that holds even if one of them forgot its filter.';

reset role;
