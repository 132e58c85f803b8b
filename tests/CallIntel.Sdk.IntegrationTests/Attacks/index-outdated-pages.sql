-- name: Call read_outdated_numbers from the first index
-- claim: a page contains numbers of other orgs
-- runs: owner
-- expect: own rows
-- naive: holds
select to_jsonb(n), nullif(position('{foreign_number}' in to_jsonb(n)::text), 0) as breach
    from callintel.read_outdated_numbers(2147483647, null, 1000000) n;
