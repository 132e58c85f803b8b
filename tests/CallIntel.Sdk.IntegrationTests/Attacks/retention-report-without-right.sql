-- name: Report the retention without the permission
-- claim: a member learns how many events there are
-- runs: viewer, analyst, member
-- expect: CI005
-- naive: holds
select r.due as breach from callintel.report_retention() r;
