-- name: Run ALTER TABLE ... DISABLE ROW LEVEL SECURITY
-- claim: policies can be disabled
-- runs: everyone
-- expect: 42501
-- naive: holds
alter table callintel.events disable row level security;
