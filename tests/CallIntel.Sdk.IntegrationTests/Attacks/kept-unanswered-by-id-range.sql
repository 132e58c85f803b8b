-- name: Count hidden calls in a range of ids shorter than an hour
-- claim: a range of ids reveals which hidden call answers which
-- runs: viewer, analyst, admin, owner
-- expect: own rows or no rows or 42883 or CI001
-- naive: holds
select count(*) as breach from (
    select coalesce(sum(k.calls), 0) as kept
        from callintel.count_kept_unanswered('00000000-0000-0000-0000-000000000000',
        'ffffffff-ffff-ffff-ffff-ffffffffffff', '2026-01-01', '2026-03-01', 'UTC') k) whole,
    (select coalesce(sum(k.calls), 0) as kept
        from callintel.count_kept_unanswered('ffffffff-0000-0000-0000-000000000000',
        'ffffffff-ffff-ffff-ffff-ffffffffffff', '2026-01-01', '2026-03-01', 'UTC') k) part
 where whole.kept <> part.kept;
