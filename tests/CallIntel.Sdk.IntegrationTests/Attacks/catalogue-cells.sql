-- name: Read the cells of dashboards
-- claim: cells, which count the events of hidden contacts too, can be read beside the figures
-- runs: everyone
-- with table: cells = callintel_private.event_cells
-- with member-table: cells = callintel_private.member_cells
-- with function: cells = callintel_private.compute_cells(callintel.current_org(), '{(,)}', '{(,)}')
-- with counts: cells = callintel_private.count_cells('-infinity', 'infinity', 'hour', 'UTC', true, true)
-- expect: 42501
-- naive: holds
select sum(c.events) from {cells} c;
