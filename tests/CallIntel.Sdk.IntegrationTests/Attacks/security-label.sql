-- name: COMMENT and SECURITY LABEL
-- claim: objects can be marked
-- runs: everyone
-- expect: 42501
-- naive: holds
comment on table callintel.events is 'mine';
