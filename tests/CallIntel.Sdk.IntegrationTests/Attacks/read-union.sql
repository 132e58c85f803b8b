-- name: Union every table
-- claim: the second member of a UNION is not subject to policies
-- runs: everyone
-- expect: no rows
-- naive: holds
select org_id::text as breach from callintel.orgs where org_id = '{foreign}'
 union all select external_id from callintel.events where org_id = '{foreign}'
 union all select number::text from callintel.contact_numbers where org_id = '{foreign}';
