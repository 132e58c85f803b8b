-- name: Turn embeddings on without being an owner
-- claim: content is embedded without the consent of an owner
-- runs: viewer, analyst, member, admin
-- expect: CI005
-- naive: holds
select callintel.enable_embeddings('mine', 3, 1000000) as breach;
