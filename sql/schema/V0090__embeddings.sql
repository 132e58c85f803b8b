-- purpose:    embeddings are computed in the background: the models of an org, and which events are done
-- locks:      access exclusive on event_embeddings while its primary key and indexes are built; no release had rows
--             there
-- reversible: drop the tables, the columns and the indexes, and make (org_id, model, event_id, chunk) the key again

set role callintel_owner;

create table callintel_private.embedding_models (
    org_id      uuid        not null,
    model       smallint    not null,
    name        text        collate "C" not null,
    dimensions  smallint    not null,
    state       smallint    not null default 0,
    graph       integer     not null default (100000000 + floor(random() * 899999999))::integer,
    daily_limit integer     not null,
    used_on     date        not null default current_date,
    used        integer     not null default 0,
    enabled_by  uuid        not null,
    enabled_at  timestamptz not null default now(),
    constraint embedding_models_org_id_model_pk primary key (org_id, model),
    constraint embedding_models_org_id_fk foreign key (org_id) references callintel_private.orgs (org_id),
    constraint embedding_models_name_ck check (length(name) between 1 and 100),
    constraint embedding_models_dimensions_ck check (dimensions between 1 and 4000),
    constraint embedding_models_state_ck check (state between 0 and 2),
    constraint embedding_models_daily_limit_ck check (daily_limit >= 0)
);
alter table callintel_private.embedding_models enable row level security;
alter table callintel_private.embedding_models force row level security;
create unique index embedding_models_org_id_state_uq on callintel_private.embedding_models (org_id, state)
    where state < 2;
comment on table callintel_private.embedding_models is
    'The models that embed the content of an org. An org without a row has embeddings turned off.';
comment on column callintel_private.embedding_models.state is
    '0: its embeddings are being computed; 1: search uses it; 2: its embeddings are being deleted.';
comment on column callintel_private.embedding_models.graph is
    'The number of the partial index for the embeddings of this org and model. It is random, so that the catalogue, '
    'which every role can read, does not show which orgs have many embeddings.';
comment on column callintel_private.embedding_models.daily_limit is
    'How many texts may be embedded for the org on one day of UTC.';
comment on column callintel_private.embedding_models.enabled_by is
    'Personal data (pseudonymous): the owner who chose the model.';

create table callintel_private.event_embedding_states (
    org_id   uuid     not null,
    model    smallint not null,
    event_id uuid     not null,
    constraint event_embedding_states_org_id_model_event_id_pk primary key (org_id, model, event_id)
);
alter table callintel_private.event_embedding_states enable row level security;
alter table callintel_private.event_embedding_states force row level security;
comment on table callintel_private.event_embedding_states is
    'The events whose content was embedded, including those without any text to embed.';

alter table callintel_private.event_embeddings
    drop constraint event_embeddings_org_id_model_event_id_chunk_pk,
    add column graph         integer not null default 0,
    add column is_searchable boolean not null default true,
    add constraint event_embeddings_org_id_event_id_model_chunk_pk primary key (org_id, event_id, model, chunk);
comment on column callintel_private.event_embeddings.graph is
    'The number of the model''s partial index; a statement that names it can use the index.';
comment on column callintel_private.event_embeddings.is_searchable is
    'Whether no privacy rule forbids finding the content by search.';
comment on column callintel_private.event_embeddings.content_hash is
    'Personal data (derived): a keyed hash of the text, so that a text which occurs often is embedded once.';

-- For members, who search their own events, and for all events of the org.
create index event_embeddings_org_id_model_member_id_event_id_idx
    on callintel_private.event_embeddings (org_id, model, member_id, event_id);
create index event_embeddings_org_id_model_content_hash_idx
    on callintel_private.event_embeddings (org_id, model, content_hash);

reset role;
