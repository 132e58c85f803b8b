-- name: Search for nearest neighbors over all vectors
-- claim: an order by distance bypasses the policy
-- runs: analyst, admin, owner
-- expect: own rows
-- naive: holds
select event_id, nullif(org_id <> '{own}', false) as breach from callintel.event_embeddings
    order by embedding <-> '[1,2,3]' limit 100;
