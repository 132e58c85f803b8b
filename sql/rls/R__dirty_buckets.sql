-- purpose: who sees dirty buckets

set role callintel_owner;

grant select on callintel.dirty_buckets to callintel_app;

drop policy if exists "Another org does not exist" on callintel.dirty_buckets;
create policy "Another org does not exist" on callintel.dirty_buckets as restrictive for all to callintel_app
    using (org_id = (select case when c.permissions & 16 = 16 then c.org_id end from callintel_private.session_context c));
comment on policy "Another org does not exist" on callintel.dirty_buckets is
    'Guard: whatever else is ever allowed, no statement reaches another org, and no role below the one that manages this sees it.';

drop policy if exists "Whoever passes the guard reads" on callintel.dirty_buckets;
create policy "Whoever passes the guard reads" on callintel.dirty_buckets for select to callintel_app
    using (org_id is not null);
comment on policy "Whoever passes the guard reads" on callintel.dirty_buckets is
    'Holds no content and nobody''s number. Writing goes through ingestion alone.';

drop policy if exists "Definer code acts inside the verified org" on callintel.dirty_buckets;
create policy "Definer code acts inside the verified org" on callintel.dirty_buckets for all to callintel_definer
    using (org_id = (select c.org_id from callintel_private.session_context c))
    with check (org_id = (select c.org_id from callintel_private.session_context c));
comment on policy "Definer code acts inside the verified org" on callintel.dirty_buckets is
    'The package''s own checked functions; the floor that holds even if one of them forgot its filter.';

reset role;
