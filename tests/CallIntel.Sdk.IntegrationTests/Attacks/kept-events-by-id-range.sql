-- name: Count hidden events in a range of ids shorter than an hour
-- claim: a binary search over ids finds the exact times of hidden events
-- runs: viewer, analyst, admin, owner
-- expect: own rows or no rows or 42883 or CI001
-- naive: holds
-- with half-of-the-ids: lower = 00000000-0000-0000-0000-000000000000 | upper = {own_hidden_event}
-- with upper-half: lower = {own_hidden_event} | upper = ffffffff-ffff-ffff-ffff-ffffffffffff
select count(*) as breach from (
    select coalesce(sum(k.events), 0) as kept from callintel.count_kept_events('00000000-0000-0000-0000-000000000000',
        'ffffffff-ffff-ffff-ffff-ffffffffffff', '2026-01-01', '2026-03-01', 'day', 'UTC') k) whole,
    (select coalesce(sum(k.events), 0) as kept from callintel.count_kept_events('{lower}', '{upper}', '2026-01-01',
        '2026-03-01', 'day', 'UTC') k) part
 where whole.kept <> part.kept;
