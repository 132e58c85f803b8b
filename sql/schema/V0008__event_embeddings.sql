-- purpose:    pgvector, and event_embeddings for semantic search
-- locks:      none on existing tables
-- reversible: drop the table; the extension may be used by others

create extension if not exists vector;

-- On Supabase the extension is in another schema (extensions), so the schema is looked up.
do $$
declare
    vector_schema text := (select n.nspname
                             from pg_catalog.pg_extension e
                             join pg_catalog.pg_namespace n on n.oid = e.extnamespace
                            where e.extname = 'vector');
begin
    execute pg_catalog.format(
        'grant usage on schema %I to callintel_owner, callintel_definer, callintel_app', vector_schema);

    set role callintel_owner;
    execute pg_catalog.format($table$
        create table callintel.event_embeddings (
            org_id       uuid     not null,
            event_id     uuid     not null,
            model        smallint not null,
            chunk        smallint not null,
            contact_id   uuid,
            member_id    uuid,
            content_hash bytea    not null,
            embedding    %I.halfvec not null,
            constraint event_embeddings_org_id_model_event_id_chunk_pk primary key (org_id, model, event_id, chunk)
        )$table$, vector_schema);
    alter table callintel.event_embeddings enable row level security;
    alter table callintel.event_embeddings force row level security;
end $$;

set role callintel_owner;
comment on table callintel.event_embeddings is
    'Embeddings: the meaning of a piece of content as a vector. Each generator has one distance function and one model '
    'number.';
comment on column callintel.event_embeddings.embedding is
    'Personal data (derived): a vector that represents content. Erasure deletes it, because no key protects it.';
comment on column callintel.event_embeddings.contact_id is 'Personal data (pseudonymous): the other party.';
reset role;
