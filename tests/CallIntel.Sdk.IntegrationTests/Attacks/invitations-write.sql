-- name: Insert an invitation
-- claim: invitations can be written as rows
-- runs: everyone
-- expect: 42703
-- naive: holds
insert into callintel.invitations (org_id, id, role, token_digest, invited_by, expires_at)
values ('{foreign}', gen_random_uuid(), 40, sha256('mine'), '{foreign_owner}', now() + interval '1 day');
