-- name: ALTER TABLE ... OWNER
-- claim: a table can be taken over
-- runs: everyone
-- expect: 42501
-- naive: holds
alter table callintel.contact_numbers owner to callintel_app;
