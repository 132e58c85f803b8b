-- name: Search by a vector among the events of a hidden contact of the own org
-- claim: the nearest texts of a hidden contact are found
-- runs: analyst, member, admin, owner
-- expect: no rows
-- naive: crosses
select v.event_id as breach from callintel.search_vectors(1::smallint, '{1,2,3}', 1000, contact => '{own_hidden}') v;
