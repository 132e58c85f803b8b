-- purpose: who sees the names of members

set role callintel_owner;

grant select on callintel_private.member_profiles to callintel_member, callintel_fence;
grant select, insert, update, delete on callintel_private.member_profiles to callintel_definer;

drop policy if exists "Another org does not exist for functions" on callintel_private.member_profiles;
create policy "Another org does not exist for functions" on callintel_private.member_profiles
    as restrictive for all to callintel_member
    using (org_id = (select case when c.permissions & 8 /* read_contacts */ = 8 then c.org_id end
                       from callintel_private.trusted_context c));
comment on policy "Another org does not exist for functions" on callintel_private.member_profiles is
    'Guard: whatever other policies allow, no statement reaches another org, and no session without the permission '
    'reaches the table.';

drop policy if exists "Another org does not exist for fenced views" on callintel_private.member_profiles;
create policy "Another org does not exist for fenced views" on callintel_private.member_profiles
    as restrictive for all to callintel_fence
    using (org_id = (select case when c.permissions & 8 /* read_contacts */ = 8 then c.org_id end
                       from callintel_private.session_context c));
comment on policy "Another org does not exist for fenced views" on callintel_private.member_profiles is
    'Guard: whatever other policies allow, no statement reaches another org, and no session without the permission '
    'reaches the table.';

drop policy if exists "Functions read what the session may see" on callintel_private.member_profiles;
create policy "Functions read what the session may see" on callintel_private.member_profiles
    for select to callintel_member
    using ((select c.reads_all from callintel_private.trusted_context c)
           or member_id = (select c.member_id from callintel_private.trusted_context c));
comment on policy "Functions read what the session may see" on callintel_private.member_profiles is
    'The names of all members for sessions that read the events of all members, otherwise the name of the session''s '
    'member.';

drop policy if exists "Views read what the session may see" on callintel_private.member_profiles;
create policy "Views read what the session may see" on callintel_private.member_profiles
    for select to callintel_fence
    using (org_id = (select case when c.reads_all and c.permissions & 8 /* read_contacts */ = 8 then c.org_id end
                       from callintel_private.session_context c)
           or (org_id, member_id) in (
               select case when c.permissions & 8 /* read_contacts */ = 8 then c.org_id end, c.member_id
                 from callintel_private.session_context c));
comment on policy "Views read what the session may see" on callintel_private.member_profiles is
    'The same. Each condition looks at the context once, because two looks in one statement could meet two contexts.';

drop policy if exists "Definer code acts inside the verified org" on callintel_private.member_profiles;
create policy "Definer code acts inside the verified org" on callintel_private.member_profiles
    for all to callintel_definer
    using (org_id = (select c.org_id from callintel_private.session_context c))
    with check (org_id = (select c.org_id from callintel_private.session_context c));
comment on policy "Definer code acts inside the verified org" on callintel_private.member_profiles is
    'For the checked functions of the package. The policy holds even if one of them lacks its filter by org.';

reset role;
