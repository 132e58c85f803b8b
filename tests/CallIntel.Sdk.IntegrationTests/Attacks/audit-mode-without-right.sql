-- name: Turn down what is on file
-- claim: a member hides which rows they change
-- runs: viewer, analyst, member
-- expect: CI005
-- naive: holds
select callintel.set_audit_mode(0::smallint);
