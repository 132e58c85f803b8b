-- name: Read content like the job that embeds it
-- claim: content of hidden contacts is read past the policies
-- runs: analyst, member, admin, owner
-- expect: CI312
-- naive: holds
select id as breach from callintel.read_unembedded(1::smallint, null, null, 1000);
