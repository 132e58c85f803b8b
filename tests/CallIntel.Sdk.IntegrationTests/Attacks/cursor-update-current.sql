-- name: Update with WHERE CURRENT OF
-- claim: the row of a cursor is updated without a check of the policy
-- runs: member, admin, owner
-- expect: 42501
-- naive: holds
declare u cursor for select * from callintel.contact_numbers where org_id = '{foreign}' for update;
fetch u;
update callintel.contact_numbers set kind = 4 where current of u;
