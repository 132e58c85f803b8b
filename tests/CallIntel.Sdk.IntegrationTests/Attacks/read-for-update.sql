-- name: Lock rows of another org with FOR UPDATE
-- claim: locking reads rows that the policy hides
-- runs: everyone
-- expect: 42501
-- naive: holds
select number_index as breach from callintel.contact_numbers where org_id = '{foreign}' for update;
