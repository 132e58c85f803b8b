-- name: Change the context in a lateral join before the scan
-- claim: the policy reads the context too late
-- runs: everyone
-- expect: CI001 or own rows
-- naive: crosses
select e.external_id, nullif(e.org_id = '{foreign}', false) as breach
  from (select set_config('{setting}', '{forged}', true) as s offset 0) x,
      lateral (select * from callintel.events e where x.s is not null offset 0) e;
