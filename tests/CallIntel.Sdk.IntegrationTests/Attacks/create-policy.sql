-- name: Create a policy
-- claim: policies can be added
-- runs: everyone
-- expect: 42501
-- naive: holds
create policy mine on callintel.events using (true);
