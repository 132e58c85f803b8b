-- name: Copy into a table with policies
-- claim: COPY bypasses the policies
-- runs: everyone
-- expect: 0A000 or 42501
-- naive: holds
-- @copy in
copy callintel.contacts (org_id, id, created_by) from stdin;
{foreign}	{foreign_contact}	{me}
