-- purpose: who sees and adds contacts

set role callintel_owner;

grant select on callintel_private.contacts to callintel_member, callintel_fence;

drop policy if exists "Another org does not exist for functions" on callintel_private.contacts;
create policy "Another org does not exist for functions" on callintel_private.contacts
    as restrictive for all to callintel_member
    using (org_id = (select case when c.permissions & 1 /* read_events */ = 1 then c.org_id end
                       from callintel_private.trusted_context c));
comment on policy "Another org does not exist for functions" on callintel_private.contacts is
    'Guard: whatever other policies allow, no statement reaches another org, and no session without the permission '
    'reaches the table.';

drop policy if exists "Another org does not exist for fenced views" on callintel_private.contacts;
create policy "Another org does not exist for fenced views" on callintel_private.contacts
    as restrictive for all to callintel_fence
    using (org_id = (select case when c.permissions & 1 /* read_events */ = 1 then c.org_id end
                       from callintel_private.session_context c));
comment on policy "Another org does not exist for fenced views" on callintel_private.contacts is
    'Guard: whatever other policies allow, no statement reaches another org, and no session without the permission '
    'reaches the table.';

drop policy if exists "Functions read what the session may see" on callintel_private.contacts;
create policy "Functions read what the session may see" on callintel_private.contacts
    for select to callintel_member
    using ((level <= (select c.max_level from callintel_private.trusted_context c)
         or level = 2 and id = any ((select callintel_private.own_listings())::uuid[]))
           and ((select c.reads_all from callintel_private.trusted_context c)
                or created_by = (select c.member_id from callintel_private.trusted_context c)
                or exists (select from callintel_private.events e
                            where e.org_id = contacts.org_id and e.contact_id = contacts.id
                              and e.member_id = (select c.member_id from callintel_private.trusted_context c))));
comment on policy "Functions read what the session may see" on callintel_private.contacts is
    'Contacts that are hidden from the session do not exist for it. A row tells only that a contact exists; numbers '
    'and names have policies of their own.';

drop policy if exists "Views read what the session may see" on callintel_private.contacts;
create policy "Views read what the session may see" on callintel_private.contacts
    for select to callintel_fence
    using ((org_id, id) in (select v.org_id, v.contact_id
                              from callintel_private.visible_contacts(1 /* read_events */) v));
comment on policy "Views read what the session may see" on callintel_private.contacts is
    'The same with one look at the context, because two looks in one statement could meet two contexts.';

drop policy if exists "Definer code acts inside the verified org" on callintel_private.contacts;
create policy "Definer code acts inside the verified org" on callintel_private.contacts
    for all to callintel_definer
    using (org_id = (select c.org_id from callintel_private.session_context c))
    with check (org_id = (select c.org_id from callintel_private.session_context c));
comment on policy "Definer code acts inside the verified org" on callintel_private.contacts is
    'For the checked functions of the package. The policy holds even if one of them lacks its filter by org.';

-- The name of the policy until write_event looked for every contact.
drop policy if exists "Writer code finds merged contacts of the org that it verified" on callintel_private.contacts;
drop policy if exists "Writer code finds contacts of the org that it verified" on callintel_private.contacts;
create policy "Writer code finds contacts of the org that it verified" on callintel_private.contacts
    for select to callintel_writer
    using (org_id = (select c.org_id from callintel_private.trusted_context c));
comment on policy "Writer code finds contacts of the org that it verified" on callintel_private.contacts is
    'For write_event only, which verifies the context before anything else.';

reset role;
