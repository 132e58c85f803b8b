-- purpose: the steps of the job index_events, which fills the index of words (ADR 0042). R__search_index.sql turns it
--          on and off.

set role callintel_definer;

-- The functions below serve the job, which has no member. A session has one, whatever its permissions are.
create or replace function callintel_private.require_indexer() returns uuid
    language plpgsql stable as $$
declare
    verified record := (select c from callintel_private.session_context c);
begin
    if verified.permissions & 4 /* read_content */ = 0 then
        perform callintel_private.refuse_permission(4 /* read_content */);
    end if;
    if verified.member_id <> '00000000-0000-0000-0000-000000000000' then
        perform callintel_private.refuse_job('CI300');
    end if;
    return verified.org_id;
end $$;

-- What the next step of the job has to look at: all contents after sweep_after, or those of the ranges of ids that
-- changed since the last step. The position in the feed is read before the contents, so nothing is missed.
create or replace function callintel.plan_indexing(
    analyzer smallint,
    key_version integer,
    out is_enabled boolean,
    out is_outdated boolean,
    out language smallint,
    out revision integer,
    out sweep integer,
    out starts uuid[],
    out ends uuid[],
    out generation bigint,
    out xact bigint,
    out seq bigint,
    out as_of timestamptz)
    language plpgsql volatile security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    org     uuid := callintel_private.require_indexer();
    horizon bigint;
    feed    record;
    state   callintel_private.search_states;
begin
    select * into state from callintel_private.search_states s where s.org_id = org;
    is_enabled := coalesce(state.is_enabled, false);
    if not is_enabled then
        return;
    end if;
    -- A worker of a former version, or one that does not know the latest key yet.
    is_outdated := state.analyzer > plan_indexing.analyzer or state.key_version > plan_indexing.key_version;
    if is_outdated then
        return;
    end if;
    perform callintel_private.ensure_generation();
    horizon := pg_snapshot_xmin(pg_current_snapshot())::text::bigint;
    select f.generation, f.trimmed_to into feed from callintel_private.feed_state() f;
    if state.analyzer < plan_indexing.analyzer or state.key_version < plan_indexing.key_version
       or state.generation <> feed.generation or state.xact < feed.trimmed_to or state.xact > horizon then
        update callintel_private.search_states s
           set revision = case when (s.analyzer, s.key_version) = (plan_indexing.analyzer, plan_indexing.key_version)
                               then s.revision else s.revision + 1 end,
               analyzer = plan_indexing.analyzer, key_version = plan_indexing.key_version,
               generation = feed.generation, xact = horizon, seq = 0,
               sweep_wanted = s.sweep_wanted + 1, sweep_after = null
         where s.org_id = org
        returning * into state;
    end if;
    language := state.language;
    revision := state.revision;
    generation := state.generation;
    if state.sweep_done <> state.sweep_wanted then
        sweep := state.sweep_wanted;
        starts := array[coalesce(state.sweep_after, '00000000-0000-0000-0000-000000000000')];
        ends := array['ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid];
        xact := state.xact;
        seq := state.seq;
        return;
    end if;
    -- Entries of transactions in progress, and those after them, are not read yet.
    as_of := coalesce((select min(f.recorded_at)
                         from callintel_private.change_feed f
                        where f.org_id = org and f.xact >= horizon), statement_timestamp());
    with entries as materialized (
        select f.xact, f.seq, f.kind, f.range_from, f.range_to, f.recorded_at
          from callintel_private.change_feed f
         where f.org_id = org and f.xact < horizon and (f.xact, f.seq) > (state.xact, state.seq)
         order by f.xact, f.seq
         limit 2000
    ), position as (
        select e.xact, e.seq, e.recorded_at from entries e order by e.xact desc, e.seq desc limit 1
    ), ranges as (
        select unnest(range_agg(tstzrange(e.range_from, e.range_to))) as r from entries e where e.kind in (1, 2)
    )
    select coalesce(p.xact, state.xact), coalesce(p.seq, state.seq),
           case when (select count(*) from entries) = 2000 then p.recorded_at else as_of end,
           coalesce((select array_agg(callintel_private.lowest_id(lower(x.r)) order by x.r) from ranges x), '{}'),
           coalesce((select array_agg(callintel_private.lowest_id(upper(x.r)) order by x.r) from ranges x), '{}')
      into xact, seq, as_of, starts, ends
      from (select) one left join position p on true;
end $$;
comment on function callintel.plan_indexing is
    'Returns the ranges of events that the job index_events has to index. Raises CI300 in any other context.';

-- Contents without words of the current revision. Nobody reads the content of level 1, so it is not indexed.
create or replace function callintel.read_unindexed_contents(
    revision integer,
    starts uuid[],
    ends uuid[],
    page integer)
    returns table (
        event_id uuid,
        place integer,
        version text,
        body bytea,
        transcript bytea,
        summary bytea,
        sealed_id uuid)
    language plpgsql stable rows 100 security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off
    set enable_seqscan = off as $$
declare
    org  uuid := callintel_private.require_indexer();
    mute uuid[] := callintel_private.unsearchable_contacts(org);
begin
    return query
    select x.event_id, r.place::integer, x.version, x.body, x.transcript, x.summary, x.sealed_id
      from unnest(starts, ends) with ordinality as r (starts, ends, place),
           lateral (select c.event_id, c.xmin::text || c.ctid::text as version, c.body::bytea as body,
                           c.transcript::bytea as transcript, c.summary::bytea as summary, c.sealed_id
                      from callintel_private.event_contents c
                     where c.org_id = org and c.event_id >= r.starts and c.event_id < r.ends and c.level <> 1
                       and (c.contact_id = any (mute)) is not true and (c.sealed_for = any (mute)) is not true
                       and (mute = '{}' or not callintel_private.parties_of(org, c.event_id) && mute)
                       and not exists (select from callintel_private.event_lexemes l
                                        where l.org_id = org and l.event_id = c.event_id
                                          and l.revision = read_unindexed_contents.revision)
                     order by c.event_id
                     limit least(page, 1000)) x
     order by r.place, x.event_id
     limit least(page, 1000);
end $$;
comment on function callintel.read_unindexed_contents is
    'Returns a page of the encrypted contents whose words are not stored yet, to the job index_events. Raises CI300 '
    'in any other context.';

-- Stores the words of contents, unless a content was changed, deleted, excluded or made unreadable since it was read.
-- The locks order it with changes of privacy rules and of stored contents, as for a batch that only adds rows, and with
-- the destruction of keys.
create or replace function callintel.store_lexemes(
    revision integer,
    event_ids uuid[],
    versions text[],
    chunk_events uuid[],
    chunks smallint[],
    words smallint[],
    lexemes text[])
    returns bigint
    language plpgsql volatile security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off
    set enable_seqscan = off as $$
declare
    org      uuid := callintel_private.require_indexer();
    mute     uuid[];
    wanted   uuid[];
    shredded uuid[];
    stored   bigint;
begin
    perform callintel_private.lock_merges_shared((select c.lock_number from callintel_private.session_context c));
    perform callintel_private.lock_keys(org);
    if not exists (select from callintel_private.search_states s
                    where s.org_id = org and s.is_enabled and s.revision = store_lexemes.revision) then
        return 0;
    end if;
    mute := callintel_private.unsearchable_contacts(org);
    wanted := array(
        select c.event_id
          from unnest(event_ids, versions) as r (event_id, version)
          join callintel_private.event_contents c on c.org_id = org and c.event_id = r.event_id
           and c.event_id = any (event_ids)
         where c.xmin::text || c.ctid::text = r.version and c.level <> 1
           and (c.contact_id = any (mute)) is not true and (c.sealed_for = any (mute)) is not true
           and (mute = '{}' or not callintel_private.parties_of(org, c.event_id) && mute));
    -- Their keys may have been destroyed since they were read.
    shredded := array(
        select c.event_id
          from callintel_private.event_contents c
         where c.org_id = org and c.event_id = any (wanted)
           and exists (select from callintel_private.data_keys d
                        where d.org_id = org and d.state = 4
                          and d.key_id in (substr(c.body::bytea, 4, 32),
                                           substr(c.transcript::bytea, 4, 32),
                                           substr(c.summary::bytea, 4, 32))));
    delete from callintel_private.event_lexemes l where l.org_id = org and l.event_id = any (wanted);
    insert into callintel_private.event_lexemes (
        org_id,
        event_id,
        chunk,
        revision,
        contact_id,
        member_id,
        sealed_for,
        level,
        channel,
        direction,
        source_id,
        words,
        lexemes)
    select org,
           w.event_id,
           w.chunk,
           store_lexemes.revision,
           c.contact_id,
           c.member_id,
           c.sealed_for,
           c.level,
           e.channel,
           e.direction,
           e.source_id,
           case when w.event_id = any (shredded) then 0 else w.words end,
           case when w.event_id = any (shredded) then '' else w.lexemes end::tsvector
      from unnest(chunk_events, chunks, words, lexemes) as w (event_id, chunk, words, lexemes)
      join callintel_private.event_contents c on c.org_id = org and c.event_id = w.event_id
       and c.event_id = any (wanted)
      join callintel_private.events e on e.org_id = org and e.id = w.event_id and e.id = any (wanted)
     where w.event_id = any (wanted) and (w.chunk = 0 or w.event_id <> all (shredded));
    get diagnostics stored = row_count;
    update callintel_private.search_states s set parts = s.parts + stored where s.org_id = org;
    perform callintel_private.audit_rows('index', 'event_lexemes', stored);
    return stored;
end $$;
comment on function callintel.store_lexemes is
    'Stores the words of contents for the job index_events, as keyed hashes. Raises CI300 in any other context.';

-- Where a step of the job ended. A sweep that was asked for again meanwhile begins again.
create or replace function callintel.advance_indexing(
    revision integer,
    sweep integer,
    sweep_after uuid,
    generation bigint,
    xact bigint,
    seq bigint,
    as_of timestamptz)
    returns void
    language plpgsql volatile security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    org uuid := callintel_private.require_indexer();
begin
    if sweep is not null then
        update callintel_private.search_states s
           set sweep_after = advance_indexing.sweep_after,
               sweep_done = case when advance_indexing.sweep_after is null then advance_indexing.sweep
                                 else s.sweep_done end,
               parts = case when advance_indexing.sweep_after is null
                            then (select count(*) from callintel_private.event_lexemes l where l.org_id = org)
                            else s.parts end
         where s.org_id = org and s.revision = advance_indexing.revision and s.sweep_wanted = advance_indexing.sweep;
    else
        update callintel_private.search_states s
           set xact = advance_indexing.xact, seq = advance_indexing.seq, indexed_at = advance_indexing.as_of
         where s.org_id = org and s.revision = advance_indexing.revision
           and s.generation = advance_indexing.generation
           and (s.xact, s.seq) <= (advance_indexing.xact, advance_indexing.seq);
    end if;
end $$;
comment on function callintel.advance_indexing is
    'Notes how far the job index_events has come. Raises CI300 in any other context.';

create or replace function callintel.delete_lexemes(maximum integer) returns bigint
    language plpgsql volatile security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    org     uuid := callintel_private.require_indexer();
    deleted bigint;
begin
    if exists (select from callintel_private.search_states s where s.org_id = org and s.is_enabled) then
        return 0;
    end if;
    delete from callintel_private.event_lexemes l
     where l.org_id = org
       and (l.event_id, l.chunk) in (select k.event_id, k.chunk
                                       from callintel_private.event_lexemes k
                                      where k.org_id = org limit least(greatest(maximum, 1), 100000));
    get diagnostics deleted = row_count;
    perform callintel_private.audit_rows('remove', 'event_lexemes', deleted);
    return deleted;
end $$;
comment on function callintel.delete_lexemes is
    'Deletes words of an org that has turned text search off, for the job index_events. Raises CI300 in any other '
    'context.';

grant execute on function
    callintel.plan_indexing,
    callintel.read_unindexed_contents,
    callintel.store_lexemes,
    callintel.advance_indexing,
    callintel.delete_lexemes
    to callintel_app;

reset role;
