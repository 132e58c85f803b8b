-- name: Activate an empty model and delete the embeddings of the other
-- claim: search finds nothing any more
-- runs: analyst, member, admin, owner
-- expect: CI312
-- naive: holds
-- @transaction rollback
select callintel.delete_former_embeddings(1000000) as breach;
