-- name: Read the digests of suppressed numbers of the victim
-- claim: the list contains numbers of other orgs
-- runs: admin, owner
-- expect: no rows
-- naive: holds
-- @transaction rollback
select d as breach from callintel.read_suppressed_digests(null) r, unnest(r.number_digests) d
 where d in (select n.number_index from callintel.contact_numbers n where n.number_index = '{foreign_number}');
