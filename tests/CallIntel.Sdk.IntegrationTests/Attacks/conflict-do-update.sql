-- name: Use ON CONFLICT DO UPDATE on a row of another org
-- claim: the conflicting row is updated without a check of the policy
-- runs: everyone
-- expect: 55000
-- naive: holds
insert into callintel.contact_numbers (org_id, number_index, contact_id, kind, index_version, number)
values ('{foreign}', '{foreign_number}', '{foreign_contact}', 1, 1, '\xc10100'::bytea || sha256('a') || sha256('b'))
    on conflict (org_id, number_index) do update set kind = 4 returning number as breach;
