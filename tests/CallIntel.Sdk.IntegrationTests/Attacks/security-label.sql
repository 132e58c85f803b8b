-- name: Run COMMENT and SECURITY LABEL
-- claim: the application can change properties of objects
-- runs: everyone
-- expect: 42501
-- naive: holds
comment on view callintel.events is 'mine';
