-- purpose: who sees which entries of the change feed

set role callintel_owner;

grant select on callintel_private.change_feed to callintel_member;

drop policy if exists "Another org does not exist for functions" on callintel_private.change_feed;
create policy "Another org does not exist for functions" on callintel_private.change_feed
    as restrictive for all to callintel_member
    using (org_id = (select case when c.permissions & 1 /* read_events */ = 1 then c.org_id end
                       from callintel_private.trusted_context c));
comment on policy "Another org does not exist for functions" on callintel_private.change_feed is
    'Guard: whatever other policies allow, no statement reaches another org, and no session without the permission '
    'reaches the table.';

drop policy if exists "Functions read what the session may see" on callintel_private.change_feed;
create policy "Functions read what the session may see" on callintel_private.change_feed
    for select to callintel_member
    using ((scope = 0
            or scope < 3 and (select c.reads_all from callintel_private.trusted_context c)
            or scope >= 2 and not (select c.reads_all from callintel_private.trusted_context c)
               and member_id = (select c.member_id from callintel_private.trusted_context c))
       and (level <= (select c.max_level from callintel_private.trusted_context c)
         or level = 2 and contact_id = any ((select callintel_private.own_listings())::uuid[])));
comment on policy "Functions read what the session may see" on callintel_private.change_feed is
    'As for the events that an entry is about. Members who can read only their own events have entries of their own.';

drop policy if exists "Definer code acts inside the verified org" on callintel_private.change_feed;
create policy "Definer code acts inside the verified org" on callintel_private.change_feed
    for all to callintel_definer
    using (org_id = (select c.org_id from callintel_private.session_context c))
    with check (org_id = (select c.org_id from callintel_private.session_context c));
comment on policy "Definer code acts inside the verified org" on callintel_private.change_feed is
    'For the checked functions of the package. The policy holds even if one of them lacks its filter by org.';

drop policy if exists "Writer code acts inside the org that it verified" on callintel_private.change_feed;
create policy "Writer code acts inside the org that it verified" on callintel_private.change_feed
    for insert to callintel_writer
    with check (org_id = left(current_setting('callintel.context', true), 36)::uuid);
comment on policy "Writer code acts inside the org that it verified" on callintel_private.change_feed is
    'For write_event only. It verifies the context before anything else, so it is not verified again for each table.';

drop policy if exists "Maintenance removes old entries" on callintel_private.change_feed;
create policy "Maintenance removes old entries" on callintel_private.change_feed
    for all to callintel_owner
    using (org_id is not null) with check (false);
comment on policy "Maintenance removes old entries" on callintel_private.change_feed is
    'For retention and for new generations of the feed, which concern all orgs.';

reset role;
