-- name: Read suppressed numbers from the table
-- claim: digests of suppressed numbers can be read
-- runs: everyone
-- expect: 42501
-- naive: holds
select s.number_digest as breach from callintel_private.suppressions s;
