-- purpose: who sees rejected records

set role callintel_owner;

grant select on callintel_private.ingest_rejects to callintel_member, callintel_fence;

drop policy if exists "Another org does not exist for functions" on callintel_private.ingest_rejects;
create policy "Another org does not exist for functions" on callintel_private.ingest_rejects
    as restrictive for all to callintel_member
    using (org_id = (select case when c.permissions & 512 /* manage_sources */ = 512 then c.org_id end
                       from callintel_private.trusted_context c));
comment on policy "Another org does not exist for functions" on callintel_private.ingest_rejects is
    'Guard: whatever other policies allow, no statement reaches another org, and no session without the permission '
    'reaches the table.';

drop policy if exists "Another org does not exist for fenced views" on callintel_private.ingest_rejects;
create policy "Another org does not exist for fenced views" on callintel_private.ingest_rejects
    as restrictive for all to callintel_fence
    using (org_id = (select case when c.permissions & 512 /* manage_sources */ = 512 then c.org_id end
                       from callintel_private.session_context c));
comment on policy "Another org does not exist for fenced views" on callintel_private.ingest_rejects is
    'Guard: whatever other policies allow, no statement reaches another org, and no session without the permission '
    'reaches the table.';

drop policy if exists "Functions read what the session may see" on callintel_private.ingest_rejects;
create policy "Functions read what the session may see" on callintel_private.ingest_rejects
    for select to callintel_member
    using (org_id is not null);
comment on policy "Functions read what the session may see" on callintel_private.ingest_rejects is
    'The guard has checked org and permission. Rows are written by functions that check more.';

drop policy if exists "Views read what the session may see" on callintel_private.ingest_rejects;
create policy "Views read what the session may see" on callintel_private.ingest_rejects
    for select to callintel_fence
    using (org_id is not null);
comment on policy "Views read what the session may see" on callintel_private.ingest_rejects is
    'The guard has checked org and permission.';

drop policy if exists "Definer code appends" on callintel_private.ingest_rejects;
create policy "Definer code appends" on callintel_private.ingest_rejects
    for insert to callintel_definer
    with check (org_id = (select c.org_id from callintel_private.session_context c));
comment on policy "Definer code appends" on callintel_private.ingest_rejects is 'In the verified org only.';

reset role;
