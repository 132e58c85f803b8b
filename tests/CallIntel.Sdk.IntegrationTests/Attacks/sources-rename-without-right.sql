-- name: Call rename_source without the permission to manage sources
-- claim: sources are renamed without the permission
-- runs: viewer, analyst, member
-- expect: CI005
-- naive: holds
select callintel.rename_source('sample', 'taken');
