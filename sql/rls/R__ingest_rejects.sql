-- purpose: who sees refused records

set role callintel_owner;

grant select on callintel.ingest_rejects to callintel_app;

drop policy if exists "Another org does not exist" on callintel.ingest_rejects;
create policy "Another org does not exist" on callintel.ingest_rejects as restrictive for all to callintel_app
    using (org_id = (select case when c.permissions & 512 = 512 then c.org_id end from callintel_private.session_context c));
comment on policy "Another org does not exist" on callintel.ingest_rejects is
    'Guard: whatever else is ever allowed, no statement reaches another org, and nobody below admin reads raw records.';

drop policy if exists "Admins see what was refused" on callintel.ingest_rejects;
create policy "Admins see what was refused" on callintel.ingest_rejects for select to callintel_app
    using (org_id is not null);
comment on policy "Admins see what was refused" on callintel.ingest_rejects is
    'Raw records may hold anything, hence admins.';

drop policy if exists "Definer code appends" on callintel.ingest_rejects;
create policy "Definer code appends" on callintel.ingest_rejects for insert to callintel_definer
    with check (org_id = (select c.org_id from callintel_private.session_context c));
comment on policy "Definer code appends" on callintel.ingest_rejects is
    'Inside the verified org only.';

reset role;
