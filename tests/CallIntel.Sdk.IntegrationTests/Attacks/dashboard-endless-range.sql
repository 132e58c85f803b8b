-- name: Ask for all of time
-- claim: an infinite range or a reversed one makes a figure run without end or count another org
-- runs: everyone
-- with infinite: from = -infinity | to = infinity
-- with reversed: from = 2026-02-01Z | to = 2026-01-01Z
-- expect: own rows
-- expect(ingester): CI005
-- naive: holds
select count(*) from callintel.count_by_member('{from}', '{to}', row(null, null, null, null, null, null, null, null,
    true, null)::callintel.figure_filter);
