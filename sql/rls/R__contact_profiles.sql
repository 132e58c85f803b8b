-- purpose: who sees and changes the names of contacts

set role callintel_owner;

grant select, insert, update, delete on callintel_private.contact_profiles to callintel_member;
grant select on callintel_private.contact_profiles to callintel_fence;

drop policy if exists "Another org does not exist for functions" on callintel_private.contact_profiles;
create policy "Another org does not exist for functions" on callintel_private.contact_profiles
    as restrictive for all to callintel_member
    using (org_id = (select case when c.permissions & 8 /* read_contacts */ = 8 then c.org_id end
                       from callintel_private.trusted_context c));
comment on policy "Another org does not exist for functions" on callintel_private.contact_profiles is
    'Guard: whatever other policies allow, no statement reaches another org, and no session without the permission '
    'reaches the table.';

drop policy if exists "Another org does not exist for fenced views" on callintel_private.contact_profiles;
create policy "Another org does not exist for fenced views" on callintel_private.contact_profiles
    as restrictive for all to callintel_fence
    using (org_id = (select case when c.permissions & 8 /* read_contacts */ = 8 then c.org_id end
                       from callintel_private.session_context c));
comment on policy "Another org does not exist for fenced views" on callintel_private.contact_profiles is
    'Guard: whatever other policies allow, no statement reaches another org, and no session without the permission '
    'reaches the table.';

drop policy if exists "Functions read what the session may see" on callintel_private.contact_profiles;
create policy "Functions read what the session may see" on callintel_private.contact_profiles
    for select to callintel_member
    using (exists (select from callintel_private.contacts c
                    where c.org_id = contact_profiles.org_id and c.id = contact_profiles.contact_id));
comment on policy "Functions read what the session may see" on callintel_private.contact_profiles is
    'The policies of contacts decide, including privacy rules.';

drop policy if exists "Views read what the session may see" on callintel_private.contact_profiles;
create policy "Views read what the session may see" on callintel_private.contact_profiles
    for select to callintel_fence
    using ((org_id, contact_id) in (select v.org_id, v.contact_id
                                      from callintel_private.visible_contacts(8 /* read_contacts */) v));
comment on policy "Views read what the session may see" on callintel_private.contact_profiles is
    'The same with one look at the context, because two looks in one statement could meet two contexts.';

drop policy if exists "Writers add names of contacts they may see" on callintel_private.contact_profiles;
create policy "Writers add names of contacts they may see" on callintel_private.contact_profiles
    for insert to callintel_member
    with check (org_id = (select case when c.permissions & 64 /* write_contacts */ = 64 then c.org_id end
                            from callintel_private.trusted_context c)
       and exists (select from callintel_private.contacts c
                    where c.org_id = contact_profiles.org_id and c.id = contact_profiles.contact_id));
comment on policy "Writers add names of contacts they may see" on callintel_private.contact_profiles is
    'For sessions with the permission WriteContacts, by set_contact_name.';

drop policy if exists "Writers change names of contacts they may see" on callintel_private.contact_profiles;
create policy "Writers change names of contacts they may see" on callintel_private.contact_profiles
    for update to callintel_member
    using (org_id = (select case when c.permissions & 64 /* write_contacts */ = 64 then c.org_id end
                       from callintel_private.trusted_context c)
       and exists (select from callintel_private.contacts c
                    where c.org_id = contact_profiles.org_id and c.id = contact_profiles.contact_id));
comment on policy "Writers change names of contacts they may see" on callintel_private.contact_profiles is
    'For sessions with the permission WriteContacts, by set_contact_name.';

drop policy if exists "Writers remove names of contacts they may see" on callintel_private.contact_profiles;
create policy "Writers remove names of contacts they may see" on callintel_private.contact_profiles
    for delete to callintel_member
    using (org_id = (select case when c.permissions & 64 /* write_contacts */ = 64 then c.org_id end
                       from callintel_private.trusted_context c)
       and exists (select from callintel_private.contacts c
                    where c.org_id = contact_profiles.org_id and c.id = contact_profiles.contact_id));
comment on policy "Writers remove names of contacts they may see" on callintel_private.contact_profiles is
    'For sessions with the permission WriteContacts, by set_contact_name.';

drop policy if exists "Definer code acts inside the verified org" on callintel_private.contact_profiles;
create policy "Definer code acts inside the verified org" on callintel_private.contact_profiles
    for all to callintel_definer
    using (org_id = (select c.org_id from callintel_private.session_context c))
    with check (org_id = (select c.org_id from callintel_private.session_context c));
comment on policy "Definer code acts inside the verified org" on callintel_private.contact_profiles is
    'For the checked functions of the package. The policy holds even if one of them lacks its filter by org.';

reset role;
