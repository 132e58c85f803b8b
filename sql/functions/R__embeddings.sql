-- purpose: embeddings of the contents of an org: turning them on and off, and removing them with the content that they
--          are derived from (ADR 0041). What the job reads and stores is in R__embedding_job.sql.

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
create or replace function callintel_private.may_embed(
    org uuid,
    event uuid,
    level smallint,
    contact uuid,
    subject uuid)
    returns boolean
    language plpgsql stable as $$
begin
    return level <> 1
       and not exists (select from callintel_private.privacy_rules r
                        where r.org_id = org and r.no_embedding
                          and r.contact_id = any (array[contact, subject]
                                                  || callintel_private.parties_of(org, event)));
end $$;
drop function if exists callintel_private.may_embed(uuid, smallint, uuid, uuid);

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
                  where c.org_id = org and c.sealed_for = any (changed))
        || array(select p.event_id from callintel_private.event_participants p
                  where p.org_id = org and p.party_id = any (changed));
    perform callintel_private.forget_embeddings(
        org,
        array(select c.event_id
                from callintel_private.event_contents c
               where c.org_id = org and c.event_id = any (ids)
                 and not callintel_private.may_embed(org, c.event_id, c.level, c.contact_id, c.sealed_for)));
    with contents as materialized (
        select c.event_id,
               not exists (select from callintel_private.privacy_rules r
                            where r.org_id = org and r.no_search
                              and r.contact_id = any (array[c.contact_id, c.sealed_for]
                                                      || callintel_private.parties_of(org, c.event_id)))
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
    'Turns embeddings on, or replaces the model: search uses the former model until all content is embedded with the '
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
    'Enqueues a job that embeds all content of the org that is not embedded yet, as the end of an import does. Also '
    'restarts jobs that failed permanently. Returns the id of the job.';

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

grant execute on function
    callintel.enable_embeddings,
    callintel.disable_embeddings,
    callintel.enqueue_embedding,
    callintel.read_embedding_models,
    callintel.count_embeddings
    to callintel_app;

reset role;
