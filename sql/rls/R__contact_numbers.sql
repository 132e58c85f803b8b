-- purpose: who sees and changes the numbers of contacts

set role callintel_owner;

grant select on callintel_private.contact_numbers to callintel_member, callintel_fence;

drop policy if exists "Another org does not exist for functions" on callintel_private.contact_numbers;
create policy "Another org does not exist for functions" on callintel_private.contact_numbers
    as restrictive for all to callintel_member
    using (org_id = (select case when c.permissions & 8 /* read_contacts */ = 8 then c.org_id end
                       from callintel_private.trusted_context c));
comment on policy "Another org does not exist for functions" on callintel_private.contact_numbers is
    'Guard: whatever other policies allow, no statement reaches another org, and no session without the permission '
    'reaches the table.';

drop policy if exists "Another org does not exist for fenced views" on callintel_private.contact_numbers;
create policy "Another org does not exist for fenced views" on callintel_private.contact_numbers
    as restrictive for all to callintel_fence
    using (org_id = (select case when c.permissions & 8 /* read_contacts */ = 8 then c.org_id end
                       from callintel_private.session_context c));
comment on policy "Another org does not exist for fenced views" on callintel_private.contact_numbers is
    'Guard: whatever other policies allow, no statement reaches another org, and no session without the permission '
    'reaches the table.';

drop policy if exists "Functions read what the session may see" on callintel_private.contact_numbers;
create policy "Functions read what the session may see" on callintel_private.contact_numbers
    for select to callintel_member
    using (exists (select from callintel_private.contacts c
                    where c.org_id = contact_numbers.org_id and c.id = contact_numbers.contact_id));
comment on policy "Functions read what the session may see" on callintel_private.contact_numbers is
    'The policies of contacts decide, including privacy rules.';

drop policy if exists "Views read what the session may see" on callintel_private.contact_numbers;
create policy "Views read what the session may see" on callintel_private.contact_numbers
    for select to callintel_fence
    using ((org_id, contact_id) in (select v.org_id, v.contact_id
                                      from callintel_private.visible_contacts(8 /* read_contacts */) v));
comment on policy "Views read what the session may see" on callintel_private.contact_numbers is
    'The same with one look at the context, because two looks in one statement could meet two contexts.';

drop policy if exists "Definer code acts inside the verified org" on callintel_private.contact_numbers;
create policy "Definer code acts inside the verified org" on callintel_private.contact_numbers
    for all to callintel_definer
    using (org_id = (select c.org_id from callintel_private.session_context c))
    with check (org_id = (select c.org_id from callintel_private.session_context c));
comment on policy "Definer code acts inside the verified org" on callintel_private.contact_numbers is
    'For the checked functions of the package. The policy holds even if one of them lacks its filter by org.';

reset role;
