-- name: install_signing_key
-- claim: a key of one's own can be installed
-- runs: everyone
-- expect: 42501
-- naive: holds
select callintel_private.install_signing_key(1, sha256('mine'));
