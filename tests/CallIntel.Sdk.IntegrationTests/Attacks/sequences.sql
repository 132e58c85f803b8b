-- name: Sequences of ours
-- claim: sequences tell volume
-- runs: everyone
-- expect: own rows
-- naive: holds
select count(*) as breach from pg_sequences where schemaname like 'callintel%';
