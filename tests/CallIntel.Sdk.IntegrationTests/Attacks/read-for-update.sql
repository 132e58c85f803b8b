-- name: Row locks on foreign rows
-- claim: locking finds rows the policy hides
-- runs: everyone
-- expect: 42501
-- naive: holds
select number_index as breach from callintel.contact_numbers where org_id = '{foreign}' for update;
