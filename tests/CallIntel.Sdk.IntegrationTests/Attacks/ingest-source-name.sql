-- name: Call start_run with names of the victim
-- claim: names of sources are unique across orgs
-- runs: member, admin, owner
-- expect: own rows
-- naive: holds
-- @transaction rollback
select source_id, cursor, nullif(source_id = '{foreign_source}', false) as breach
    from callintel.start_run('sample', 'test', 'default');
