-- purpose: search by meaning: the events whose content is nearest to a vector. A search is exact for most orgs. Only a
--          large one has a graph (HNSW) of its own, and a search that its graph does not fill is repeated exactly, so
--          it always returns as many events as it may (ADR 0041)
-- The vectors of an org never share a graph with those of another org: a graph is a partial index on the number of the
-- model. Statements that use it run by execute, which plans them for their values; otherwise they could not use such an
-- index.

set role callintel_definer;

-- pgvector can be in any schema, and a statement whose plan is kept has to name its operator. PostgreSQL replaces this
-- function by its text.
do $$ begin
    execute format($function$
        create or replace function callintel_private.vector_distance(a %1$I.halfvec, b %1$I.halfvec) returns real
            language sql immutable parallel safe
            return (a operator(%1$I.<#>) b)::real
        $function$, callintel_private.vector_schema());
end $$;

-- What search_vectors has to know of a model: the number of its graph, whether it is built, and, if it is, how many
-- vectors of the org are in a range of ids, whatever the session may read of them: counted up to a number, if there is
-- one.
drop function if exists callintel_private.vector_target(uuid, smallint);
create or replace function callintel_private.vector_target(
    org uuid,
    model smallint,
    first_id uuid,
    end_id uuid,
    most integer,
    out dimensions integer,
    out graph integer,
    out has_graph boolean,
    out nearby integer)
    language plpgsql stable security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
begin
    select m.dimensions, m.graph into dimensions, graph
      from callintel_private.embedding_models m
     where m.org_id = org and m.model = vector_target.model and m.state < 2;
    if not found then
        perform callintel_private.refuse_embedding(
            case when exists (select from callintel_private.embedding_models m where m.org_id = org and m.state < 2)
                 then 'CI314' else 'CI310' end);
    end if;
    has_graph := exists (
        select from pg_class c
          join pg_index i on i.indexrelid = c.oid
         where c.relnamespace = 'callintel_private'::regnamespace and i.indisvalid
           and c.relname = 'event_embeddings_graph_' || vector_target.graph);
    if has_graph and most is not null then
        nearby := (select count(*)
                     from (select from callintel_private.event_embeddings v
                            where v.org_id = org and v.event_id >= first_id and v.event_id < end_id limit most) x);
    end if;
end $$;
grant execute on function callintel_private.vector_distance, callintel_private.vector_target to callintel_member;

-- Operations build, drop and count graphs, one org at a time.
create or replace function callintel_private.count_vectors(org uuid, at_most integer)
    returns table (model smallint, graph integer, dimensions smallint, is_current boolean, vectors integer)
    language plpgsql volatile security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
begin
    perform callintel_private.enter_org(org);
    return query
    select m.model, m.graph, m.dimensions, m.state < 2,
           (select count(*)::integer
              from (select from callintel_private.event_embeddings v
                     where v.org_id = org and v.model = m.model limit at_most) x)
      from callintel_private.embedding_models m
     where m.org_id = org;
end $$;
comment on function callintel_private.count_vectors is
    'Counts the vectors of the models of an org, up to a limit, for the maintenance of graphs.';
grant execute on function callintel_private.count_vectors to callintel_ops;

-- The text of a search. Filters are conditions on the event, which is looked up only if there are any; a null filter
-- is no condition. An id contains the milliseconds of its event, so the event is not needed for a range of whole
-- milliseconds. The words in the text are constants of this function.
create or replace function callintel_private.vector_query(
    distance text,
    own_only boolean,
    range_from timestamptz,
    range_to timestamptz,
    channel smallint,
    direction smallint,
    contact uuid,
    member uuid,
    source uuid) returns text
    language sql stable parallel safe as $$
    select 'select v.event_id, v.chunk, (' || distance || ')::real as distance'
        || ' from callintel_private.event_embeddings v'
        || ' where v.org_id = $2 and v.model = $3 and v.is_searchable'
        || case when own_only then ' and v.member_id = $4' else '' end
        || case when range_from is null then '' else ' and v.event_id >= $10' end
        || case when range_to is null then '' else ' and v.event_id < $11' end
        || case when member is null then '' else ' and v.member_id = $8' end
        || case when num_nonnulls(nullif(range_from, date_trunc('milliseconds', range_from)),
                                  nullif(range_to, date_trunc('milliseconds', range_to)),
                                  channel,
                                  direction,
                                  contact,
                                  source) = 0 then ''
                else ' and exists (select from callintel_private.events e'
                  || ' where e.org_id = $2 and e.id = v.event_id'
                  || case when range_from is null then '' else ' and e.occurred_at >= $12' end
                  || case when range_to is null then '' else ' and e.occurred_at < $13' end
                  || case when channel is null then '' else ' and e.channel = $5' end
                  || case when direction is null then '' else ' and e.direction = $6' end
                  || case when contact is null then '' else ' and e.contact_id = $7' end
                  || case when source is null then '' else ' and e.source_id = $9' end
                  || ')' end
$$;

-- The nearest vectors that the graph finds. Policies and filters look at what the graph returns, so it goes on until
-- enough rows are left or it has visited max_scan_tuples vectors.
create or replace function callintel_private.scan_graph(
    query_text text,
    most integer,
    query real[],
    org uuid,
    model smallint,
    self uuid,
    channel smallint,
    direction smallint,
    contact uuid,
    member uuid,
    source uuid,
    lowest uuid,
    ending uuid,
    range_from timestamptz,
    range_to timestamptz)
    returns table (event_id uuid, chunk smallint, distance real)
    language plpgsql stable rows 100
    set search_path = pg_catalog, pg_temp
    set enable_sort = off set enable_seqscan = off set enable_bitmapscan = off set enable_hashjoin = off as $$
begin
    perform set_config('hnsw.ef_search', '400', true);
    perform set_config('hnsw.iterative_scan', 'relaxed_order', true);
    return query execute query_text || ' limit ' || most
      using query, org, model, self, channel, direction, contact, member, source, lowest, ending, range_from, range_to;
end $$;

grant execute on function callintel_private.vector_query, callintel_private.scan_graph to callintel_member;

reset role;
set role callintel_member;

create or replace function callintel.search_vectors(
    model smallint,
    query real[],
    most integer,
    range_from timestamptz default null,
    range_to timestamptz default null,
    channel smallint default null,
    direction smallint default null,
    contact uuid default null,
    member uuid default null,
    source uuid default null)
    returns table (event_id uuid, chunk smallint, distance real, path smallint)
    language plpgsql stable rows 20 security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off
    set jit = off set max_parallel_workers_per_gather = 0 as $$
declare
    verified  record := (select c from callintel_private.session_context c);
    org       uuid := verified.org_id;
    target    record;
    wanted_vector callintel_private.event_embeddings.embedding%type;
    schema    text := callintel_private.vector_schema();
    -- Below this number of vectors in a range of time, an exact search is faster than a graph that is filtered.
    few       constant integer := 10000;
    own_only  boolean := not verified.reads_all;
    lowest    uuid := callintel_private.lowest_id(range_from);
    ending    uuid := callintel_private.lowest_id(range_to + interval '999 microseconds');
    first_id  uuid := case when range_from is null then '00000000-0000-0000-0000-000000000000' else lowest end;
    end_id    uuid := case when range_to is null then 'ffffffff-ffff-ffff-ffff-ffffffffffff' else ending end;
    has_range boolean := range_from is not null or range_to is not null;
    -- Most searches have no condition but a range of whole milliseconds, which ids contain.
    is_plain  boolean := verified.reads_all
        and num_nonnulls(nullif(range_from, date_trunc('milliseconds', range_from)),
                         nullif(range_to, date_trunc('milliseconds', range_to)),
                         channel,
                         direction,
                         contact,
                         member,
                         source) = 0;
    wanted    integer := least(greatest(most, 0), 1000);
    statement text;
    distance_text text;
    candidates integer;
    nearby    integer;
    events    uuid[];
    chunks    smallint[];
    distances real[];
    found_by  smallint := 1;
begin
    if verified.permissions & 4 /* read_content */ = 0 then
        perform callintel_private.refuse_permission(4 /* read_content */);
    end if;
    target := callintel_private.vector_target(
        org, model, first_id, end_id, case when has_range then few end);
    if cardinality(query) is distinct from target.dimensions or array_position(query, null) is not null then
        perform callintel_private.refuse_embedding('CI311');
    end if;
    if wanted = 0 then
        return;
    end if;
    -- Filters by contact and member have indexes. Members search their own events, by an index as well.
    if target.has_graph and not own_only and contact is null and member is null then
        -- What the session may not read must not decide which way is taken, so only what it may read is counted here.
        nearby := target.nearby;
        if nearby >= few then
            nearby := (select count(*)
                         from (select from callintel_private.event_embeddings v
                                where v.org_id = org and v.event_id >= first_id and v.event_id < end_id limit few) x);
        end if;
        if nearby is null or nearby >= few then
            distance_text := format('(v.embedding::%1$I.halfvec(%2$s)) operator(%1$I.<#>) $1::%1$I.halfvec(%2$s)',
                                    schema,
                                    target.dimensions);
            statement := callintel_private.vector_query(
                    distance_text,
                    false,
                    range_from,
                    range_to,
                    search_vectors.channel,
                    search_vectors.direction,
                    null,
                    null,
                    source)
                || ' and v.graph = ' || target.graph
                || ' order by ' || distance_text;
            found_by := 2;
            select array_agg(g.event_id), array_agg(g.chunk), array_agg(g.distance) into events, chunks, distances
              from callintel_private.scan_graph(
                  statement,
                  least(wanted * 4 + 50, 4000),
                  query,
                  org,
                  model,
                  verified.member_id,
                  search_vectors.channel,
                  search_vectors.direction,
                  contact,
                  member,
                  source,
                  lowest,
                  ending,
                  range_from,
                  range_to) g;
            if (select count(distinct e) from unnest(events) e) < wanted then
                found_by := 3;
            end if;
        end if;
    end if;
    if found_by <> 2 and is_plain then
        wanted_vector := query;
        candidates := wanted * 4 + 50;
        loop
            select array_agg(x.event_id), array_agg(x.chunk), array_agg(x.distance) into events, chunks, distances
              from (select v.event_id,
                           v.chunk,
                           callintel_private.vector_distance(v.embedding, wanted_vector) as distance
                      from callintel_private.event_embeddings v
                     where v.org_id = org and v.model = search_vectors.model and v.is_searchable
                       and v.event_id >= first_id and v.event_id < end_id
                     order by 3
                     limit candidates) x;
            exit when coalesce(cardinality(events), 0) < candidates
                   or (select count(distinct e) from unnest(events) e) >= wanted;
            candidates := candidates * 8;
        end loop;
    elsif found_by <> 2 then
        statement := callintel_private.vector_query(
                format('v.embedding operator(%1$I.<#>) $1::%1$I.halfvec', schema),
                own_only,
                range_from,
                range_to,
                search_vectors.channel,
                search_vectors.direction,
                contact,
                member,
                source)
            || ' order by distance limit ';
        -- The nearest vectors may belong to few events.
        candidates := wanted * 4 + 50;
        loop
            execute format('select array_agg(x.event_id), array_agg(x.chunk), array_agg(x.distance) from (%s%s) x',
                           statement,
                           candidates)
               into events, chunks, distances
              using query, org, model, verified.member_id, search_vectors.channel, search_vectors.direction, contact,
                    member, source, lowest, ending, range_from, range_to;
            exit when coalesce(cardinality(events), 0) < candidates
                   or (select count(distinct e) from unnest(events) e) >= wanted;
            candidates := candidates * 8;
        end loop;
    end if;
    return query
    select x.event_id, x.chunk, (1 + x.distance)::real, found_by
      from (select distinct on (f.event_id) f.event_id, f.chunk, f.distance
              from unnest(events, chunks, distances) as f (event_id, chunk, distance)
             order by f.event_id, f.distance, f.chunk) x
     order by x.distance, x.event_id
     limit wanted;
end $$;
comment on function callintel.search_vectors is
    'Returns the events whose content is nearest to a vector of a model, with their best chunk and the cosine '
    'distance, nearest first: min(most, eligible) events, at most 1000, of those that the session may read and that '
    'pass all filters; null means any. path: 1 exact, 2 graph, 3 exact because the graph did not find enough.';
grant execute on function callintel.search_vectors to callintel_app;

reset role;
