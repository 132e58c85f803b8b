-- purpose: who sees and changes the numbers of contacts

set role callintel_owner;

grant select on callintel_private.contact_numbers to callintel_member, callintel_fence;

drop policy if exists "Another org does not exist for functions" on callintel_private.contact_numbers;
create policy "Another org does not exist for functions" on callintel_private.contact_numbers
    as restrictive for all to callintel_member
    using (org_id = (select case when c.permissions & 8 /* read_contacts */ = 8 then c.org_id end
                       from callintel_private.trusted_context c));
comment on policy "Another org does not exist for functions" on callintel_private.contact_numbers is
    'Guard: whatever else is ever allowed, no statement reaches another org, and no role without the permission '
    'reaches the table.';

drop policy if exists "Another org does not exist for fenced views" on callintel_private.contact_numbers;
create policy "Another org does not exist for fenced views" on callintel_private.contact_numbers
    as restrictive for all to callintel_fence
    using (org_id = (select case when c.permissions & 8 /* read_contacts */ = 8 then c.org_id end
                       from callintel_private.session_context c));
comment on policy "Another org does not exist for fenced views" on callintel_private.contact_numbers is
    'Guard: whatever else is ever allowed, no statement reaches another org, and no role without the permission '
    'reaches the table.';

drop policy if exists "Functions read what the session may see" on callintel_private.contact_numbers;
create policy "Functions read what the session may see" on callintel_private.contact_numbers
    for select to callintel_member
    using (exists (select from callintel_private.contacts c
                    where c.org_id = contact_numbers.org_id and c.id = contact_numbers.contact_id));
comment on policy "Functions read what the session may see" on callintel_private.contact_numbers is
    'The policies of contacts decide, privacy rules included.';

drop policy if exists "Views read what the session may see" on callintel_private.contact_numbers;
create policy "Views read what the session may see" on callintel_private.contact_numbers
    for select to callintel_fence
    using ((org_id, contact_id) in (select v.org_id, v.contact_id
                                      from callintel_private.visible_contacts(8 /* read_contacts */) v));
comment on policy "Views read what the session may see" on callintel_private.contact_numbers is
    'The same, from one look at the context: two looks of one statement may meet two contexts.';

drop policy if exists "Definer code acts inside the verified org" on callintel_private.contact_numbers;
create policy "Definer code acts inside the verified org" on callintel_private.contact_numbers
    for all to callintel_definer
    using (org_id = (select c.org_id from callintel_private.session_context c))
    with check (org_id = (select c.org_id from callintel_private.session_context c));
comment on policy "Definer code acts inside the verified org" on callintel_private.contact_numbers is
    'The package''s own checked functions; the floor that holds even if one of them forgot its filter.';

reset role;
