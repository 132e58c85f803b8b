-- purpose:    text search on ciphertext: the words of contents as keyed hashes with their positions, and how far each
--             org is indexed
-- locks:      none on existing tables
-- reversible: drop both tables, the kind of job and the role
-- Run this file as a role that may create roles, like the first file, unless the role exists.

do $$
declare
    sixteen boolean := pg_catalog.current_setting('server_version_num')::integer >= 160000;
begin
    -- Owns the one function that matches words. It sees the hashes of words of all orgs, because PostgreSQL cannot use
    -- an index of words behind a condition of row-level security (ADR 0042), and no other table.
    if not exists (select from pg_catalog.pg_roles where rolname = 'callintel_search') then
        begin
            create role callintel_search nologin;
        exception when duplicate_object or unique_violation then
            null;  -- Another database of this cluster is being migrated at the same moment.
        end;
    end if;
    -- As with callintel_writer: a role that inherits from this role is under its policies too, so none does, from
    -- PostgreSQL 16 on.
    if not pg_catalog.pg_has_role('callintel_ops',
                                  'callintel_search',
                                  case when sixteen then 'set' else 'member' end) then
        execute 'grant callintel_search to callintel_ops'
            || case when sixteen then ' with inherit false, set true' else '' end;
    end if;
    if current_user <> 'callintel_ops'
       and not (select rolsuper from pg_catalog.pg_roles where rolname = current_user) then
        execute pg_catalog.format('grant callintel_search to %I', current_user);
    end if;
end $$;

set role callintel_search;
alter default privileges revoke execute on functions from public;

set role callintel_owner;

grant usage, create on schema callintel, callintel_private to callintel_search;

create table callintel_private.event_lexemes (
    org_id     uuid     not null,
    event_id   uuid     not null,
    chunk      smallint not null,
    revision   integer  not null,
    contact_id uuid,
    member_id  uuid,
    sealed_for uuid,
    level      smallint not null default 0,
    channel    smallint not null,
    direction  smallint not null,
    source_id  uuid     not null,
    words      smallint not null,
    lexemes    tsvector not null,
    constraint event_lexemes_org_id_event_id_chunk_pk primary key (org_id, event_id, chunk)
        include (level, member_id, contact_id, words)
);
alter table callintel_private.event_lexemes enable row level security;
alter table callintel_private.event_lexemes force row level security;
-- A lexeme is a hash under a key of the org, so it occurs in rows of one org only, and the index needs no org.
-- Without the pending list, a search never has to read unsorted entries.
create index event_lexemes_lexemes_idx on callintel_private.event_lexemes using gin (lexemes) with (fastupdate = off);
create index event_lexemes_org_id_contact_id_idx on callintel_private.event_lexemes (org_id, contact_id);
create index event_lexemes_org_id_sealed_for_idx on callintel_private.event_lexemes (org_id, sealed_for)
    where sealed_for is not null;
comment on table callintel_private.event_lexemes is
    'The words of contents for text search, as hashes under a key of the org, in parts of at most some hundred words. '
    'An event whose content has no word has one row without lexemes.';
comment on column callintel_private.event_lexemes.revision is
    'The revision of the index that the row was written for, as in search_states.';
comment on column callintel_private.event_lexemes.contact_id is 'Personal data (pseudonymous): the other party.';
comment on column callintel_private.event_lexemes.level is 'The level of the content.';
comment on column callintel_private.event_lexemes.sealed_for is
    'The contact whose key protects some of the content, as in event_contents.';
comment on column callintel_private.event_lexemes.words is 'The number of indexed words of the part.';
comment on column callintel_private.event_lexemes.lexemes is
    'Personal data (derived): keyed hashes of word stems with their positions. They tell which parts have words in '
    'common. Erasure deletes them, because no key of the person protects them.';

create table callintel_private.search_states (
    org_id       uuid     not null,
    is_enabled   boolean  not null,
    language     smallint not null,
    analyzer     smallint not null,
    key_version  integer  not null,
    revision     integer  not null default 1,
    generation   bigint   not null default 0,
    xact         bigint   not null default 0,
    seq          bigint   not null default 0,
    sweep_wanted integer  not null default 1,
    sweep_done   integer  not null default 0,
    sweep_after  uuid,
    indexed_at   timestamptz,
    parts        bigint   not null default 0,
    constraint search_states_org_id_pk primary key (org_id)
);
alter table callintel_private.search_states enable row level security;
alter table callintel_private.search_states force row level security;
comment on table callintel_private.search_states is 'The orgs whose contents are indexed for text search, and how far.';
comment on column callintel_private.search_states.analyzer is
    'The version of the rules by which the SDK takes words out of a text.';
comment on column callintel_private.search_states.key_version is
    'The version of the blind-index key that words are hashed with.';
comment on column callintel_private.search_states.revision is
    'Rises when the language, the rules or the key change, so that all contents are indexed again.';
comment on column callintel_private.search_states.xact is
    'The position in the change feed up to which changes are indexed: generation, xact, seq.';
comment on column callintel_private.search_states.sweep_wanted is
    'Rises when all contents have to be looked at; the index is complete when sweep_done has the same number.';
comment on column callintel_private.search_states.sweep_after is 'The last event that the current sweep has passed.';
comment on column callintel_private.search_states.parts is
    'About how many rows of event_lexemes the org has; exact at the end of a sweep.';
comment on column callintel_private.search_states.indexed_at is
    'Contents that were stored before this time are indexed; null before the first sweep has ended.';

reset role;
