-- name: Listen on the channel of crypto-shredding
-- claim: a listener learns ids of other orgs
-- runs: everyone
-- accepts: shred-broadcast
-- expect: own rows
-- naive: crosses
listen callintel_shred;
-- @transaction as foreign on b
select 1;
-- @transaction on a
select pg_notify('callintel_shred', '{foreign}:00');
-- @transaction on a
select 'breach: whoever listens hears the ids of all orgs that shred' as breach;
unlisten *;
