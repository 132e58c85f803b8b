-- name: Read estimated row counts in pg_class
-- claim: the system catalogs reveal how many rows all orgs have
-- runs: everyone
-- accepts: row-counts
-- expect: own rows
-- naive: crosses
select sum(c.reltuples) as breach from pg_class c where c.relname = 'contacts' and c.reltuples > 0;
