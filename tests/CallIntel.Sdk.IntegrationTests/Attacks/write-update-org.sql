-- name: Move rows to the other org
-- claim: the org of a row can be changed
-- runs: member, admin, owner
-- expect: 55000
-- naive: holds
update callintel.contact_numbers set org_id = '{foreign}' where number_index = '{own_number}';
