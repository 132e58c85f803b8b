-- name: Run MERGE on rows of another org
-- claim: MERGE applies the wrong policies (CVE-2023-39418)
-- runs: everyone
-- expect: 55000 or 0A000
-- naive: holds
merge into callintel.contact_numbers n using (values ('{foreign}'::uuid)) as v (org_id) on n.org_id = v.org_id
 when matched then update set kind = 4;
