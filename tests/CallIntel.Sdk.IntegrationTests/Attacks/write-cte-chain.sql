-- name: Chain data-modifying CTEs
-- claim: the second statement reads rows of the first
-- runs: everyone
-- expect: 55000
-- naive: holds
with gone as (delete from callintel.contact_numbers where org_id = '{foreign}' returning *) select number as breach
    from gone;
