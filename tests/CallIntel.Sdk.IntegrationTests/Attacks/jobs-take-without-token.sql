-- name: Take jobs of all orgs with a token made up
-- claim: the queue can be read without a signing key
-- runs: everyone
-- expect: CI002
-- naive: holds
select * from callintel.take_jobs(
    '\x01'::bytea || sha256('') || convert_to(
        '(00000000-0000-0000-0000-000000000000,00000000-0000-0000-0000-000000000000,0,2099-01-01T00:00:00Z,a)', 'UTF8'),
    'attacker', '{rotate_org_key}', '{1}', '{100}', '1 minute');
