-- name: ts_stat, which runs a query of its own
-- claim: a query inside of a function has no policy
-- runs: everyone
-- expect: no rows
-- naive: holds
select word as breach from ts_stat('select to_tsvector(''simple'', external_id) from callintel.events where org_id = ''{foreign}''');
