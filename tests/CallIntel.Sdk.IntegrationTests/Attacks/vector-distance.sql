-- name: A nearest-neighbour search over all vectors
-- claim: an order by distance passes the policy by
-- runs: analyst, admin, owner
-- expect: own rows
-- naive: holds
select event_id, nullif(org_id <> '{own}', false) as breach from callintel.event_embeddings order by embedding <-> '[1,2,3]' limit 100;
