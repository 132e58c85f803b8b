-- name: Repeat ON CONFLICT DO UPDATE on an own row
-- claim: every row of the table passes the update policy (CVE-2026-120154)
-- runs: admin, owner
-- expect: 55000
-- naive: holds
-- @transaction rollback
insert into callintel.privacy_rules as r (org_id, contact_id, level, set_by)
select '{own}', c.contact_id, 0, '{me}' from callintel.privacy_rules c cross join generate_series(1, 1)
    where c.level < 3
    on conflict (org_id, contact_id) do update set set_at = r.set_at
        returning nullif(r.org_id <> '{own}', false) as breach, r.contact_id;
