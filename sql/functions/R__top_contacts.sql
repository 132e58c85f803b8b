-- purpose: the contacts with the most events from cells by contact, without adding up all contacts
-- A large org has hundreds of thousands of cells by contact in a quarter. Each day has an index in the order of the
-- numbers, so the first entries of each day are read. A contact that is not among them has at most the sum of the
-- numbers where reading ended. If the last of the contacts that were found has more, no other contact belongs to the
-- answer. (This is the threshold algorithm of Fagin, Lotem and Naor.)

set role callintel_definer;

-- Returns what listed contacts add to the contacts that a session sees up to level 1, with a sign: a conversation with
-- a record of a listed contact can belong to another contact than without it.
create or replace function callintel_private.add_listed_contacts(
    org uuid, range_from timestamptz, range_to timestamptz, listed uuid[])
    returns table (contact_id uuid, events bigint, talk_s bigint, last_at timestamptz)
    language plpgsql stable
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set jit = off as $$
declare
    lowest uuid := callintel_private.lowest_id(range_from);
    ending uuid := callintel_private.lowest_id(range_to + interval '999 microseconds');
    keys   uuid[];
begin
    if listed = '{}' then
        return;
    end if;
    return query
    select l.contact, count(*), coalesce(sum(e.duration_s), 0), max(e.occurred_at)
      from unnest(listed) as l (contact),
           lateral (select x.duration_s, x.occurred_at
                      from callintel_private.events x
                     where x.org_id = org and x.contact_id = l.contact and x.id >= any (array[lowest]) and x.id < ending
                       and x.occurred_at >= range_from and x.occurred_at < range_to
                       and x.level = 2 and x.conversation_key is null
                    offset 0) e
     group by 1;
    keys := callintel_private.listed_keys(org, range_from, range_to, listed);
    if keys <> '{}' then
        return query
        select v.contact_id, v.factor, v.factor * v.talk_s, case when v.factor > 0 then v.started_at end
          from (select -1::bigint as factor, a.*
                  from callintel_private.conversations(
                      org, range_from, range_to, 1::smallint, null, keys, true) a
                union all
                select 1, s.*
                  from callintel_private.conversations(
                      org, range_from, range_to, 1::smallint, listed, keys, true) s) v
         where v.contact_id is not null;
    end if;
end $$;
comment on function callintel_private.add_listed_contacts is
    'Returns the number of events by contact, with a sign, that listed contacts add to what a session sees.';

-- Returns the contacts of a range with the most events, as far as the session sees, and in a row without a contact the
-- numbers of all others. Contacts with fewer events than smallest_group are among the others.
create or replace function callintel_private.rank_contacts(
    range_from timestamptz, range_to timestamptz, most integer, asked callintel.figure_filter)
    returns table (contact_id uuid, events bigint, talk_s bigint, last_at timestamptz, is_exact boolean)
    language plpgsql stable security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off set enable_sort = off set jit = off as $$
declare
    verified  record := (select c from callintel_private.session_context c);
    org       uuid := verified.org_id;
    max_level smallint := verified.max_level;
    listed    uuid[] := case when verified.max_level = 1 then callintel_private.own_listings() else '{}' end;
    nil       uuid := callintel_private.nil();
    smallest  bigint := callintel.smallest_group();
    zone      text;
    days      tstzmultirange;
    starts    timestamptz[];
    rest      record; -- what is read from the events; of a contact without listed ones, it can be negative
    depth     integer := 16;
    bound     bigint;
    people    uuid[];
    top       record;
    sums      record;
begin
    if not callintel_private.has_day_cells(null, 'contact', asked) or not range_from < range_to or not most > 0 then
        return;
    end if;
    days := callintel_private.clean_days(org, range_from, range_to, false);
    zone := callintel_private.cell_zone(org);
    starts := array(select l.starts
                      from unnest(days) as d, callintel_private.local_days(lower(d), upper(d), zone) l);
    select coalesce(array_agg(r.contact_id), '{}') as contacts,
           coalesce(array_agg(r.events), '{}') as events,
           coalesce(array_agg(r.talk_s), '{}') as talk_s,
           coalesce(array_agg(r.last_at), '{}') as last_at,
           coalesce(array_agg(r.is_exact), '{}') as is_exact
      into rest
      from (select e.contact_id,
                   callintel_private.total(e.events) as events,
                   callintel_private.total(e.talk_s) as talk_s,
                   max(e.last_at) as last_at,
                   bool_and(e.last_at is not null) as is_exact
              from (select c.contact_id, c.events, c.talk_s, c.last_at
                      from callintel_private.compute_contacts(
                               org, tstzmultirange(tstzrange(range_from, range_to)) - days, 'UTC') c
                     where c.level <= max_level and c.contact_id <> nil
                    union all
                    select l.* from callintel_private.add_listed_contacts(org, range_from, range_to, listed) l) e
             group by 1) r;
    loop
        select coalesce(array_agg(distinct l.contact_id), '{}'),
               coalesce(callintel_private.total(l.events) filter (where l.place = depth), 0)
          into people, bound
          from (select f.contact_id, f.events, f.place
                  from unnest(starts) as s (day),
                       generate_series(1, max_level) as v (level),
                       lateral (select x.contact_id, x.events, row_number() over () as place
                                  from (select c.contact_id, c.events
                                          from callintel_private.contact_cells c
                                         where c.org_id = org and c.bucket = s.day and c.level = v.level::smallint
                                           and c.events > 0 and c.contact_id <> nil
                                         order by c.events desc
                                         limit depth) x) f
                union all
                select r.contact_id, r.events, row_number() over ()
                  from (select u.contact_id, u.events
                          from unnest(rest.contacts, rest.events) as u (contact_id, events)
                         where u.events > 0
                         order by u.events desc
                         limit depth) r) l;
        select coalesce(array_agg(t.contact_id), '{}') as contacts,
               coalesce(array_agg(t.events), '{}') as events,
               coalesce(array_agg(t.talk_s), '{}') as talk_s,
               coalesce(array_agg(t.last_at), '{}') as last_at,
               coalesce(array_agg(t.is_exact), '{}') as is_exact
          into top
          from (select p.contact_id,
                       coalesce(c.events, 0) + coalesce(r.events, 0) as events,
                       coalesce(c.talk_s, 0) + coalesce(r.talk_s, 0) as talk_s,
                       greatest(c.last_at, r.last_at) as last_at,
                       coalesce(c.is_exact, true) and coalesce(r.is_exact, true) as is_exact
                  from unnest(people) as p (contact_id)
                 cross join lateral (
                        select callintel_private.total(x.events) as events,
                               callintel_private.total(x.talk_s) as talk_s,
                               max(x.last_at) as last_at,
                               bool_and(x.last_at is not null) as is_exact
                          from callintel_private.contact_cells x
                         where x.org_id = org and x.contact_id = p.contact_id and x.bucket >= lower(days)
                           and x.bucket < upper(days) and x.level <= max_level and days @> x.bucket
                        offset 0) c
                  left join unnest(rest.contacts, rest.events, rest.talk_s, rest.last_at, rest.is_exact)
                         as r (contact_id, events, talk_s, last_at, is_exact) on r.contact_id = p.contact_id
                 where coalesce(c.events, 0) + coalesce(r.events, 0) >= smallest
                 order by 2 desc, 3 desc, 1
                 limit most) t;
        exit when bound < smallest or cardinality(top.contacts) = most and top.events[most] > bound;
        -- Where all contacts have about the same number, reading everything takes less time.
        if cardinality(people) > 1000 and listed = '{}' then
            select coalesce(array_agg(t.contact_id), '{}') as contacts,
                   coalesce(array_agg(t.events), '{}') as events,
                   coalesce(array_agg(t.talk_s), '{}') as talk_s,
                   coalesce(array_agg(t.last_at), '{}') as last_at,
                   coalesce(array_agg(t.is_exact), '{}') as is_exact
              into top
              from (select c.*
                      from callintel_private.count_contact_cells(range_from, range_to, asked) c
                     where c.events >= smallest
                     order by c.events desc, c.talk_s desc, c.contact_id
                     limit most) t;
            exit;
        end if;
        depth := depth * 2;
    end loop;
    return query
    select t.contact_id, t.events, t.talk_s, t.last_at, t.is_exact
      from unnest(top.contacts, top.events, top.talk_s, top.last_at, top.is_exact)
        as t (contact_id, events, talk_s, last_at, is_exact);
    -- The cells of the nil UUID count all contacts together.
    select coalesce(callintel_private.total(s.events), 0) as events,
           coalesce(callintel_private.total(s.talk_s), 0) as talk_s
      into sums
      from (select c.events, c.talk_s
              from (select lower(d) as starts, upper(d) as ends from unnest(days) as d offset 0) r,
                   lateral (select x.events, x.talk_s
                              from callintel_private.contact_cells x
                             where x.org_id = org and x.contact_id = nil and x.bucket >= r.starts
                               and x.bucket < r.ends and x.level <= max_level
                            offset 0) c
            union all
            select u.events, u.talk_s from unnest(rest.events, rest.talk_s) as u (events, talk_s)
            union all
            select -t.events, -t.talk_s from unnest(top.events, top.talk_s) as t (events, talk_s)) s;
    if sums.events <> 0 then
        return query select null::uuid, sums.events, sums.talk_s, null::timestamptz, true;
    end if;
end $$;
comment on function callintel_private.rank_contacts is
    'Returns the contacts that the session sees with the most events, and the numbers of all others together.';

grant execute on function callintel_private.rank_contacts to callintel_member;
reset role;
