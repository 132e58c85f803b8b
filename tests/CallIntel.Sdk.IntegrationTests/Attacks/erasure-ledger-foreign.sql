-- name: Read more than the own ledger of erasures
-- claim: the ledger of other orgs can be read
-- runs: admin, owner
-- expect: no rows
-- naive: holds
select l.height as breach from callintel.read_erasure_ledger(0, 1000) l where l.request_id <> '{own_request}';
