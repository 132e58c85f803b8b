-- purpose: who reads the access ledger

set role callintel_owner;

grant select on callintel_private.access_log to callintel_member, callintel_fence;
grant insert on callintel_private.access_log to callintel_definer;

drop policy if exists "Another org does not exist for functions" on callintel_private.access_log;
create policy "Another org does not exist for functions" on callintel_private.access_log
    as restrictive for all to callintel_member
    using (org_id = (select case when c.permissions & 1024 /* read_audit */ = 1024 then c.org_id end
                       from callintel_private.trusted_context c));
comment on policy "Another org does not exist for functions" on callintel_private.access_log is
    'Guard: whatever other policies allow, no statement reaches another org, and no session without the permission '
    'reaches the table.';

drop policy if exists "Another org does not exist for fenced views" on callintel_private.access_log;
create policy "Another org does not exist for fenced views" on callintel_private.access_log
    as restrictive for all to callintel_fence
    using (org_id = (select case when c.permissions & 1024 /* read_audit */ = 1024 then c.org_id end
                       from callintel_private.session_context c));
comment on policy "Another org does not exist for fenced views" on callintel_private.access_log is
    'Guard: whatever other policies allow, no statement reaches another org, and no session without the permission '
    'reaches the table.';

drop policy if exists "Functions read what the session may see" on callintel_private.access_log;
create policy "Functions read what the session may see" on callintel_private.access_log
    for select to callintel_member
    using (org_id is not null);
comment on policy "Functions read what the session may see" on callintel_private.access_log is
    'The guard has checked org and permission. Rows are written by functions that check more.';

drop policy if exists "Views read what the session may see" on callintel_private.access_log;
create policy "Views read what the session may see" on callintel_private.access_log
    for select to callintel_fence
    using (org_id is not null);
comment on policy "Views read what the session may see" on callintel_private.access_log is
    'The guard has checked org and permission.';

drop policy if exists "Definer code appends" on callintel_private.access_log;
create policy "Definer code appends" on callintel_private.access_log
    for insert to callintel_definer
    with check (org_id = (select c.org_id from callintel_private.session_context c));
comment on policy "Definer code appends" on callintel_private.access_log is 'In the verified org only.';

reset role;
