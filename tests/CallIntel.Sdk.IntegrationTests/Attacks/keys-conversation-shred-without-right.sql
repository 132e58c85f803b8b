-- name: Call shred_data_keys for a conversation without the permission
-- claim: keys of conversations are destroyed without the permission
-- runs: viewer, member, analyst
-- expect: CI005
-- naive: holds
select callintel.shred_data_keys('conversation', '{random}');
