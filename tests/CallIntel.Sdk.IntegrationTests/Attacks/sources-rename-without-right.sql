-- name: rename_source by a role that does not manage sources
-- claim: sources are renamed without the right
-- runs: viewer, analyst, member
-- expect: CI005
-- naive: holds
select callintel.rename_source('sample', 'taken');
