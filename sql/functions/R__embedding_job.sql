-- purpose: what the job embed_events reads and stores (ADR 0041). R__embeddings.sql turns it on and off.

set role callintel_definer;

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
                        where r.org_id = org and r.no_embedding
                          and r.contact_id = any (array[c.contact_id, c.sealed_for]
                                                  || callintel_private.parties_of(org, c.event_id)))
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
           and callintel_private.may_embed(org, c.event_id, c.level, c.contact_id, c.sealed_for)
           -- Their keys may have been destroyed since they were read.
           and not exists (select from callintel_private.data_keys k
                            where k.org_id = org and k.state = 4
                              and k.key_id in (substr(c.body::bytea, 4, 32),
                                               substr(c.transcript::bytea, 4, 32),
                                               substr(c.summary::bytea, 4, 32)))
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
                                where r.org_id = $1 and r.no_search
                                  and r.contact_id = any (array[e.contact_id, e.sealed_for]
                                                          || callintel_private.parties_of($1, e.event_id))),
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
    perform callintel_private.audit_rows('embed', 'event_embeddings', stored);
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
            perform callintel_private.audit_rows('remove', 'event_embeddings', cardinality(ids));
            return cardinality(ids);
        end if;
        ids := array(select s.event_id from callintel_private.event_embedding_states s
                      where s.org_id = org and s.model = former limit least(maximum, 10000));
        if ids <> '{}' then
            delete from callintel_private.event_embedding_states s
             where s.org_id = org and s.model = former and s.event_id = any (ids);
            perform callintel_private.audit_rows('remove', 'event_embeddings', cardinality(ids));
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
    perform callintel_private.audit_rows('remove', 'event_embeddings', cardinality(ids));
    return cardinality(ids);
end $$;
comment on function callintel.delete_former_embeddings is
    'Deletes at most so many embeddings of models that are not used any more, and of months that were dropped, for the '
    'worker that runs the job embed_events. Returns 0 when none are left.';

grant execute on function
    callintel.read_unembedded,
    callintel.find_embedded_texts,
    callintel.store_embeddings,
    callintel.activate_embedding_model,
    callintel.delete_former_embeddings
    to callintel_app;

reset role;
