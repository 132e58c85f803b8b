-- name: Row locks on foreign rows
-- claim: locking finds rows the policy hides
-- runs: everyone
-- expect: no rows
-- naive: holds
select number_index as breach from callintel.contact_numbers where org_id = '{foreign}' for update;
