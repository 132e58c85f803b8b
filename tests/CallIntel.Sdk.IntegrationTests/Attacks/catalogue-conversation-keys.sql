-- name: Read who takes part in conversations of another org
-- claim: the table of keys of conversations is readable
-- runs: everyone
-- expect: 42501
-- naive: holds
select party_id as breach from callintel_private.conversation_keys where org_id = '{foreign}';
