-- name: COMMENT and SECURITY LABEL
-- claim: objects can be marked
-- runs: everyone
-- expect: 42501
-- naive: holds
comment on view callintel.events is 'mine';
