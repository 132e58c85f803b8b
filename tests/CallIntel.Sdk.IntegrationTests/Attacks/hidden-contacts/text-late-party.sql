-- name: Search after a party that is excluded from search was added to an event
-- claim: content of a person who must not be found is found, because it was indexed before
-- runs: admin, owner
-- expect: own rows
-- naive: holds
-- with text: search = search_texts(array['commonword'], array[0::smallint], null, null, null, null, null, null, null,
--     null, null, 1000)
-- with vector: search = search_vectors(1::smallint, '{1,2,3}', 1000)
-- @transaction rollback
select callintel.set_privacy_rule('{own_contact}', 0::smallint, '{}', true, false, null);
select callintel.merge_participants(array[s.event_id], array[7::smallint], array['{own_contact}'::uuid],
           array[2::smallint], array[null::timestamptz], array[1], array[1::smallint], array['late'])
  from callintel.{search} s limit 1;
select count(*) as breach
  from callintel.{search} s
 where exists (select from callintel.read_event_participants(array[s.event_id]) p where p.status = 'late');
