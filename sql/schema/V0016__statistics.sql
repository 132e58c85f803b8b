-- purpose:    no statistics of text and ciphertext: one sample is taken of all orgs, and EXPLAIN estimates tell where its bounds lie
-- locks:      share update exclusive on each table, briefly
-- reversible: set statistics -1
-- Comparisons of text and bytea are leakproof, so the planner asks the whole histogram about them even under row-level security. Whoever may run
-- EXPLAIN could find each bound by halving: names of orgs and sources, external ids, ciphertext. No statement filters by these columns alone.

set role callintel_owner;

alter table callintel.orgs             alter column name set statistics 0;
alter table callintel.contact_numbers  alter column number set statistics 0;
alter table callintel.contact_profiles alter column display_name set statistics 0;
alter table callintel.events           alter column external_id set statistics 0;
alter table callintel.event_contents
    alter column body set statistics 0,
    alter column transcript set statistics 0,
    alter column summary set statistics 0;
alter table callintel.event_embeddings
    alter column content_hash set statistics 0,
    alter column embedding set statistics 0;
alter table callintel.audit_log
    alter column action set statistics 0,
    alter column object set statistics 0,
    alter column detail set statistics 0;
alter table callintel.sync_sources
    alter column name set statistics 0,
    alter column kind set statistics 0;
alter table callintel.sync_streams
    alter column name set statistics 0,
    alter column cursor set statistics 0;
alter table callintel.sync_runs        alter column error_code set statistics 0;
alter table callintel.ingest_rejects
    alter column reason set statistics 0,
    alter column raw set statistics 0;

reset role;

-- What was gathered before stays in the catalogue, where only a superuser can remove it. Elsewhere it grows old: rewrite the tables to be rid of it.
do $$
begin
    if (select rolsuper from pg_catalog.pg_roles where rolname = current_user) then
        delete from pg_catalog.pg_statistic s
         using pg_catalog.pg_attribute a
         where a.attrelid = s.starelid and a.attnum = s.staattnum and a.attstattarget = 0
           and a.attrelid in (select c.oid from pg_catalog.pg_class c where c.relnamespace = 'callintel'::regnamespace);
    end if;
end $$;
