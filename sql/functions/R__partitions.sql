-- purpose: monthly partitions of events, of the tables that belong to them, of audit_log and of access_log

set role callintel_owner;

-- Returns the smallest UUID of a moment: 48 bits of milliseconds, then zeros. The time is converted to UTC first,
-- because extract from a timestamptz is only stable and PostgreSQL would not inline the function, which costs a tenth
-- of the time to read a page.
create or replace function callintel.first_id(moment timestamptz) returns uuid
    language sql immutable parallel safe as $$
    select rpad(lpad(to_hex(floor(extract(epoch from moment at time zone 'UTC') * 1000)::bigint), 12, '0'),
                32,
                '0')::uuid
$$;
comment on function callintel.first_id is
    'Returns the smallest id that an event of this moment can have. A time range is a range of these ids.';
grant execute on function callintel.first_id to callintel_app, callintel_definer, callintel_member, callintel_ops;

-- The same for the bounds of a range: ids start in 1970 and end with the calendar, so a moment beyond that becomes the
-- first or the last id.
create or replace function callintel_private.lowest_id(moment timestamptz) returns uuid
    language sql immutable parallel safe as $$
    select callintel.first_id(least(greatest(moment, timestamptz '1970-01-01 00:00:00+00'),
                                    timestamptz '9999-12-31 00:00:00+00'))
$$;
grant execute on function callintel_private.lowest_id to callintel_definer, callintel_member;

grant insert, select on callintel_private.misplaced_events to callintel_ops;
drop policy if exists "Maintenance quarantines and reads events" on callintel_private.misplaced_events;
create policy "Maintenance quarantines and reads events" on callintel_private.misplaced_events
    for all to callintel_owner
    using (org_id is not null) with check (org_id is not null);
comment on policy "Maintenance quarantines and reads events" on callintel_private.misplaced_events is
    'For ensure_partitions and operations; no session sees these events.';

-- Locks tables of the package for a change of their partitions: all of them or none. A lock is waited for 0.1 seconds
-- and given up with the others, so a session that has read one of the tables and waits for another finds no deadlock
-- (deadlock_timeout is 1 second), and statements that queue behind the lock wait for a moment only.
create or replace function callintel_private.lock_tables(updated text[], excluded text[]) returns void
    language plpgsql volatile
    set search_path = pg_catalog, pg_temp set lock_timeout = '100ms' as $$
declare
    name text;
begin
    for attempt in 1 .. 60 loop
        begin
            foreach name in array updated loop
                execute format('lock table only callintel_private.%I in share update exclusive mode', name);
            end loop;
            foreach name in array excluded loop
                execute format('lock table only callintel_private.%I in access exclusive mode', name);
            end loop;
            return;
        exception when lock_not_available or deadlock_detected then
            perform pg_sleep(least(0.02 * attempt, 0.5));
        end;
    end loop;
    raise exception 'The tables are in use by other sessions all the time, so their partitions cannot be changed.'
        using errcode = '55P03', hint = 'Try again when fewer long transactions are in progress.';
end $$;

-- Months that have a partition are left alone, so the function may run as often as needed. Rows in the default
-- partition move to the month they belong to. An event whose time is not in the month of its id moves to
-- misplaced_events, because it must not stop the maintenance of all orgs.
create or replace function callintel.ensure_partitions(first_month date, last_month date) returns integer
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    incomplete text[];
    month      timestamptz;
    next       timestamptz;
    parent     text;
    key        text;
    partition  text;
    unread     text;
    misplaced  bigint;
    made       integer := 0;
begin
    if last_month < first_month or last_month > first_month + interval '20 years' then
        raise exception 'The range of months is empty or longer than 20 years.'
            using errcode = 'CI009', hint = 'Pass the first and the last month of a shorter range.';
    end if;
    perform pg_advisory_xact_lock(1128875849 /* package */, 1 /* partitions */);
    incomplete := array(
        select p.parent
          from unnest(array['events', 'event_contents', 'event_details', 'event_parts', 'event_participants',
                            'audit_log', 'access_log']) with ordinality as p (parent, place)
         where exists (select from generate_series(date_trunc('month', first_month::timestamp),
                                                   last_month::timestamp,
                                                   interval '1 month') as m (month)
                        where to_regclass('callintel_private.' || p.parent || to_char(m.month, '"_"YYYY"_"MM')) is null)
         order by p.place);
    perform callintel_private.lock_tables(incomplete, array(select i || '_default' from unnest(incomplete) i));
    for month in
        select generate_series(date_trunc('month', first_month::timestamp), last_month::timestamp, interval '1 month')
               at time zone 'UTC'
    loop
        next := (month at time zone 'UTC' + interval '1 month') at time zone 'UTC';
        foreach parent in array incomplete loop
            key := case when parent like 'event\_%' then 'event_id' else 'id' end;
            partition := parent || to_char(month at time zone 'UTC', '"_"YYYY"_"MM');
            continue when to_regclass('callintel_private.' || partition) is not null;

            execute format('create table callintel_private.%I '
                           '(like callintel_private.%I including defaults including constraints)',
                           partition, parent);
            -- As in the parent table: statistics of text and ciphertext would show values of all orgs.
            for unread in select a.attname from pg_attribute a
                           where a.attrelid = to_regclass('callintel_private.' || parent) and a.attnum > 0
                             and a.attstattarget = 0 loop
                execute format('alter table callintel_private.%I alter column %I set statistics 0', partition, unread);
            end loop;
            execute format('alter table callintel_private.%I no force row level security', parent || '_default');
            -- Lets a filter on occurred_at alone exclude the partition.
            if parent = 'events' then
                execute format(
                    'alter table callintel_private.%I add constraint %I check (occurred_at >= %L and occurred_at < %L)',
                    partition,
                    partition || '_occurred_at_ck',
                    month,
                    next);
                with moved as (
                    delete from callintel_private.events_default e
                     where e.id >= callintel.first_id(month) and e.id < callintel.first_id(next)
                       and (e.occurred_at < month or e.occurred_at >= next)
                    returning e.*
                )
                -- By name, because the columns of the two tables are in another order.
                insert into callintel_private.misplaced_events
                select p.* from moved m, lateral jsonb_populate_record(
                    null::callintel_private.misplaced_events,
                    to_jsonb(m) || jsonb_build_object('quarantined_at', now())) p;
                get diagnostics misplaced = row_count;
                if misplaced > 0 then
                    raise warning '% events of % have a time outside of the month of their id. They were moved to '
                                  'callintel_private.misplaced_events.',
                                  misplaced, partition;
                end if;
            end if;
            execute format('with moved as (delete from callintel_private.%I where %I >= %L and %I < %L returning *) '
                           'insert into callintel_private.%I select * from moved',
                parent || '_default', key, callintel.first_id(month), key, callintel.first_id(next), partition);
            execute format('alter table callintel_private.%I force row level security', parent || '_default');
            execute format('alter table callintel_private.%I enable row level security', partition);
            execute format('alter table callintel_private.%I force row level security', partition);
            execute format(
                'alter table callintel_private.%I attach partition callintel_private.%I for values from (%L) to (%L)',
                parent,
                partition,
                callintel.first_id(month),
                callintel.first_id(next));
            -- pg_dump reads each partition by itself.
            perform callintel_private.open_for_backup(to_regclass('callintel_private.' || partition));
            perform callintel_private.attach_audit_triggers(to_regclass('callintel_private.' || partition));
            execute format('comment on table callintel_private.%I is %L', partition, 'One month of ' || parent || '.');
            made := made + 1;
        end loop;
    end loop;
    return made;
end $$;
comment on function callintel.ensure_partitions is
    'Creates the missing monthly partitions from the first to the last month; returns how many it created.';
grant execute on function callintel.ensure_partitions to callintel_ops;

reset role;
