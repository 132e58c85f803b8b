-- purpose: no statistics of text and ciphertext: they are sampled over all orgs, and EXPLAIN estimates show where their
--          bounds are
-- Comparisons of text and bytea are leakproof, so the planner uses the whole histogram for them even under row-level
-- security. Anybody who can run EXPLAIN could find each bound by bisection: names of orgs and sources, external ids,
-- ciphertext. No statement filters by these columns alone.

set role callintel_owner;

do $$
declare
    unread record;
begin
    for unread in
        select * from (values
            ('orgs',               array['name', 'home_zone']),
            ('contact_numbers',    array['number']),
            ('contact_profiles',   array['display_name']),
            ('contacts',           array['rule_before']),
            ('conversation_keys',  array['key_id', 'party_key_id', 'wrapped']),
            ('events',             array['external_id']),
            ('event_contents',     array['body', 'transcript', 'summary']),
            ('event_details',      array['conversation_id',
                                         'parent_id',
                                         'status',
                                         'error_code',
                                         'currency',
                                         'own_number',
                                         'price_micros']),
            ('event_parts',        array['media_type', 'reference']),
            ('event_participants', array['status']),
            ('event_embeddings',   array['content_hash', 'embedding']),
            ('event_lexemes',      array['lexemes']),
            ('embedding_models',   array['name']),
            ('audit_log',          array['action', 'object', 'detail']),
            ('access_log',         array['event_ids', 'contact_ids', 'other_ids']),
            ('invitations',        array['token_digest']),
            ('sync_sources',       array['name', 'kind', 'first_name']),
            ('sync_streams',       array['name', 'cursor']),
            ('sync_runs',          array['error_code']),
            ('ingest_rejects',     array['reason', 'raw', 'place', 'detail']),
            ('line_profiles',      array['number', 'label']),
            ('member_profiles',    array['display_name']),
            ('teams',              array['name']),
            ('business_hours',     array['opens', 'closes']),
            ('rollup_states',      array['day_zone']),
            ('legal_holds',        array['note']),
            ('erasure_rows',       array['relation']),
            ('erasure_certificates', array['certificate']),
            ('erasure_ledger',     array['contacts', 'numbers', 'digest']),
            ('subject_request_identities', array['value']),
            ('subject_request_history',    array['note']),
            ('subject_request_rules',      array['rule_before', 'rule_after']),
            ('jobs',               array['kind', 'dedup_key', 'payload', 'step_payload', 'worker', 'error'])
        ) as t (relation, columns), unnest(t.columns) as c (name)
    loop
        execute format('alter table callintel_private.%I alter column %I set statistics 0',
                       unread.relation,
                       unread.name);
    end loop;
end $$;

reset role;

-- Statistics that were gathered before stay in the catalogue, where only a superuser can remove them. A column whose
-- type changes loses them too.
do $$
begin
    if (select rolsuper from pg_catalog.pg_roles where rolname = current_user) then
        delete from pg_catalog.pg_statistic s
         using pg_catalog.pg_attribute a
         where a.attrelid = s.starelid and a.attnum = s.staattnum and a.attstattarget = 0
           and a.attrelid in (select c.oid
                                from pg_catalog.pg_class c
                               where c.relnamespace = 'callintel_private'::regnamespace);
    end if;
end $$;

-- The counters of transactions and tables show how many rows a statement met, including rows of other orgs. Monitoring
-- keeps the privilege to read them. Only a superuser can revoke it from public; docs/threat-model.md describes what the
-- counters show if no superuser installs the package.
do $$
begin
    if (select rolsuper from pg_catalog.pg_roles where rolname = current_user) then
        revoke execute on function
            pg_catalog.pg_stat_get_xact_tuples_fetched(oid),
            pg_catalog.pg_stat_get_xact_tuples_returned(oid),
            pg_catalog.pg_stat_get_tuples_fetched(oid),
            pg_catalog.pg_stat_get_tuples_returned(oid)
            from public;
        grant execute on function
            pg_catalog.pg_stat_get_xact_tuples_fetched(oid),
            pg_catalog.pg_stat_get_xact_tuples_returned(oid),
            pg_catalog.pg_stat_get_tuples_fetched(oid),
            pg_catalog.pg_stat_get_tuples_returned(oid)
            to pg_monitor;
    end if;
end $$;
