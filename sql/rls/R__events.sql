-- purpose: who sees the metadata of events

set role callintel_owner;

grant select on callintel_private.events to callintel_member, callintel_fence;

drop policy if exists "Another org does not exist for functions" on callintel_private.events;
create policy "Another org does not exist for functions" on callintel_private.events
    as restrictive for all to callintel_member
    using (org_id = (select case when c.permissions & 1 /* read_events */ = 1 then c.org_id end
                       from callintel_private.trusted_context c));
comment on policy "Another org does not exist for functions" on callintel_private.events is
    'Guard: whatever other policies allow, no statement reaches another org, and no session without the permission '
    'reaches the table.';

drop policy if exists "Another org does not exist for fenced views" on callintel_private.events;
create policy "Another org does not exist for fenced views" on callintel_private.events
    as restrictive for all to callintel_fence
    using (org_id = (select case when c.permissions & 1 /* read_events */ = 1 then c.org_id end
                       from callintel_private.session_context c));
comment on policy "Another org does not exist for fenced views" on callintel_private.events is
    'Guard: whatever other policies allow, no statement reaches another org, and no session without the permission '
    'reaches the table.';

drop policy if exists "Functions read what the session may see" on callintel_private.events;
create policy "Functions read what the session may see" on callintel_private.events
    for select to callintel_member
    using (((select c.reads_all from callintel_private.trusted_context c)
            or member_id = (select c.member_id from callintel_private.trusted_context c))
       and (level <= (select c.max_level from callintel_private.trusted_context c)
         or level = 2 and contact_id = any ((select callintel_private.own_listings())::uuid[])));
comment on policy "Functions read what the session may see" on callintel_private.events is
    'The row contains the privacy level of the contact, so that no contact is looked up.';

drop policy if exists "Views read what the session may see" on callintel_private.events;
create policy "Views read what the session may see" on callintel_private.events
    for select to callintel_fence
    using ((org_id, level) in (
               select case when c.reads_all and c.permissions & 1 /* read_events */ = 1 then c.org_id end, l.level
                 from callintel_private.session_context c, unnest(c.levels) as l (level))
           or (org_id, level, member_id) in (
               select case when c.permissions & 1 /* read_events */ = 1 then c.org_id end, l.level, c.member_id
                 from callintel_private.session_context c, unnest(c.levels) as l (level))
           or (org_id, level, contact_id) in (
               select case when c.reads_all then c.org_id end, 2::smallint, c.contact_id
                 from callintel_private.listed_contacts(1 /* read_events */) c)
           or (org_id, level, contact_id, member_id) in (
               select c.org_id, 2::smallint, c.contact_id, c.member_id
                 from callintel_private.listed_contacts(1 /* read_events */) c));
comment on policy "Views read what the session may see" on callintel_private.events is
    'The same with one look at the context, because two looks in one statement could meet two contexts.';

drop policy if exists "Definer code acts inside the verified org" on callintel_private.events;
create policy "Definer code acts inside the verified org" on callintel_private.events
    for all to callintel_definer
    using (org_id = (select c.org_id from callintel_private.session_context c))
    with check (org_id = (select c.org_id from callintel_private.session_context c));
comment on policy "Definer code acts inside the verified org" on callintel_private.events is
    'For the checked functions of the package. The policy holds even if one of them lacks its filter by org.';

drop policy if exists "Writer code acts inside the org that it verified" on callintel_private.events;
create policy "Writer code acts inside the org that it verified" on callintel_private.events
    for insert to callintel_writer
    with check (org_id = left(current_setting('callintel.context', true), 36)::uuid);
comment on policy "Writer code acts inside the org that it verified" on callintel_private.events is
    'For write_event only. It verifies the context before anything else, so it is not verified again for each table.';

reset role;
