-- purpose: who sees and changes the numbers of contacts

set role callintel_owner;

grant select, insert, update, delete on callintel.contact_numbers to callintel_app;

drop policy if exists "Another org does not exist" on callintel.contact_numbers;
create policy "Another org does not exist" on callintel.contact_numbers as restrictive for all to callintel_app
    using (org_id = (select case when c.permissions & 8 = 8 then c.org_id end from callintel_private.session_context c));
comment on policy "Another org does not exist" on callintel.contact_numbers is
    'Guard: whatever else is ever allowed, no statement reaches another org, and no role that sees contacts masked reaches numbers.';

drop policy if exists "Numbers belong to contacts one may see" on callintel.contact_numbers;
create policy "Numbers belong to contacts one may see" on callintel.contact_numbers for select to callintel_app
    using (exists (select from callintel.contacts c where c.org_id = contact_numbers.org_id and c.id = contact_numbers.contact_id));
comment on policy "Numbers belong to contacts one may see" on callintel.contact_numbers is
    'The policies of contacts decide, privacy rules included.';

drop policy if exists "Writers add numbers of contacts they may see" on callintel.contact_numbers;
create policy "Writers add numbers of contacts they may see" on callintel.contact_numbers for insert to callintel_app
    with check (org_id = (select case when c.permissions & 64 = 64 then c.org_id end from callintel_private.session_context c)
           and exists (select from callintel.contacts c where c.org_id = contact_numbers.org_id and c.id = contact_numbers.contact_id));
comment on policy "Writers add numbers of contacts they may see" on callintel.contact_numbers is
    'Roles that write contacts.';

drop policy if exists "Writers change numbers of contacts they may see" on callintel.contact_numbers;
create policy "Writers change numbers of contacts they may see" on callintel.contact_numbers for update to callintel_app
    using (org_id = (select case when c.permissions & 64 = 64 then c.org_id end from callintel_private.session_context c)
           and exists (select from callintel.contacts c where c.org_id = contact_numbers.org_id and c.id = contact_numbers.contact_id));
comment on policy "Writers change numbers of contacts they may see" on callintel.contact_numbers is
    'Roles that write contacts.';

drop policy if exists "Writers remove numbers of contacts they may see" on callintel.contact_numbers;
create policy "Writers remove numbers of contacts they may see" on callintel.contact_numbers for delete to callintel_app
    using (org_id = (select case when c.permissions & 64 = 64 then c.org_id end from callintel_private.session_context c)
           and exists (select from callintel.contacts c where c.org_id = contact_numbers.org_id and c.id = contact_numbers.contact_id));
comment on policy "Writers remove numbers of contacts they may see" on callintel.contact_numbers is
    'Roles that write contacts.';

drop policy if exists "Definer code acts inside the verified org" on callintel.contact_numbers;
create policy "Definer code acts inside the verified org" on callintel.contact_numbers for all to callintel_definer
    using (org_id = (select c.org_id from callintel_private.session_context c))
    with check (org_id = (select c.org_id from callintel_private.session_context c));
comment on policy "Definer code acts inside the verified org" on callintel.contact_numbers is
    'The package''s own checked functions; the floor that holds even if one of them forgot its filter.';

reset role;
