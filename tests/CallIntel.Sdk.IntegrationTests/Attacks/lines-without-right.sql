-- name: Call add_line without the permission to manage members
-- claim: lines are added without the permission
-- runs: viewer, analyst, member
-- expect: CI005
-- naive: holds
select callintel.add_line(gen_random_uuid(), decode('c10100' || repeat('00', 60), 'hex'), null, null);
