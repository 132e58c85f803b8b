-- name: Read tombstones and keys of records of another org
-- claim: internal tables have no policy
-- runs: everyone
-- expect: 42501 or no rows
-- naive: holds
select record_key as breach from callintel.event_tombstones where org_id = '{foreign}' union all select record_key
    from callintel.event_keys where org_id = '{foreign}';
