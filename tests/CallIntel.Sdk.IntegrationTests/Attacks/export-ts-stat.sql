-- name: Call ts_stat, which runs a query
-- claim: a query in a function is not subject to policies
-- runs: everyone
-- expect: no rows
-- naive: holds
select word as breach
    from ts_stat('select to_tsvector(''simple'', external_id) from callintel.events where org_id = ''{foreign}''');
