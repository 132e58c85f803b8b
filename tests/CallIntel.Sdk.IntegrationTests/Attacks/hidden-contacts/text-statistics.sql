-- name: Compare the score of a word that every content has with the number of contents that are found
-- claim: the weight of a word counts contents that are hidden from the session
-- runs: everyone
-- expect: own rows or no rows or CI005
-- naive: holds
select s.event_id, nullif(abs(s.score - sqrt(ln(1 + 0.5 / (count(*) over () + 0.5)))) > 1e-9, false) as breach
  from callintel.search_texts(array['commonword'], array[0::smallint], null, null, null, null, null, null, null, null,
                              null, 1000) s;
