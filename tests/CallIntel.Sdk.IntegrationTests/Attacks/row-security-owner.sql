-- name: Run ALTER TABLE ... OWNER
-- claim: the application can take over a table
-- runs: everyone
-- expect: 42501
-- naive: holds
alter table callintel.contact_numbers owner to callintel_app;
