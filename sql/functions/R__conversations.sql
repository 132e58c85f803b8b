-- purpose: which records are one call. Figures count the conversations that these functions return, and beside them the
--          events without a conversation key, each of which is a conversation of its own.
-- docs/adr/0035-conversations.md has the reasons.

set role callintel_definer;

-- A record that begins this long after the previous record with the same key begins another conversation. Some sources
-- use an id again, for example after a restart of a telephone system.
create or replace function callintel_private.conversation_gap() returns interval
    language sql immutable parallel safe as $$ select interval '4 hours' $$;

-- The order in which an outcome decides how a conversation ended, from 1; outcomes are numbered from 0. Answered is
-- first, then sent, busy, rejected, failed, missed, blocked and unknown.
create or replace function callintel_private.outcome_place(outcome smallint) returns integer
    language sql immutable parallel safe as $$ select ('{8,1,6,3,5,4,7,2}'::integer[])[outcome + 1] $$;

create or replace function callintel_private.outcome_at(place integer) returns smallint
    language sql immutable parallel safe as $$ select ('{1,7,3,5,4,2,6,0}'::smallint[])[place] $$;

-- Returns when calls that were offered to the member were answered by anybody. A member who sees only their own events
-- sees that their telephone rang, and would count a call that a colleague answered as missed. Returns nothing to
-- members who see all events.
create or replace function callintel_private.answers_to_own_calls(lowest uuid, ending uuid)
    returns table (conversation_key uuid, answered_at timestamptz)
    language plpgsql stable rows 10 security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    verified record := (select c from callintel_private.session_context c);
    org      uuid := verified.org_id;
begin
    if verified.permissions & 2 /* read_all_events */ = 2 then
        return;
    end if;
    return query
    select a.conversation_key, a.occurred_at
      from (select distinct e.conversation_key
              from callintel_private.events e
             where e.org_id = org and e.member_id = verified.member_id and e.id >= any (array[lowest])
               and e.id < ending and e.conversation_key is not null) k,
           lateral (select x.*
                      from callintel_private.events x
                     where x.org_id = org and x.conversation_key = k.conversation_key
                       and x.id >= any (array[lowest]) and x.id < ending
                    offset 0) a
     where a.channel = 1 and a.outcome = 1 and a.member_id is distinct from verified.member_id
       and a.level <= verified.max_level;
end $$;
comment on function callintel_private.answers_to_own_calls is
    'Returns when calls with a record of the session''s member were answered by somebody else; for sessions that see '
    'only the events of their own member.';

-- The longest conversation: records that begin later than this after its first record are not counted. So a
-- conversation depends only on events from conversation_gap before its start to this long after it.
create or replace function callintel_private.conversation_span() returns interval
    language sql immutable parallel safe as $$ select interval '24 hours' $$;

-- Whether the contact of an event is hidden from a session that sees contacts up to a level and the listed ones.
create or replace function callintel_private.is_hidden(
    level smallint, contact uuid, max_level smallint, listed uuid[]) returns boolean
    language sql immutable parallel safe as $$
    select level >= 2 and level > max_level and not (level = 2 and coalesce(contact = any (listed), false))
$$;

-- Returns the conversations with a key that begin in a range: from the events that the policies let the calling role
-- see, or, where hidden_above is not null, only from those of contacts that are hidden from a session with this level
-- and list. only_keys limits the conversations to some keys, and then seen asks for those of all others than the hidden
-- contacts. A conversation has the start, the direction and the contact of its first record, and the line of the first
-- record that has one. Its channel is the call if it has one: a voicemail belongs to its call, and does not make it an
-- answered one. Its member is that of the best record. Its talk time is that of its records together, but not more than
-- the time from the first to the end of the last, because the records of a transfer overlap.
create or replace function callintel_private.conversations(
    org uuid,
    range_from timestamptz,
    range_to timestamptz,
    hidden_above smallint,
    listed uuid[],
    only_keys uuid[] default null,
    seen boolean default false)
    returns table (
        started_at timestamptz,
        channel smallint,
        direction smallint,
        outcome smallint,
        contact_id uuid,
        talk_s bigint,
        line_id uuid,
        member_id uuid,
        source_id uuid)
    language plpgsql stable
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set enable_sort = on set jit = off as $$
declare
    gap    interval := callintel_private.conversation_gap();
    -- A conversation that begins in the range may go on after it.
    span   interval := callintel_private.conversation_span();
    lowest uuid := callintel_private.lowest_id(range_from - gap);
    ending uuid := callintel_private.lowest_id(range_to + span);
begin
    if only_keys is null
       and not exists (select from callintel_private.events e
                        where e.org_id = org and e.id >= lowest and e.id < ending
                          and e.conversation_key is not null) then
        return;
    end if;
    return query
    -- Each call executes one of the three scans: the others have a condition without a column that is false.
    with source as (
        select e.*
          from callintel_private.events e
         where only_keys is null and hidden_above is null
           and e.org_id = org and e.id >= lowest and e.id < ending and e.conversation_key is not null
        union all
        select e.*
          from callintel_private.events e
         where only_keys is null and hidden_above is not null
           and e.org_id = org and e.id >= lowest and e.id < ending and e.conversation_key is not null
           and e.level >= 2 and callintel_private.is_hidden(e.level, e.contact_id, hidden_above, listed)
        union all
        -- One look for each key. With "any (only_keys)", a generic plan reads all conversations of the range. So does
        -- one with "id >= lowest": two bounds of one column are planned as a very small range, for which the index of
        -- ids looks as good as that of keys. As an array, the lower bound is planned by itself.
        select e.*
          from unnest(only_keys) as k (key),
               lateral (select x.*
                          from callintel_private.events x
                         where x.org_id = org and x.conversation_key = k.key and x.id >= any (array[lowest])
                           and x.id < ending
                        offset 0) e
         where only_keys is not null
           and (hidden_above is null
                or callintel_private.is_hidden(e.level, e.contact_id, hidden_above, listed) <> seen)
    ), placed as (
        select e.conversation_key,
               e.id,
               e.occurred_at,
               e.channel,
               e.direction,
               e.contact_id,
               e.line_id,
               e.member_id,
               e.source_id,
               e.duration_s,
               callintel_private.outcome_place(e.outcome) as place,
               coalesce(e.occurred_at > lag(e.occurred_at) over same_key + gap, true) as begins
          from source e
        window same_key as (partition by e.conversation_key order by e.occurred_at, e.id)
    ), numbered as (
        -- The start of the conversation, which is later for each one with the same key.
        select p.*, max(p.occurred_at) filter (where p.begins) over (
                        partition by p.conversation_key order by p.occurred_at, p.id) as first_at
          from placed p
    ), grouped as (
        select n.conversation_key,
               min(n.occurred_at) as started_at,
               max(n.occurred_at) as last_at,
               min(n.channel) as channel,
               min(n.direction) filter (where n.begins) as direction,
               case when min(n.channel) = 1 then min(n.place) filter (where n.channel = 1)
                    else min(n.place) end as place,
               (array_agg(n.contact_id order by n.occurred_at, n.id) filter (where n.contact_id is not null))[1]
                   as contact_id,
               (array_agg(n.line_id order by n.occurred_at, n.id) filter (where n.line_id is not null))[1] as line_id,
               (array_agg(n.member_id order by n.channel, n.place, n.occurred_at, n.id)
                   filter (where n.member_id is not null))[1] as member_id,
               -- All records of a key have one source.
               (array_agg(n.source_id))[1] as source_id,
               sum(n.duration_s) filter (where n.channel = 1) as call_s,
               sum(n.duration_s) as all_s,
               ceil(extract(epoch from max(n.occurred_at + n.duration_s * interval '1 second')
                                       - min(n.occurred_at) filter (where n.duration_s > 0))) as span_s
          from numbered n
         where n.occurred_at < n.first_at + span
         group by n.conversation_key, n.first_at
    )
    select g.started_at,
           g.channel,
           g.direction,
           case when g.channel = 1 and g.place > 1
                 and exists (select from callintel_private.answers_to_own_calls(lowest, ending) a
                              where hidden_above is null and a.conversation_key = g.conversation_key
                                and a.answered_at between g.started_at - gap and g.last_at + gap) then 1::smallint
                else callintel_private.outcome_at(g.place) end,
           g.contact_id,
           least(coalesce(case when g.channel = 1 then g.call_s else g.all_s end, 0), coalesce(g.span_s, 0))::bigint,
           g.line_id,
           g.member_id,
           g.source_id
      from grouped g
     where g.started_at >= range_from and g.started_at < range_to;
end $$;
comment on function callintel_private.conversations is
    'Returns the conversations with several records, or whose source reports an id of the call, that begin in a range.';

grant execute on function
    callintel_private.conversation_gap,
    callintel_private.conversation_span,
    callintel_private.is_hidden,
    callintel_private.outcome_place,
    callintel_private.outcome_at,
    callintel_private.answers_to_own_calls,
    callintel_private.conversations
    to callintel_member;

-- Used by former versions of the package.
drop function if exists callintel_private.conversations(uuid, timestamptz, timestamptz, smallint, uuid[]);
reset role;
