-- name: expect_source by a role that does not manage sources
-- claim: alarms are switched off without the right
-- runs: viewer, analyst, member
-- expect: CI005
-- naive: holds
select callintel.expect_source('sample', interval '100 years', interval '100 years');
