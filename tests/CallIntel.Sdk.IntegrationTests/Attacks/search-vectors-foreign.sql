-- name: Search by a vector with filters that name another org's contact, member and source
-- claim: a filter leads to events of another org
-- runs: analyst, member, admin, owner
-- expect: no rows
-- naive: holds
select v.event_id as breach
  from callintel.search_vectors(1::smallint, '{1,2,3}', 1000, contact => '{foreign_contact}') v
union all
select v.event_id from callintel.search_vectors(1::smallint, '{1,2,3}', 1000, member => '{foreign_member}') v
union all
select v.event_id from callintel.search_vectors(1::smallint, '{1,2,3}', 1000, source => '{foreign_source}') v;
