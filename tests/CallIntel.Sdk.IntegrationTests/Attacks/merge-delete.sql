-- name: Delete rows that do not match own rows with MERGE
-- claim: MERGE reads hidden rows
-- runs: everyone
-- expect: 55000 or 0A000
-- naive: holds
merge into callintel.contact_profiles p using callintel.orgs o on p.org_id <> o.org_id when matched then delete;
