-- name: Search for a word that contents of every org contain
-- claim: the index of words, which covers all orgs, leads to events of another org
-- runs: everyone
-- expect: own rows or no rows or CI005
-- naive: holds
-- with word: lexemes = array['commonword'], array[0::smallint], null | similar = null
-- with phrase: lexemes = array['commonword'], array[0::smallint], 'commonword <-> word0' | similar = null
-- with similar: lexemes = array[]::text[], array[]::smallint[], null | similar = '{foreign_event}'
with s as materialized (
    select t.event_id
      from callintel.search_texts({lexemes}, {similar}, null, null, null, null, null, null, null, 1000) t)
select s.event_id, nullif(e.id is null, false) as breach
  from s
  left join callintel.events_by_id(array(select s.event_id from s)) e on e.id = s.event_id;
