-- name: Call install_signing_key
-- claim: an attacker can install a signing key
-- runs: everyone
-- expect: 42501
-- naive: holds
select callintel_private.install_signing_key(1, sha256('mine'));
