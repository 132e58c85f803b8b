-- purpose: who reads the audit log

set role callintel_owner;

grant select on callintel.audit_log to callintel_app;

drop policy if exists "Another org does not exist" on callintel.audit_log;
create policy "Another org does not exist" on callintel.audit_log as restrictive for all to callintel_app
    using (org_id = (select case when c.permissions & 1024 = 1024 then c.org_id end from callintel_private.session_context c));
comment on policy "Another org does not exist" on callintel.audit_log is
    'Guard: whatever else is ever allowed, no statement reaches another org, and nobody below admin reads the log.';

drop policy if exists "Admins read the log" on callintel.audit_log;
create policy "Admins read the log" on callintel.audit_log for select to callintel_app
    using (org_id is not null);
comment on policy "Admins read the log" on callintel.audit_log is
    'Nobody writes it but definer code; nobody changes it at all.';

drop policy if exists "Definer code appends" on callintel.audit_log;
create policy "Definer code appends" on callintel.audit_log for insert to callintel_definer
    with check (org_id = (select c.org_id from callintel_private.session_context c));
comment on policy "Definer code appends" on callintel.audit_log is
    'Inside the verified org only.';

drop policy if exists "Writer code acts inside the org that it verified" on callintel.audit_log;
create policy "Writer code acts inside the org that it verified" on callintel.audit_log for insert to callintel_writer
    with check (org_id = left(current_setting('callintel.context', true), 36)::uuid);
comment on policy "Writer code acts inside the org that it verified" on callintel.audit_log is
    'write_event alone, which opens the seal before anything else: what it has verified is not verified again for each table.';

reset role;
