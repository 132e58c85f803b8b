-- name: Call set_business_hours without the permission to manage members
-- claim: business hours are changed without the permission
-- runs: viewer, analyst, member
-- expect: CI005
-- naive: holds
select callintel.set_business_hours('UTC', '{}', '{}', '{}', '{}');
