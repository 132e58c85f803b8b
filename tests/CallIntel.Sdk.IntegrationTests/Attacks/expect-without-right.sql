-- name: Call expect_source without the permission to manage sources
-- claim: alarms can be disabled without the permission
-- runs: viewer, analyst, member
-- expect: CI005
-- naive: holds
select callintel.expect_source('sample', interval '100 years', interval '100 years');
