-- purpose: who sees streams

set role callintel_owner;

grant select on callintel.sync_streams to callintel_app;

drop policy if exists "Another org does not exist" on callintel.sync_streams;
create policy "Another org does not exist" on callintel.sync_streams as restrictive for all to callintel_app
    using (org_id = (select case when c.permissions & 16 = 16 then c.org_id end from callintel_private.session_context c));
comment on policy "Another org does not exist" on callintel.sync_streams is
    'Guard: whatever else is ever allowed, no statement reaches another org.';

drop policy if exists "Whoever sees dashboards sees streams" on callintel.sync_streams;
create policy "Whoever sees dashboards sees streams" on callintel.sync_streams for select to callintel_app
    using (org_id is not null);
comment on policy "Whoever sees dashboards sees streams" on callintel.sync_streams is
    'A figure is worth what its sources are; writing goes through the ingest functions.';

drop policy if exists "Definer code acts inside the verified org" on callintel.sync_streams;
create policy "Definer code acts inside the verified org" on callintel.sync_streams for all to callintel_definer
    using (org_id = (select c.org_id from callintel_private.session_context c))
    with check (org_id = (select c.org_id from callintel_private.session_context c));
comment on policy "Definer code acts inside the verified org" on callintel.sync_streams is
    'The package''s own checked functions; the floor that holds even if one of them forgot its filter.';

drop policy if exists "Writer code acts inside the org that it verified" on callintel.sync_streams;
create policy "Writer code acts inside the org that it verified" on callintel.sync_streams for all to callintel_writer
    using (org_id = left(current_setting('callintel.context', true), 36)::uuid);
comment on policy "Writer code acts inside the org that it verified" on callintel.sync_streams is
    'write_event alone, which opens the seal before anything else: what it has verified is not verified again for each table.';

reset role;
