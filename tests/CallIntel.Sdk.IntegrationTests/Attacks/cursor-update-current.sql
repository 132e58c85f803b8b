-- name: WHERE CURRENT OF
-- claim: a cursor's row is changed without its policy
-- runs: member, admin, owner
-- expect: 42501
-- naive: holds
declare u cursor for select * from callintel.contact_numbers where org_id = '{foreign}' for update;
fetch u;
update callintel.contact_numbers set kind = 4 where current of u;
