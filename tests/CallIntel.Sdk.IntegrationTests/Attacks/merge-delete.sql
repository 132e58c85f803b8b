-- name: MERGE that deletes what does not match one's own rows
-- claim: MERGE reads rows the policy hides
-- runs: everyone
-- expect: 55000 or 0A000
-- naive: holds
merge into callintel.contact_profiles p using callintel.orgs o on p.org_id <> o.org_id when matched then delete;
