-- purpose: the history of data subject requests is append-only: functions of the register add and read entries, and
--          nothing changes or deletes one while its request exists

set role callintel_owner;

-- Deleting is for an org that leaves only (sql/rls/R__org_deletions.sql).
grant select, insert, delete on callintel_private.subject_request_history to callintel_definer;

drop policy if exists "Definer code reads inside the verified org" on callintel_private.subject_request_history;
create policy "Definer code reads inside the verified org" on callintel_private.subject_request_history
    for select to callintel_definer
    using (org_id = (select c.org_id from callintel_private.session_context c));
comment on policy "Definer code reads inside the verified org" on callintel_private.subject_request_history is
    'For the checked functions of the package. The policy holds even if one of them lacks its filter by org.';

drop policy if exists "Definer code appends" on callintel_private.subject_request_history;
create policy "Definer code appends" on callintel_private.subject_request_history
    for insert to callintel_definer
    with check (org_id = (select c.org_id from callintel_private.session_context c));
comment on policy "Definer code appends" on callintel_private.subject_request_history is
    'Inside the verified org. No function changes an entry.';

reset role;
