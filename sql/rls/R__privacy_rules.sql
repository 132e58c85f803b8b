-- purpose: who sees and sets privacy rules

set role callintel_owner;

grant select on callintel_private.privacy_rules to callintel_member, callintel_fence;

drop policy if exists "Another org does not exist for functions" on callintel_private.privacy_rules;
create policy "Another org does not exist for functions" on callintel_private.privacy_rules
    as restrictive for all to callintel_member
    using (org_id = (select case when c.permissions & 256 /* manage_privacy */ = 256 then c.org_id end
                       from callintel_private.trusted_context c));
comment on policy "Another org does not exist for functions" on callintel_private.privacy_rules is
    'Guard: whatever other policies allow, no statement reaches another org, and no session without the permission '
    'reaches the table.';

drop policy if exists "Another org does not exist for fenced views" on callintel_private.privacy_rules;
create policy "Another org does not exist for fenced views" on callintel_private.privacy_rules
    as restrictive for all to callintel_fence
    using (org_id = (select case when c.permissions & 256 /* manage_privacy */ = 256 then c.org_id end
                       from callintel_private.session_context c));
comment on policy "Another org does not exist for fenced views" on callintel_private.privacy_rules is
    'Guard: whatever other policies allow, no statement reaches another org, and no session without the permission '
    'reaches the table.';

drop policy if exists "Functions read what the session may see" on callintel_private.privacy_rules;
create policy "Functions read what the session may see" on callintel_private.privacy_rules
    for select to callintel_member
    using (org_id is not null);
comment on policy "Functions read what the session may see" on callintel_private.privacy_rules is
    'The guard has checked org and permission. Rows are written by functions that check more.';

drop policy if exists "Views read what the session may see" on callintel_private.privacy_rules;
create policy "Views read what the session may see" on callintel_private.privacy_rules
    for select to callintel_fence
    using (org_id is not null);
comment on policy "Views read what the session may see" on callintel_private.privacy_rules is
    'The guard has checked org and permission.';

drop policy if exists "Definer code reads privacy rules" on callintel_private.privacy_rules;
create policy "Definer code reads privacy rules" on callintel_private.privacy_rules
    for select to callintel_definer
    using (org_id is not null);
comment on policy "Definer code reads privacy rules" on callintel_private.privacy_rules is
    'The functions filter by the verified org themselves. Writing an event looks up a level, and a second look at the '
    'context would cost as much as the insert.';

drop policy if exists "Definer code sets rules inside the verified org" on callintel_private.privacy_rules;
create policy "Definer code sets rules inside the verified org" on callintel_private.privacy_rules
    for insert to callintel_definer
    with check (org_id = (select c.org_id from callintel_private.session_context c));
comment on policy "Definer code sets rules inside the verified org" on callintel_private.privacy_rules is
    'For the checked functions of the package. The policy holds even if one of them lacks its filter by org.';

drop policy if exists "Definer code changes rules inside the verified org" on callintel_private.privacy_rules;
create policy "Definer code changes rules inside the verified org" on callintel_private.privacy_rules
    for update to callintel_definer
    using (org_id = (select c.org_id from callintel_private.session_context c));
comment on policy "Definer code changes rules inside the verified org" on callintel_private.privacy_rules is
    'The same as for setting them.';

drop policy if exists "Definer code removes rules inside the verified org" on callintel_private.privacy_rules;
create policy "Definer code removes rules inside the verified org" on callintel_private.privacy_rules
    for delete to callintel_definer
    using (org_id = (select c.org_id from callintel_private.session_context c));
comment on policy "Definer code removes rules inside the verified org" on callintel_private.privacy_rules is
    'The same as for setting them.';

drop policy if exists "Writer code reads levels inside the org that it verified" on callintel_private.privacy_rules;
create policy "Writer code reads levels inside the org that it verified" on callintel_private.privacy_rules
    for select to callintel_writer
    using (org_id = (select c.org_id from callintel_private.trusted_context c));
comment on policy "Writer code reads levels inside the org that it verified" on callintel_private.privacy_rules is
    'For write_event only, which verifies the context before anything else.';

reset role;
