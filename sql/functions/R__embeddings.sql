-- purpose: computing embeddings in the background: turning them on and off, what a job reads and stores, and removing
--          embeddings with the content that they are derived from (ADR 0041)

set role callintel_owner;
grant select, insert, update, delete on callintel_private.event_embeddings to callintel_definer;
reset role;
set role callintel_definer;

create or replace function callintel_private.refuse_embedding(code text) returns void
    language plpgsql stable as $$
begin
    case code
        when 'CI310' then
            raise exception 'The org has no embeddings: an owner has not turned them on.'
                using errcode = 'CI310', hint = 'Turn them on with session.Embeddings.EnableAsync, or search by text.';
        when 'CI311' then
            raise exception 'The vector does not have the dimensions of the model.'
                using errcode = 'CI311', hint = 'Use the generator of the model that the org has turned on.';
        when 'CI312' then
            raise exception 'Only a worker that runs the job embed_events may do this.'
                using errcode = 'CI312', hint = 'Enqueue the job with session.Embeddings.EnqueueAsync.';
        when 'CI313' then
            raise exception 'The settings of embeddings are not valid.'
                using errcode = 'CI313',
                      hint = 'The name has 1 to 100 characters, the model 1 to 4000 dimensions, and the limit is not '
                             'negative.';
        when 'CI314' then
            raise exception 'The model is not the one that the org uses, or it is being replaced.'
                using errcode = 'CI314', hint = 'Read the models again with session.Embeddings.ListModelsAsync.';
    end case;
end $$;

-- The schema of pgvector, which is another one on Supabase.
create or replace function callintel_private.vector_schema() returns text
    language plpgsql stable parallel safe as $$
begin
    return (select n.nspname
              from pg_extension e join pg_namespace n on n.oid = e.extnamespace where e.extname = 'vector');
end $$;
grant execute on function callintel_private.vector_schema, callintel_private.refuse_embedding to callintel_member;

-- A session of a member never has the nil uuid; a worker proves by its token that it holds a job, and only the job
-- embed_events reads content.
create or replace function callintel_private.require_embedding_job() returns uuid
    language plpgsql stable as $$
declare
    org uuid := callintel_private.require(4 /* read_content */);
begin
    if (select c.member_id from callintel_private.session_context c) <> callintel_private.nil() then
        perform callintel_private.refuse_embedding('CI312');
    end if;
    return org;
end $$;

-- Removes what is derived from the content of events; a job embeds what may be embedded again. An org without
-- embeddings has none to look for.
create or replace function callintel_private.forget_embeddings(org uuid, ids uuid[]) returns void
    language plpgsql volatile as $$
begin
    if cardinality(ids) > 0
       and exists (select from callintel_private.embedding_models m where m.org_id = org) then
        delete from callintel_private.event_embeddings e where e.org_id = org and e.event_id = any (ids);
        delete from callintel_private.event_embedding_states s
         using (select m.model from callintel_private.embedding_models m where m.org_id = org) m
         where s.org_id = org and s.model = m.model and s.event_id = any (ids);
    end if;
end $$;

-- Whether a rule forbids embedding the content of an event. Nobody reads the content of level 1 (metadata_only).
create or replace function callintel_private.may_embed(org uuid, level smallint, contact uuid, subject uuid)
    returns boolean
    language plpgsql stable as $$
begin
    return level <> 1
       and not exists (select from callintel_private.privacy_rules r
                        where r.org_id = org and r.contact_id in (contact, subject) and r.no_embedding);
end $$;

-- Follows a change of the rules of contacts: removes embeddings that a rule forbids now, and keeps those that may not
-- be searched out of every search.
create or replace function callintel_private.follow_embedding_rules(org uuid, changed uuid[]) returns void
    language plpgsql volatile as $$
declare
    ids uuid[];
begin
    if not exists (select from callintel_private.embedding_models m where m.org_id = org) then
        return;
    end if;
    ids := array(select e.id from callintel_private.events e where e.org_id = org and e.contact_id = any (changed))
        || array(select c.event_id from callintel_private.event_contents c
                  where c.org_id = org and c.sealed_for = any (changed));
    perform callintel_private.forget_embeddings(
        org,
        array(select c.event_id
                from callintel_private.event_contents c
               where c.org_id = org and c.event_id = any (ids)
                 and not callintel_private.may_embed(org, c.level, c.contact_id, c.sealed_for)));
    with contents as materialized (
        select c.event_id,
               not exists (select from callintel_private.privacy_rules r
                            where r.org_id = org and r.contact_id in (c.contact_id, c.sealed_for) and r.no_search)
               as is_searchable
          from callintel_private.event_contents c
         where c.org_id = org and c.event_id = any (ids)
    )
    update callintel_private.event_embeddings v
       set is_searchable = c.is_searchable
      from contents c
     where v.org_id = org and v.event_id = any (ids) and v.event_id = c.event_id
       and v.is_searchable <> c.is_searchable;
end $$;

-- Asks for a pass over all events. Requests that come within the delay share one pass.
create or replace function callintel_private.request_embedding(org uuid, run_after interval) returns uuid
    language plpgsql volatile as $$
begin
    update callintel_private.embedding_models m set requests = m.requests + 1 where m.org_id = org and m.state < 2;
    return callintel_private.enqueue_job('embed_events', 'all', '{"all": true}', run_after);
end $$;

create or replace function callintel.enable_embeddings(name text, dimensions integer, daily_limit integer)
    returns smallint
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    org   uuid := callintel_private.require(16384 /* transfer_ownership */);
    known smallint;
begin
    if (length(enable_embeddings.name) between 1 and 100 and enable_embeddings.dimensions between 1 and 4000
        and enable_embeddings.daily_limit >= 0) is not true then
        perform callintel_private.refuse_embedding('CI313');
    end if;
    -- Written, not only locked, so that two owners who choose a model at the same time follow one another.
    update callintel_private.orgs o set name = o.name where o.org_id = org;
    perform callintel_private.require_still(16384 /* transfer_ownership */);
    select m.model into known
      from callintel_private.embedding_models m
     where m.org_id = org and m.name = enable_embeddings.name and m.dimensions = enable_embeddings.dimensions
       and m.state < 2;
    -- A model that is being computed is given up; the one that search uses stays until the new one is complete.
    update callintel_private.embedding_models m set state = 2
     where m.org_id = org and m.state = 0 and m.model is distinct from known;
    if known is not null then
        update callintel_private.embedding_models m set daily_limit = enable_embeddings.daily_limit
         where m.org_id = org and m.model = known;
    else
        insert into callintel_private.embedding_models (org_id, model, name, dimensions, daily_limit, enabled_by)
        select org,
               coalesce(max(m.model), 0) + 1,
               enable_embeddings.name,
               enable_embeddings.dimensions,
               enable_embeddings.daily_limit,
               callintel.current_member()
          from callintel_private.embedding_models m
         where m.org_id = org
        returning model into known;
    end if;
    perform callintel_private.request_embedding(org, '0');
    perform callintel_private.enqueue_job('embed_events', 'recent');
    perform callintel_private.audit('enable', 'embedding_models', 1);
    return known;
end $$;
comment on function callintel.enable_embeddings is
    'Turns embeddings on, or replaces the model: search uses the former model until the content is embedded with the '
    'new one. Returns the number of the model.';

create or replace function callintel.disable_embeddings() returns boolean
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    org uuid := callintel_private.require(16384 /* transfer_ownership */);
begin
    update callintel_private.orgs o set name = o.name where o.org_id = org;
    perform callintel_private.require_still(16384 /* transfer_ownership */);
    update callintel_private.embedding_models m set state = 2 where m.org_id = org and m.state < 2;
    if not found then
        return false;
    end if;
    perform callintel_private.enqueue_job('embed_events', 'recent');
    perform callintel_private.audit('disable', 'embedding_models', 1);
    return true;
end $$;
comment on function callintel.disable_embeddings is
    'Turns embeddings off: search does not use them any more, and a job deletes them. Returns false if they were off.';

create or replace function callintel.enqueue_embedding() returns uuid
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    org uuid := callintel_private.require(512 /* manage_sources */);
begin
    if not exists (select from callintel_private.embedding_models m where m.org_id = org) then
        perform callintel_private.refuse_embedding('CI310');
    end if;
    perform callintel_private.enqueue_job('embed_events', 'recent');
    return callintel_private.request_embedding(org, '0');
end $$;
comment on function callintel.enqueue_embedding is
    'Lets a worker look for content that is not embedded in all events of the org. The end of an import does the same. '
    'It also starts the jobs again after they failed for good.';

drop function if exists callintel.read_embedding_models();
create or replace function callintel.read_embedding_models()
    returns table (
        model smallint,
        name text,
        dimensions smallint,
        state smallint,
        daily_limit integer,
        left_today integer,
        requests integer)
    language plpgsql stable rows 2 security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    org uuid := callintel_private.require_any(516 /* read_content | manage_sources */);
begin
    return query
    select m.model,
           m.name,
           m.dimensions,
           m.state,
           m.daily_limit,
           greatest(m.daily_limit - case when m.used_on = current_date then m.used else 0 end, 0),
           m.requests
      from callintel_private.embedding_models m
     where m.org_id = org
     order by m.model;
end $$;
comment on function callintel.read_embedding_models is
    'Returns the models that embed the content of the org, with the number of texts that may still be embedded today.';

create or replace function callintel.count_embeddings()
    returns table (model smallint, events bigint, vectors bigint)
    language plpgsql stable rows 2 security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    org uuid := callintel_private.require(512 /* manage_sources */);
begin
    return query
    select m.model,
           (select count(*) from callintel_private.event_embedding_states s
             where s.org_id = org and s.model = m.model),
           (select count(*) from callintel_private.event_embeddings v where v.org_id = org and v.model = m.model)
      from callintel_private.embedding_models m
     where m.org_id = org
     order by m.model;
end $$;
comment on function callintel.count_embeddings is
    'Counts the events that are embedded and their vectors, by model. It reads all of them.';

-- What the job reads: the newest events first, so that a search finds recent conversations soon after embeddings were
-- turned on.
create or replace function callintel.read_unembedded(model smallint, before uuid, since timestamptz, page integer)
    returns table (
        id uuid,
        contact_id uuid,
        channel smallint,
        body bytea,
        transcript bytea,
        summary bytea,
        sealed_id uuid,
        stamp text)
    language plpgsql stable rows 100 security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off set enable_seqscan = off as $$
declare
    org    uuid := callintel_private.require_embedding_job();
    lowest uuid := callintel_private.lowest_id(coalesce(since, '-infinity'));
    ending uuid := coalesce(before, 'ffffffff-ffff-ffff-ffff-ffffffffffff');
begin
    return query
    select c.event_id,
           c.contact_id,
           coalesce((select e.channel
                       from callintel_private.events e
                      where e.org_id = org and e.id = c.event_id), 0::smallint),
           c.body::bytea,
           c.transcript::bytea,
           c.summary::bytea,
           c.sealed_id,
           callintel_private.content_stamp(c.body_hash, c.transcript_hash, c.summary_hash, c.sealed_for)
      from callintel_private.event_contents c
     where c.org_id = org and c.event_id < ending and c.event_id >= lowest and c.level <> 1
       and not exists (select from callintel_private.event_embedding_states s
                        where s.org_id = org and s.model = read_unembedded.model and s.event_id = c.event_id)
       and not exists (select from callintel_private.privacy_rules r
                        where r.org_id = org and r.contact_id in (c.contact_id, c.sealed_for) and r.no_embedding)
     order by c.event_id desc
     limit least(page, 1000);
end $$;
comment on function callintel.read_unembedded is
    'Returns encrypted content that a model has not embedded yet, to the worker that runs the job embed_events, with a '
    'stamp that changes with the content.';

-- The keyed digests of the texts, and whose key protects them.
create or replace function callintel_private.content_stamp(
    body_hash bigint, transcript_hash bigint, summary_hash bigint, sealed_for uuid) returns text
    language sql immutable parallel safe as $$
    select concat_ws('.', coalesce(body_hash::text, '-'), coalesce(transcript_hash::text, '-'),
                     coalesce(summary_hash::text, '-'), coalesce(sealed_for::text, '-'))
$$;

create or replace function callintel.find_embedded_texts(model smallint, hashes bytea[]) returns setof bytea
    language plpgsql stable rows 100 security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off set enable_seqscan = off as $$
declare
    org uuid := callintel_private.require_embedding_job();
begin
    return query
    select h.hash
      from unnest(hashes) as h (hash)
     where exists (select from callintel_private.event_embeddings v
                    where v.org_id = org and v.model = find_embedded_texts.model and v.content_hash = h.hash);
end $$;
comment on function callintel.find_embedded_texts is
    'Returns those of the keyed hashes of texts that a model has embedded before, to the worker that runs the job '
    'embed_events.';

-- Stores a page in the transaction that ends the step of the job. An event is left for a later step if its content or a
-- rule changed since it was read, or if one of its texts has no vector: the row that had it may be gone.
create or replace function callintel.store_embeddings(
    model smallint,
    events uuid[],
    stamps text[],
    chunk_events uuid[],
    chunks smallint[],
    hashes bytea[],
    new_hashes bytea[],
    vectors real[]) returns integer
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off set enable_seqscan = off as $$
declare
    org     uuid := callintel_private.require_embedding_job();
    chosen  record;
    current uuid[];
    stored  integer;
begin
    -- Changes of rules and shredding of keys come entirely before or after this transaction.
    perform callintel_private.lock_merges_shared((select c.lock_number from callintel_private.session_context c));
    perform callintel_private.lock_keys(org);
    select m.dimensions, m.graph into chosen
      from callintel_private.embedding_models m
     where m.org_id = org and m.model = store_embeddings.model and m.state < 2;
    if not found then
        return 0;
    end if;
    if coalesce(cardinality(vectors), 0) <> coalesce(cardinality(new_hashes), 0) * chosen.dimensions then
        perform callintel_private.refuse_embedding('CI311');
    end if;
    -- A batch that changes the content waits for this transaction, or this statement waits for it and sees the change.
    current := array(
        select c.event_id
          from callintel_private.event_contents c
          join unnest(events, stamps) as x (event_id, stamp) on x.event_id = c.event_id
         where c.org_id = org and c.event_id = any (events)
           and x.stamp = callintel_private.content_stamp(c.body_hash, c.transcript_hash, c.summary_hash, c.sealed_for)
           and callintel_private.may_embed(org, c.level, c.contact_id, c.sealed_for)
           and not exists (select from callintel_private.data_keys k
                            where k.org_id = org and k.purpose = 'person'
                              and k.subject_id in (c.contact_id, c.sealed_for) and k.state = 4)
           for share of c);
    execute format($sql$
        with fresh as materialized (
            select h.hash, $7[(h.place - 1) * $8 + 1 : h.place * $8]::%1$I.halfvec as embedding
              from unnest($6) with ordinality as h (hash, place)
        ), texts as materialized (
            select x.event_id, x.chunk, x.hash,
                   coalesce((select f.embedding from fresh f where f.hash = x.hash limit 1),
                            (select v.embedding from callintel_private.event_embeddings v
                              where v.org_id = $1 and v.model = $2 and v.content_hash = x.hash limit 1)) as embedding
              from unnest($3, $4, $5) as x (event_id, chunk, hash)
             where x.event_id = any ($9)
        ), complete as materialized (
            select i.event_id
              from unnest($9) as i (event_id)
             where not exists (select from texts t where t.event_id = i.event_id and t.embedding is null)
        ), removed as (
            delete from callintel_private.event_embeddings v
             where v.org_id = $1 and v.model = $2 and v.event_id = any ($9)
               and v.event_id in (select c.event_id from complete c)
               and not exists (select from texts t where t.event_id = v.event_id and t.chunk = v.chunk)
        ), added as (
            insert into callintel_private.event_embeddings (
                org_id, event_id, model, chunk, contact_id, member_id, level, is_searchable, graph, content_hash,
                embedding)
            select $1, t.event_id, $2, t.chunk, e.contact_id, e.member_id, e.level,
                   not exists (select from callintel_private.privacy_rules r
                                where r.org_id = $1 and r.contact_id in (e.contact_id, e.sealed_for) and r.no_search),
                   $10, t.hash, t.embedding
              from texts t
              join complete c on c.event_id = t.event_id
              join callintel_private.event_contents e on e.org_id = $1 and e.event_id = t.event_id
               and e.event_id = any ($9)
             order by t.event_id, t.chunk
                on conflict on constraint event_embeddings_org_id_event_id_model_chunk_pk
                do update set contact_id = excluded.contact_id, member_id = excluded.member_id, level = excluded.level,
                              is_searchable = excluded.is_searchable, graph = excluded.graph,
                              content_hash = excluded.content_hash, embedding = excluded.embedding
        )
        insert into callintel_private.event_embedding_states (org_id, model, event_id)
        select $1, $2, c.event_id from complete c order by c.event_id on conflict do nothing$sql$,
        callintel_private.vector_schema())
      using org, model, chunk_events, chunks, hashes, new_hashes, vectors, chosen.dimensions::integer, current,
            chosen.graph;
    get diagnostics stored = row_count;
    update callintel_private.embedding_models m
       set used = case when m.used_on = current_date then m.used else 0 end + coalesce(cardinality(new_hashes), 0),
           used_on = current_date
     where m.org_id = org and m.model = store_embeddings.model;
    return stored;
end $$;
comment on function callintel.store_embeddings is
    'Stores the vectors of a page for the worker that runs the job embed_events. Returns the number of events.';

-- The last step of a pass over all events: a model that was being computed is complete.
create or replace function callintel.activate_embedding_model(model smallint) returns boolean
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    org uuid := callintel_private.require_embedding_job();
begin
    update callintel_private.orgs o set name = o.name where o.org_id = org;
    if not exists (select from callintel_private.embedding_models m
                    where m.org_id = org and m.model = activate_embedding_model.model and m.state = 0) then
        return false;
    end if;
    update callintel_private.embedding_models m set state = 2 where m.org_id = org and m.state = 1;
    update callintel_private.embedding_models m set state = 1
     where m.org_id = org and m.model = activate_embedding_model.model and m.state = 0;
    return true;
end $$;
comment on function callintel.activate_embedding_model is
    'Lets search use a model whose embeddings are complete, for the worker that runs the job embed_events. The former '
    'model is deleted by later steps.';

create or replace function callintel.delete_former_embeddings(maximum integer) returns integer
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off set enable_seqscan = off as $$
declare
    org     uuid := callintel_private.require_embedding_job();
    former  smallint;
    oldest  uuid;
    ids     uuid[];
begin
    for former in select m.model from callintel_private.embedding_models m where m.org_id = org and m.state = 2 loop
        ids := array(select v.event_id from callintel_private.event_embeddings v
                      where v.org_id = org and v.model = former limit least(maximum, 10000));
        if ids <> '{}' then
            delete from callintel_private.event_embeddings v
             where v.org_id = org and v.model = former and v.event_id = any (ids);
            return cardinality(ids);
        end if;
        ids := array(select s.event_id from callintel_private.event_embedding_states s
                      where s.org_id = org and s.model = former limit least(maximum, 10000));
        if ids <> '{}' then
            delete from callintel_private.event_embedding_states s
             where s.org_id = org and s.model = former and s.event_id = any (ids);
            return cardinality(ids);
        end if;
        delete from callintel_private.embedding_models m where m.org_id = org and m.model = former and m.state = 2;
    end loop;
    -- Partitions of old months were dropped with their content.
    oldest := coalesce((select c.event_id from callintel_private.event_contents c
                         where c.org_id = org order by c.event_id limit 1), 'ffffffff-ffff-ffff-ffff-ffffffffffff');
    ids := array(select v.event_id from callintel_private.event_embeddings v
                  where v.org_id = org and v.event_id < oldest limit least(maximum, 10000));
    perform callintel_private.forget_embeddings(org, ids);
    return cardinality(ids);
end $$;
comment on function callintel.delete_former_embeddings is
    'Deletes at most so many embeddings of models that are not used any more, and of months that were dropped, for the '
    'worker that runs the job embed_events. Returns 0 when none are left.';

grant execute on function
    callintel.enable_embeddings,
    callintel.disable_embeddings,
    callintel.enqueue_embedding,
    callintel.read_embedding_models,
    callintel.count_embeddings,
    callintel.read_unembedded,
    callintel.find_embedded_texts,
    callintel.store_embeddings,
    callintel.activate_embedding_model,
    callintel.delete_former_embeddings
    to callintel_app;

reset role;
