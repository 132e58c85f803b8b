-- name: Read keys of events of hidden contacts
-- claim: the view of keys lists ids of hidden events, and ids contain the time
-- runs: admin, owner
-- expect: own rows
-- naive: crosses
select count(*) as breach from callintel.event_keys k where not exists (select from callintel.events e
    where e.org_id = k.org_id and e.id = k.event_id);
