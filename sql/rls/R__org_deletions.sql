-- purpose: who writes the ledger of orgs that leave, and which rows may be deleted because their org leaves

set role callintel_owner;

drop policy if exists "Definer code acts inside the verified org" on callintel_private.org_deletions;
create policy "Definer code acts inside the verified org" on callintel_private.org_deletions
    for all to callintel_definer
    using (org_id = (select c.org_id from callintel_private.session_context c))
    with check (org_id = (select c.org_id from callintel_private.session_context c));
comment on policy "Definer code acts inside the verified org" on callintel_private.org_deletions is
    'For the checked functions of the package. The policy holds even if one of them lacks its filter by org.';

-- The sub-select sees only the row of the session's org, by the policy above.
do $$
declare
    relation name;
begin
    foreach relation in array array['access_log',
                                    'audit_log',
                                    'erasure_ledger',
                                    'ingest_rejects',
                                    'misplaced_events',
                                    'subject_request_history'] loop
        execute format('drop policy if exists "Rows of an org that leaves are found" on callintel_private.%I',
                       relation);
        execute format('create policy "Rows of an org that leaves are found" on callintel_private.%I '
                       'for select to callintel_definer '
                       'using (org_id = (select d.org_id from callintel_private.org_deletions d '
                       'where d.completed_at is null))', relation);
        execute format('comment on policy "Rows of an org that leaves are found" on callintel_private.%I is %L',
                       relation,
                       'For deleting them.');
        execute format('drop policy if exists "Rows of an org that leaves are deleted" on callintel_private.%I',
                       relation);
        execute format('create policy "Rows of an org that leaves are deleted" on callintel_private.%I '
                       'for delete to callintel_definer '
                       'using (org_id = (select d.org_id from callintel_private.org_deletions d '
                       'where d.completed_at is null))', relation);
        execute format('comment on policy "Rows of an org that leaves are deleted" on callintel_private.%I is %L',
                       relation,
                       'Nothing else deletes them. An owner confirmed the deletion of the session''s org.');
    end loop;
end $$;

reset role;
