-- name: Search for words of a contact that was excluded from search
-- claim: words of the contact are found after it was excluded
-- runs: admin, owner
-- expect: own rows or no rows
-- naive: holds
select callintel.set_privacy_rule('{own_contact}', 0::smallint, array[]::uuid[], true, false, null) is null;
select e.id as breach
  from callintel.search_texts(array['commonword'], array[0::smallint], null, null, null, null, null, null, null, null,
                              null, 1000) s
  join callintel.events e on e.id = s.event_id
 where e.contact_id = '{own_contact}';
select s.event_id as breach from callintel.search_contact('{own_contact}', null, null, null, null, null, null, 10) s;
