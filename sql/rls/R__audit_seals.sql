-- purpose: who reads and writes the seals of the ledgers

set role callintel_owner;

-- callintel_owner is a member of callintel_definer, whose policies need a session. PostgreSQL evaluates policies in the
-- reverse order of their names, so those of operations come first by their names.
do $$
declare
    relation name;
begin
    foreach relation in array array['audit_seals', 'audit_trees', 'audit_leaves', 'audit_checkpoints'] loop
        execute format('grant select on callintel_private.%I to callintel_member', relation);
        execute format('grant select, delete on callintel_private.%I to callintel_definer', relation);

        execute format('drop policy if exists "Another org does not exist for functions" on callintel_private.%I',
                       relation);
        execute format('create policy "Another org does not exist for functions" on callintel_private.%I '
                       'as restrictive for all to callintel_member '
                       'using (org_id = (select case when c.permissions & 1024 /* read_audit */ = 1024 then c.org_id '
                       'end from callintel_private.trusted_context c))', relation);
        execute format('comment on policy "Another org does not exist for functions" on callintel_private.%I is %L',
                       relation,
                       'Guard: whatever other policies allow, no statement reaches another org, and no session without '
                       'the permission reaches the table.');

        execute format('drop policy if exists "Functions read what the session may see" on callintel_private.%I',
                       relation);
        execute format('create policy "Functions read what the session may see" on callintel_private.%I '
                       'for select to callintel_member using (org_id is not null)', relation);
        execute format('comment on policy "Functions read what the session may see" on callintel_private.%I is %L',
                       relation,
                       'The guard has checked org and permission.');

        execute format('drop policy if exists "Sealing reads and writes all orgs" on callintel_private.%I', relation);
        execute format('create policy "Sealing reads and writes all orgs" on callintel_private.%I '
                       'for all to callintel_owner using (org_id is not null) with check (org_id is not null)',
                       relation);
        execute format('comment on policy "Sealing reads and writes all orgs" on callintel_private.%I is %L',
                       relation,
                       'Operations seal the ledgers of all orgs. An application holds no seal key.');

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
    -- Operations read the entries that they seal and verify.
    foreach relation in array array['audit_log', 'access_log'] loop
        execute format('drop policy if exists "Sealing reads entries of all orgs" on callintel_private.%I', relation);
        execute format('create policy "Sealing reads entries of all orgs" on callintel_private.%I '
                       'for select to callintel_owner using (org_id is not null)', relation);
        execute format('comment on policy "Sealing reads entries of all orgs" on callintel_private.%I is %L',
                       relation,
                       'Entries contain ids and envelopes, no texts. No policy lets operations change or delete one.');
    end loop;
end $$;

reset role;
