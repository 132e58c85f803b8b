-- name: Rewrite a leaf
-- claim: entries can be changed together with their leaves
-- runs: everyone
-- expect: 42501
-- naive: holds
update callintel_private.audit_leaves set leaf_hash = sha256('other');
