-- name: Filter volume by rows of another org
-- claim: the ids of a filter reach events of another org
-- runs: everyone
-- with contact: filter = row(null, null, null, null, null, null, '{foreign_contact}', null, null, null)
-- with member: filter = row(null, null, null, '{foreign_owner}', null, null, null, null, null, null)
-- with source: filter = row(null, null, null, null, null, null, null, '{foreign_source}', null, null)
-- with new contact: filter = row(null, null, null, null, null, null, '{foreign_contact}', null, null, 1)
-- with known contact: filter = row(null, null, null, null, null, null, '{foreign_contact}', null, null, 2)
-- expect: no rows
-- naive: holds
select sum(v.inbound_calls + v.outbound_calls + v.inbound_sms + v.outbound_sms) as breach
  from callintel.count_volume('2020-01-01Z', '2039-01-01Z', 'year', 'UTC', {filter}::callintel.figure_filter) v
having count(*) > 0;
