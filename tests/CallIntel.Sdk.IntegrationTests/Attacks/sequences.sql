-- name: Read sequences of the package
-- claim: sequences reveal volumes
-- runs: everyone
-- expect: own rows
-- naive: holds
select count(*) as breach from pg_sequences where schemaname like 'callintel%';
