-- name: Inject SQL by a value of a parameter
-- claim: text of a parameter becomes SQL
-- runs: admin, owner
-- expect: 22P02
-- naive: holds
select r.request_id as breach
  from callintel.read_subject_requests('{own_request}'' or true --', false, null, null, null, null, null, null, null,
                                       10) r;
