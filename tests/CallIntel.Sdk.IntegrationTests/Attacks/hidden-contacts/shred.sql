-- name: Destroying the keys of a hidden contact
-- claim: without a purpose, an admin destroys what they may not see
-- runs: admin, owner
-- expect: CI198
-- naive: holds
select callintel.shred_data_keys('person', '{own_hidden}');
