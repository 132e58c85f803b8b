-- purpose: finding events by the words of their contents
-- rank_lexemes belongs to callintel_search, for which the index of lexemes can be used. Its parameters say what the
-- session may see, and it counts, weighs and returns nothing else: a content that the session may not see changes
-- neither the rows nor their scores. Its callers look up what it returned under the policies of callintel_member
-- (ADR 0042).

set role callintel_search;

-- Ranks events by BM25 (k1 1.2, b 0.75, and the square root of the usual weight of rare words) over the parts of their
-- contents that contain one of the lexemes; an event has the score of its best part. term numbers the word that a
-- lexeme stands for: during a rotation of the key, a word has two lexemes. exact: what a part has to contain to be an
-- exact match. similar_to: the event to take lexemes from instead. all_parts: how many parts a large org has, about.
-- Frequent words are counted up to 10,000 parts. A search looks at no more than about 20,000 parts: where its words are
-- in more, it takes those with one of the rarer words, and the other words only change the score.
-- The org is compared as a text, so that PostgreSQL uses the index of lexemes and no other one.
create or replace function callintel_private.rank_lexemes(
    org uuid,
    self uuid,
    levels smallint[],
    listed uuid[],
    merged uuid[],
    mute uuid[],
    all_parts bigint,
    lexemes text[],
    terms smallint[],
    exact text,
    similar_to uuid,
    lowest uuid,
    ending uuid,
    contact uuid,
    member uuid,
    channel smallint,
    direction smallint,
    source uuid,
    most integer)
    returns table (event_id uuid, is_exact boolean, score double precision)
    language plpgsql stable rows 1000 security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off
    set enable_seqscan = off set jit = off set max_parallel_workers_per_gather = 0 as $$
declare
    org_text text := org::text;
    needed   tsquery := exact::tsquery;
    any_of   tsquery;
    queries  tsquery[]; -- by term, and how many lexemes each of them has
    lengths  integer[];
    weights  double precision[];
    parts    double precision;
    mean     double precision;
    -- ts_rank counts: for one lexeme that a part contains n times, it is the sum of 1/i² for i from 1 to n, divided by
    -- 1.64493406685; for several lexemes, the mean. A part contains only one lexeme of a term. These are the middles
    -- between the values, of which the n-th is above n - 1 and below n times.
    steps    double precision[] := array(
        select (sum(1.0 / (i * i)) over (order by i) - 0.5 / (i * i)) / 1.64493406685 from generate_series(1, 64) i);
begin
    select greatest(count(*), 1), greatest(avg(d.words), 1) into parts, mean
      from (select l.words
              from callintel_private.event_lexemes l
             where l.org_id = org
               and (self is null or l.member_id = self)
               and (l.level = any (levels)
                    or l.level = 2 and l.contact_id = any (listed)
                       and (l.sealed_for is null or l.sealed_for = any (merged)))
             limit 10000) d;
    if parts = 10000 and self is null then
        parts := greatest(parts, all_parts);
    end if;
    if similar_to is not null then
        -- Words that are frequent in the event. Those that are rare elsewhere are chosen below.
        select coalesce(array_agg(f.lexeme), '{}'), coalesce(array_agg(f.place::smallint), '{}') into lexemes, terms
          from (select u.lexeme, row_number() over (order by sum(cardinality(u.positions)) desc, u.lexeme) as place
                  from callintel_private.event_lexemes l, unnest(l.lexemes) u
                 where l.org_id = org and l.event_id = similar_to
                   and (self is null or l.member_id = self)
                   and (l.level = any (levels)
                        or l.level = 2 and l.contact_id = any (listed)
                           and (l.sealed_for is null or l.sealed_for = any (merged)))
                   and (l.contact_id = any (mute)) is not true
                   and (l.sealed_for = any (mute)) is not true
                 group by u.lexeme
                 order by 2
                 limit 60) f;
    end if;
    -- Words are weighed over all contents that the session may see, whatever the conditions of the search are.
    with found as materialized (
        select t.term, t.query,
               (select count(*)
                  from (select from callintel_private.event_lexemes l
                         where l.lexemes @@ t.query and l.org_id::text = org_text
                           and (self is null or l.member_id = self)
                           and (l.level = any (levels)
                                or l.level = 2 and l.contact_id = any (listed)
                                   and (l.sealed_for is null or l.sealed_for = any (merged)))
                         limit 10000) k)::double precision as counted
          from (select x.term, string_agg(quote_literal(x.lexeme), '|')::tsquery as query
                  from unnest(lexemes, terms) as x (lexeme, term)
                 group by x.term) t
    ), counted as (
        -- A word that is in more parts than are counted is assumed to be in half of them.
        select f.term, f.query, f.counted,
               case when f.counted = 10000 then greatest(f.counted, parts / 2) else f.counted end as n
          from found f
    ), weighed as (
        select c.term, c.query, c.counted,
               sum(c.n) over (order by c.n, c.term) as total,
               row_number() over (order by c.n, c.term) as place,
               sqrt(ln(1 + (greatest(parts - c.n, 0) + 0.5) / (c.n + 0.5))) as weight
          from counted c
         where c.n > 0
    )
    select array_agg(w.query order by w.term),
           array_agg((numnode(w.query) + 1) / 2 order by w.term),
           array_agg(w.weight order by w.term),
           case when bool_or(w.counted < 10000)
                then string_agg('(' || w.query::text || ')', '|') filter (where w.total <= 20000 or w.place = 1)
                else string_agg('(' || w.query::text || ')', '&') end::tsquery
      into queries, lengths, weights, any_of
      from weighed w
     where similar_to is null or w.place <= 20;
    if needed is not null then
        any_of := coalesce(any_of || needed, needed);
    end if;
    if any_of is null then
        return;
    end if;
    return query
    with candidates as materialized (
        select l.event_id, l.chunk, l.words, l.lexemes, coalesce(l.lexemes @@ needed, false) as is_exact
          from callintel_private.event_lexemes l
         where l.lexemes @@ any_of and l.org_id::text = org_text
           and l.event_id >= lowest and l.event_id < ending and l.event_id is distinct from similar_to
           and (self is null or l.member_id = self)
           and (l.level = any (levels)
                or l.level = 2 and l.contact_id = any (listed)
                   and (l.sealed_for is null or l.sealed_for = any (merged)))
           and (l.contact_id = any (mute)) is not true and (l.sealed_for = any (mute)) is not true
           and (contact is null or l.contact_id = contact)
           and (member is null or l.member_id = member)
           and (rank_lexemes.channel is null or l.channel = rank_lexemes.channel)
           and (rank_lexemes.direction is null or l.direction = rank_lexemes.direction)
           and (source is null or l.source_id = source)
         order by 5 desc, l.event_id desc
         limit 20000
    ), scored as (
        -- No join: a plan expects one candidate, and would compute all scores again for each of them.
        select c.event_id, c.is_exact,
               (select sum(w.weight * n.times * 2.2 / (n.times + 1.2 * (0.25 + 0.75 * c.words / mean)))
                  from unnest(queries, lengths, weights) as w (query, length, weight),
                       lateral (select width_bucket(w.length * ts_rank('{1,1,1,1}', c.lexemes, w.query), steps)
                                           ::double precision as times
                                offset 0) n
                 where n.times > 0) as score
          from candidates c
    )
    -- Rounded, so that the order of events with equal scores does not depend on the order in which weights are added.
    select c.event_id, bool_or(c.is_exact), round(max(coalesce(c.score, 0))::numeric, 9)::double precision
      from scored c
     group by c.event_id
     order by 2 desc, 3 desc, 1 desc
     limit most;
end $$;
grant execute on function callintel_private.rank_lexemes to callintel_member;

reset role;
set role callintel_member;

create or replace function callintel.search_texts(
    lexemes text[],
    terms smallint[],
    exact text,
    similar_to uuid,
    range_from timestamptz,
    range_to timestamptz,
    contact uuid,
    member uuid,
    channel smallint,
    direction smallint,
    source uuid,
    most integer)
    returns table (event_id uuid, is_exact boolean, score double precision)
    language plpgsql rows 1000 security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off
    set enable_seqscan = off as $$
declare
    verified  record := (select c from callintel_private.session_context c);
    org       uuid := verified.org_id;
    from_time timestamptz := coalesce(range_from, '-infinity');
    to_time   timestamptz := coalesce(range_to, 'infinity');
begin
    if verified.permissions & 4 /* read_content */ = 0 then
        perform callintel_private.refuse_permission(4 /* read_content */);
    end if;
    if (cardinality(lexemes) between 0 and 200 and cardinality(terms) = cardinality(lexemes)
        and coalesce(length(exact), 0) <= 20000
        and not exists (select from unnest(lexemes) x where x !~ '^[A-Za-z0-9_-]{1,40}$')
        and coalesce(exact, '') !~ '[^A-Za-z0-9_&|<>() ''-]') is not true then
        raise exception 'The words of the search are not valid.'
            using errcode = 'CI340', hint = 'Search through session.Search, with at most 100 words.';
    end if;
    -- Turned off, nothing is found from this moment on, although a worker has yet to delete the words.
    if not exists (select from callintel.search_state() s where s.is_enabled) then
        return;
    end if;
    -- Each event that was found is looked up under the policies of this role once more: its metadata, its content, and
    -- its words. Without "offset 0", a plan can join all events of the org with what was found.
    return query
    select r.event_id, r.is_exact, r.score
      from callintel_private.rank_lexemes(
               org,
               case when not verified.reads_all then verified.member_id end,
               verified.content_levels,
               callintel_private.own_listings(),
               callintel_private.own_merged_listings(),
               callintel_private.unsearchable_contacts(org),
               callintel_private.about_all_parts(org),
               search_texts.lexemes,
               search_texts.terms,
               search_texts.exact,
               search_texts.similar_to,
               case when range_from is null then '00000000-0000-0000-0000-000000000000'
                    else callintel_private.lowest_id(range_from) end,
               case when range_to is null then 'ffffffff-ffff-ffff-ffff-ffffffffffff'
                    else callintel_private.lowest_id(range_to + interval '999 microseconds') end,
               contact,
               member,
               search_texts.channel,
               search_texts.direction,
               source,
               least(greatest(most, 0), 1000)) r
     where exists (select from callintel_private.events e
                    where e.org_id = org and e.id = r.event_id
                      and e.occurred_at >= from_time and e.occurred_at < to_time
                   offset 0)
       and exists (select from callintel_private.event_contents c
                    where c.org_id = org and c.event_id = r.event_id
                   offset 0)
       and exists (select from callintel_private.event_lexemes l
                    where l.org_id = org and l.event_id = r.event_id
                   offset 0)
     order by r.is_exact desc, r.score desc, r.event_id desc;
end $$;
comment on function callintel.search_texts is
    'Returns the best events, at most 1000, whose content contains one of the lexemes, or that are similar to another '
    'event, with whether they match exactly and a score. Lexemes are keyed hashes, which only the SDK can compute.';

-- The events of one contact, for a search by its number.
create or replace function callintel.search_contact(
    contact uuid,
    range_from timestamptz,
    range_to timestamptz,
    member uuid,
    channel smallint,
    direction smallint,
    source uuid,
    most integer)
    returns table (event_id uuid)
    language plpgsql rows 1000 security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    verified  record := (select c from callintel_private.session_context c);
    org       uuid := verified.org_id;
    from_time timestamptz := coalesce(range_from, '-infinity');
    to_time   timestamptz := coalesce(range_to, 'infinity');
    lowest    uuid := case when range_from is null then '00000000-0000-0000-0000-000000000000'
                           else callintel_private.lowest_id(range_from) end;
    ending    uuid := case when range_to is null then 'ffffffff-ffff-ffff-ffff-ffffffffffff'
                           else callintel_private.lowest_id(range_to + interval '999 microseconds') end;
begin
    if verified.permissions & 8 /* read_contacts */ = 0 then
        perform callintel_private.refuse_permission(8 /* read_contacts */);
    end if;
    if contact = any (callintel_private.unsearchable_contacts(org)) then
        return;
    end if;
    return query
    select e.id
      from callintel_private.events e
     where e.org_id = org and e.contact_id = contact and e.id >= lowest and e.id < ending
       and e.occurred_at >= from_time and e.occurred_at < to_time
       and (member is null or e.member_id = member)
       and (search_contact.channel is null or e.channel = search_contact.channel)
       and (search_contact.direction is null or e.direction = search_contact.direction)
       and (source is null or e.source_id = source)
     order by e.id desc
     limit least(greatest(most, 0), 1000);
end $$;
comment on function callintel.search_contact is
    'Returns the newest events of a contact that is not excluded from search, at most 1000.';

create or replace function callintel.read_found_events(ids uuid[])
    returns setof callintel_private.events_with_content
    language plpgsql rows 50 security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    org     uuid := (select c.org_id from callintel_private.session_context c);
    wanted  uuid[] := ids[1:1000];
    lowest  uuid := (select i from unnest(wanted) i order by i limit 1);
    highest uuid := (select i from unnest(wanted) i order by i desc limit 1);
begin
    return query
    select c.event_id is not null, c.body::bytea, c.transcript::bytea, c.summary::bytea, c.sealed_id, e.*
      from callintel_private.readable_events e
      -- One look for each event. As a plain join with the bounds of the ids, a generic plan reads all contents between
      -- them for each event.
      left join lateral (select x.*
                           from callintel_private.event_contents x
                          where x.org_id = org and x.event_id = e.id
                         offset 0) c on true
     where e.org_id = org and e.id = any (wanted) and e.id between lowest and highest;
end $$;
comment on function callintel.read_found_events is
    'Returns up to 1000 events by their ids, with the encrypted content that the session may read.';

grant execute on function callintel.search_texts, callintel.search_contact, callintel.read_found_events
    to callintel_app;
reset role;
