-- name: File an action in the name of a colleague
-- claim: an entry names somebody else as the actor
-- runs: everyone
-- expect: 42501
-- naive: holds
select callintel_private.audit('merge', 'contacts', 1, null, null);
