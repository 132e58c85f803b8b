-- purpose: Realtime Broadcast: tells clients that are connected to Supabase that something changed
-- A message wakes a client, which then reads through PostgREST. It is sent at most once, by a scheduled call and not by
-- the transaction of the writer, and an error is a warning: the change feed is the truth (ADR 0055). Channels follow
-- the audiences of the feed:
--   callintel:<org>           every member who reads events: rights have changed
--   callintel:<org>:all       members who read all events
--   callintel:<org>:<member>  that member: own events
-- No message is about a restricted or hidden contact, because a channel is not checked again for each message.

set role callintel_owner;

-- The messages since the call before, for broadcast_changes only. A change of many events is one message a channel.
create or replace function callintel_private.take_broadcasts()
    returns table (topic text, event text, payload jsonb)
    language plpgsql volatile rows 100 security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    former  bigint;
    horizon bigint;
begin
    perform callintel_private.ensure_generation();
    -- A call that is in progress sends what this one would.
    select g.broadcast_to into former
      from callintel_private.feed_generations g where g.only_row for no key update skip locked;
    if not found then
        return;
    end if;
    -- As in read_changes: all transactions below the horizon have ended before the entries are read.
    horizon := pg_snapshot_xmin(pg_current_snapshot())::text::bigint;
    return query
    with recursive orgs as (
        (select f.org_id from callintel_private.change_feed f order by f.org_id limit 1)
        union all
        select (select f.org_id
                  from callintel_private.change_feed f
                 where f.org_id > o.org_id
                 order by f.org_id limit 1)
          from orgs o where o.org_id is not null
    )
    select c.channel,
           (array['inserted', 'updated', 'deleted', 'visibility_changed', 'keys_shredded'])[e.kind],
           jsonb_build_object('from', min(e.range_from), 'to', max(e.range_to))
      from orgs o
     cross join lateral (
           select f.* from callintel_private.change_feed f
            where f.org_id = o.org_id and f.xact >= former and f.xact < horizon and f.level < 2) e
     cross join lateral (
           select format('callintel:%s', e.org_id) where e.scope = 0
           union all
           select format('callintel:%s:all', e.org_id) where e.scope in (1, 2)
           union all
           select format('callintel:%s:%s', e.org_id, e.member_id) where e.scope in (2, 3)) c (channel)
     -- The first call begins here and does not send what happened before.
     where former > 0
     group by c.channel, e.kind
     order by c.channel, e.kind;
    if found or former = 0 then
        update callintel_private.feed_generations g
           set broadcast_to = horizon, written_by = pg_current_xact_id()::text::bigint
         where g.only_row;
    end if;
end $$;

-- With the rights of its caller, who is allowed to call realtime.send: postgres, as pg_cron runs it.
create or replace function callintel_supabase.broadcast_changes() returns bigint
    language plpgsql volatile
    set search_path = pg_catalog, pg_temp as $$
declare
    message record;
    sent    bigint := 0;
begin
    if to_regprocedure('realtime.send(jsonb, text, text, boolean)') is null then
        raise warning 'Changes are not broadcast: there is no function realtime.send(jsonb, text, text, boolean).';
        return 0;
    end if;
    for message in select b.topic, b.event, b.payload from callintel_private.take_broadcasts() b loop
        begin
            perform realtime.send(message.payload, message.event, message.topic, true);
            sent := sent + 1;
        exception when others then
            raise warning 'A change was not broadcast (SQLSTATE %).', sqlstate;
        end;
    end loop;
    return sent;
end $$;
comment on function callintel_supabase.broadcast_changes is
    'Broadcasts what changed since the call before to the private channels of Realtime, and returns the number of '
    'messages. Schedule it with pg_cron as postgres. Errors of Realtime are warnings, and their messages are lost.';
revoke all on function
    callintel_private.take_broadcasts,
    callintel_supabase.broadcast_changes
    from public, anon, authenticated, service_role;

reset role;
set role callintel_definer;

-- For the policy below. SQL that is injected into a request of PostgREST can change the claims, so a connection of
-- PostgREST receives nothing; Realtime has one of its own.
create or replace function callintel_supabase.may_receive(topic text) returns boolean
    language plpgsql stable security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    uuid_form constant text := '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';
    parts  constant text[] := regexp_match(may_receive.topic,
                                           format('^callintel:(%1$s)(?::(all|%1$s))?$', uuid_form));
    claims constant jsonb := nullif(current_setting('request.jwt.claims', true), '')::jsonb;
    member constant text := claims ->> 'sub';
begin
    if session_user = 'authenticator' or parts is null or claims ->> 'role' is distinct from 'authenticated'
       or (member ~* ('^' || uuid_form || '$')) is not true then
        return false;
    end if;
    return exists (select from callintel_private.org_roles r
                    where r.org_id = parts[1]::uuid and r.member_id = member::uuid
                      and r.permissions & 1 /* read_events */ = 1
                      and (parts[2] is null or parts[2] = r.member_id::text
                           or parts[2] = 'all' and r.permissions & 2 /* read_all_events */ = 2));
end $$;
comment on function callintel_supabase.may_receive is
    'Whether the user of a connection of Realtime may receive the broadcasts of a channel: members of the org, as far '
    'as their role reads events.';
revoke all on function callintel_supabase.may_receive from public, anon, authenticated, service_role;
grant execute on function callintel_supabase.may_receive to authenticated;

reset role;

do $$
declare
    installer constant text := current_user;
begin
    execute 'set local role callintel_owner';
    execute format('grant usage on schema callintel_supabase, callintel_private to %I', installer);
    execute format('grant execute on function callintel_private.take_broadcasts, callintel_supabase.broadcast_changes '
                   'to %I', installer);
    execute format('set local role %I', installer);
    if to_regclass('realtime.messages') is null or to_regprocedure('realtime.topic()') is null then
        return;
    end if;
    begin
        drop policy if exists "Members receive the changes of their org" on realtime.messages;
        create policy "Members receive the changes of their org" on realtime.messages
            for select to authenticated
            using (extension = 'broadcast' and callintel_supabase.may_receive((select realtime.topic())));
    exception when insufficient_privilege then
        raise warning 'The policy on realtime.messages was not created, so no client can join the private channels of '
                      'CallIntel. Create it as the owner of that table.';
    end;
end $$;
