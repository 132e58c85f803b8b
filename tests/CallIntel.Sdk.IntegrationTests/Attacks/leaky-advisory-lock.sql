-- name: Take an advisory lock for each hidden row
-- claim: a condition of the attacker is evaluated before the policy
-- runs: everyone
-- expect: own rows
-- naive: holds
select count(*) from callintel.contacts c where org_id = '{foreign}'
    and pg_try_advisory_xact_lock(hashtext(c.id::text));
select count(*) as breach from pg_locks where locktype = 'advisory' and pid = pg_backend_pid();
