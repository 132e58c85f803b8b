-- name: Read the change feed from the beginning, with invented cursors
-- claim: a cursor leads to entries of another org
-- runs: everyone
-- expect(ingester): CI005
-- expect: no rows
-- naive: holds
select c.member_id as breach
  from callintel.read_changes(null, null, null, 1) p,
       lateral callintel.read_changes(p.generation, p.xact - p.xact, 0, 5000) c
 where c.member_id = '{foreign_member}' or c.contact_id = '{foreign_contact}';
