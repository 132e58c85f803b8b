-- name: Turn embeddings off without being an owner
-- claim: search finds nothing any more
-- runs: viewer, analyst, member, admin
-- expect: CI005
-- naive: holds
select callintel.disable_embeddings() as breach;
