-- purpose: which tables have triggers that file their changes: all that have rows of orgs, except those listed here
-- R__version.sql attaches the triggers again with every migration, so a new table has them without further steps.

set role callintel_owner;

create or replace function callintel_private.audit_exemptions() returns table (relation name, reason text)
    language plpgsql immutable as $$
begin
    return query values
        -- A trigger with a transition table makes a batch of 100,000 rows a fifth slower. The functions that write
        -- these tables file one row for each call.
        ('events'::name, 'filed by functions'),
        ('event_contents', 'filed by functions'),
        ('event_details', 'filed by functions'),
        ('event_parts', 'filed by functions'),
        ('event_participants', 'filed by functions'),
        ('event_keys', 'filed by functions'),
        ('event_tombstones', 'filed by functions'),
        ('event_lexemes', 'filed by functions'),
        ('event_embeddings', 'filed by functions'),
        ('event_embedding_states', 'filed by functions'),
        ('audit_log', 'ledger'),
        ('access_log', 'ledger'),
        ('org_deletions', 'ledger'),
        ('audit_seals', 'ledger'),
        ('audit_trees', 'ledger'),
        ('audit_leaves', 'ledger'),
        ('audit_checkpoints', 'ledger'),
        -- Written together with every batch of events, of which the functions file a row.
        ('change_feed', 'follows events'),
        ('dirty_buckets', 'follows events'),
        ('event_cells', 'follows events'),
        ('member_cells', 'follows events'),
        ('total_cells', 'follows events'),
        ('contact_cells', 'follows events'),
        ('wait_cells', 'follows events'),
        ('sync_runs', 'follows events'),
        ('sync_streams', 'follows events'),
        -- No personal data of anybody but the member who asked for a job, which functions file.
        ('jobs', 'state of work'),
        ('rollup_states', 'state of work'),
        ('search_states', 'state of work');
end $$;
comment on function callintel_private.audit_exemptions is
    'The tables with rows of orgs that have no audit triggers, and why not. A catalog test checks each reason.';

-- Attaches the triggers to one table or partition; for an exempt table only that for truncating it, which costs
-- nothing.
create or replace function callintel_private.attach_audit_triggers(relation regclass) returns void
    language plpgsql volatile
    set search_path = pg_catalog, pg_temp as $$
declare
    root    name := (select r.relname
                       from pg_class r
                      where r.oid = coalesce((select i.inhparent from pg_inherits i where i.inhrelid = relation),
                                             relation::oid));
    action  text := case root when 'contact_profiles' then 'name' when 'privacy_rules' then 'set'
                              when 'privacy_rule_members' then 'set' else '' end;
    -- Hashes of numbers and texts stay out of keys and images.
    keys    text := (select array_agg(a.attname order by a.attnum)::text
                       from pg_index i
                       join pg_attribute a on a.attrelid = i.indrelid and a.attnum = any (i.indkey)
                      where i.indrelid = relation and i.indisprimary and a.attname <> 'org_id'
                        and a.atttypid in ('uuid'::regtype, 'int2'::regtype, 'int4'::regtype, 'int8'::regtype,
                                           'bool'::regtype, 'date'::regtype, 'timestamptz'::regtype)
                        and a.attname !~ '(_index|_key)$');
    omitted text := (select array_agg(a.attname order by a.attnum)::text
                       from pg_attribute a
                      where a.attrelid = relation and a.attnum > 0 and not a.attisdropped
                        and (a.attname ~ '(_index|_hash|_key)$'
                             or a.atttypid not in (
                                 'uuid'::regtype, 'int2'::regtype, 'int4'::regtype, 'int8'::regtype, 'bool'::regtype,
                                 'date'::regtype, 'timestamptz'::regtype, 'callintel.envelope'::regtype)));
    exempt  text := (select x.reason from callintel_private.audit_exemptions() x where x.relation = root);
    wanted  record;
begin
    if keys is null
       and exists (select from pg_attribute a where a.attrelid = relation and a.attname = 'contact_id') then
        keys := '{contact_id}';
    end if;
    for wanted in
        select *
          from (values
                   ('audit_insert', 'after insert', 'referencing new table as changed'),
                   ('audit_update', 'after update', 'referencing old table as former new table as changed'),
                   ('audit_delete', 'after delete', 'referencing old table as changed'),
                   ('audit_truncate', 'before truncate', '')) as t (name, event, tables)
    loop
        if exempt = 'ledger' or exempt is not null and wanted.event <> 'before truncate' then
            execute format('drop trigger if exists %I on %s', wanted.name, relation);
            continue;
        end if;
        execute format(
            'create or replace trigger %I %s on %s %s for each statement '
            'execute function callintel_private.file_statement(%L, %L, %L)',
            wanted.name,
            wanted.event,
            relation,
            wanted.tables,
            action,
            coalesce(keys, '{}'),
            coalesce(omitted, '{}'));
    end loop;
end $$;

create or replace function callintel_private.attach_all_audit_triggers() returns void
    language plpgsql volatile
    set search_path = pg_catalog, pg_temp as $$
declare
    relation regclass;
begin
    for relation in
        select c.oid
          from pg_class c
          join pg_attribute a on a.attrelid = c.oid and a.attname = 'org_id' and not a.attisdropped
         where c.relnamespace = 'callintel_private'::regnamespace and c.relkind in ('r', 'p')
         order by c.oid
    loop
        perform callintel_private.attach_audit_triggers(relation);
    end loop;
end $$;
comment on function callintel_private.attach_all_audit_triggers is
    'Attaches audit triggers to every table with rows of orgs that is not exempt, partitions included.';

reset role;
