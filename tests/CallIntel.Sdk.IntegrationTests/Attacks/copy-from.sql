-- name: COPY into a table under policies
-- claim: COPY passes the policies by
-- runs: everyone
-- expect: 0A000 or 42501
-- naive: holds
-- @copy in
copy callintel.contacts (org_id, id, created_by) from stdin;
{foreign}	{foreign_contact}	{me}
