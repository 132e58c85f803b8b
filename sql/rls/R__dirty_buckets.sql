-- purpose: who sees dirty buckets

set role callintel_owner;

grant select on callintel_private.dirty_buckets to callintel_member, callintel_fence;

drop policy if exists "Another org does not exist for functions" on callintel_private.dirty_buckets;
create policy "Another org does not exist for functions" on callintel_private.dirty_buckets
    as restrictive for all to callintel_member
    using (org_id = (select case when c.permissions & 512 /* manage_sources */ = 512 then c.org_id end
                       from callintel_private.trusted_context c));
comment on policy "Another org does not exist for functions" on callintel_private.dirty_buckets is
    'Guard: whatever other policies allow, no statement reaches another org, and no session without the permission '
    'reaches the table.';

drop policy if exists "Another org does not exist for fenced views" on callintel_private.dirty_buckets;
create policy "Another org does not exist for fenced views" on callintel_private.dirty_buckets
    as restrictive for all to callintel_fence
    using (org_id = (select case when c.permissions & 512 /* manage_sources */ = 512 then c.org_id end
                       from callintel_private.session_context c));
comment on policy "Another org does not exist for fenced views" on callintel_private.dirty_buckets is
    'Guard: whatever other policies allow, no statement reaches another org, and no session without the permission '
    'reaches the table.';

drop policy if exists "Functions read what the session may see" on callintel_private.dirty_buckets;
create policy "Functions read what the session may see" on callintel_private.dirty_buckets
    for select to callintel_member
    using (org_id is not null);
comment on policy "Functions read what the session may see" on callintel_private.dirty_buckets is
    'The guard has checked org and permission. Rows are written by functions that check more.';

drop policy if exists "Views read what the session may see" on callintel_private.dirty_buckets;
create policy "Views read what the session may see" on callintel_private.dirty_buckets
    for select to callintel_fence
    using (org_id is not null);
comment on policy "Views read what the session may see" on callintel_private.dirty_buckets is
    'The guard has checked org and permission.';

drop policy if exists "Definer code acts inside the verified org" on callintel_private.dirty_buckets;
create policy "Definer code acts inside the verified org" on callintel_private.dirty_buckets
    for all to callintel_definer
    using (org_id = (select c.org_id from callintel_private.session_context c))
    with check (org_id = (select c.org_id from callintel_private.session_context c));
comment on policy "Definer code acts inside the verified org" on callintel_private.dirty_buckets is
    'For the checked functions of the package. The policy holds even if one of them lacks its filter by org.';

reset role;
