-- name: Turn off the triggers that file changes
-- claim: changes are made that are not on file
-- runs: everyone
-- expect: 42501
-- naive: holds
alter table callintel_private.contacts disable trigger audit_update;
