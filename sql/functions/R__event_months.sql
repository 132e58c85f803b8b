-- purpose: dropping months of events of which every event is older than its retention. callintel_ops calls these
--          functions, one month in a transaction
-- The functions of callintel_definer look at one org at a time, in a context of that org. The month is dropped only if
-- no org objects: its retention and those of its contacts allow it, no legal hold and no open request needs an event,
-- and the cells of the month are computed, because they are final from then on (ADR 0053).

set role callintel_definer;

-- What of a month is derived from an event and stored outside of the partitions of the month. An event that is stored
-- already is left alone. Returns the number of events.
create or replace function callintel_private.clear_month(org uuid, month date) returns bigint
    language plpgsql volatile security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off set client_min_messages = notice as $$
declare
    lowest uuid := callintel.first_id(month::timestamptz);
    ending uuid := callintel.first_id(month::timestamptz + interval '1 month');
    number bigint;
begin
    perform callintel_private.enter_org(org);
    number := (select count(*) from callintel_private.events e
                where e.org_id = org and e.id >= lowest and e.id < ending);
    delete from callintel_private.event_lexemes l
     where l.org_id = org and l.event_id >= lowest and l.event_id < ending;
    delete from callintel_private.event_embeddings e
     where e.org_id = org and e.event_id >= lowest and e.event_id < ending;
    delete from callintel_private.event_embedding_states s
     using (select m.model from callintel_private.embedding_models m where m.org_id = org) m
     where s.org_id = org and s.model = m.model and s.event_id >= lowest and s.event_id < ending;
    delete from callintel_private.event_keys k
     where k.org_id = org and k.event_id >= lowest and k.event_id < ending;
    return number;
end $$;
comment on function callintel_private.clear_month is
    'Deletes the words, vectors and keys of all events of an org in a month; returns the number of these events.';

-- Why an org keeps a month: 1 it has no retention, 2 an event is not due, 3 a legal hold, 4 an open request, 5 cells
-- are not computed; 0 if nothing keeps it, and null if the org has no event in it. events is the number of events of a
-- month that nothing keeps.
create or replace function callintel_private.check_month(
    org uuid, month date, with_cells boolean, out reason smallint, out events bigint)
    language plpgsql volatile security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off set client_min_messages = notice as $$
declare
    starts timestamptz := month::timestamptz;
    ends   timestamptz := month::timestamptz + interval '1 month';
    lowest uuid := callintel.first_id(month::timestamptz);
    ending uuid := callintel.first_id(month::timestamptz + interval '1 month');
    days   integer;
    spared record;
begin
    perform callintel_private.enter_org(org);
    if not exists (select from callintel_private.events e
                    where e.org_id = org and e.id >= lowest and e.id < ending) then
        return;
    end if;
    days := (select o.retention_days from callintel_private.orgs o where o.org_id = org);
    spared := callintel_private.spared_contacts(org);
    reason := case
        when days is null then 1
        when ends > now() - make_interval(days => days)
          or exists (select from callintel_private.privacy_rules r
                      cross join lateral (
                            select from callintel_private.events e
                             where e.org_id = org and e.contact_id = r.contact_id and e.id >= lowest and e.id < ending
                               and e.id >= callintel_private.lowest_id(
                                               now() - make_interval(days => least(r.retention_days, 36500)))
                             limit 1) x
                      where r.org_id = org and r.retention_days is not null
                        and ends > now() - make_interval(days => least(r.retention_days, 36500))) then 2
        when exists (select from unnest(spared.held) as c (contact)
                      cross join lateral (
                            select from callintel_private.events e
                             where e.org_id = org and e.contact_id = c.contact and e.id >= lowest and e.id < ending
                             limit 1) x)
          or exists (select from callintel_private.event_participants p
                      where p.org_id = org and p.party_id = any (spared.held)
                        and p.event_id >= lowest and p.event_id < ending) then 3
        when exists (select from unnest(spared.requested) as c (contact)
                      cross join lateral (
                            select from callintel_private.events e
                             where e.org_id = org and e.contact_id = c.contact and e.id >= lowest and e.id < ending
                             limit 1) x)
          or exists (select from callintel_private.event_participants p
                      where p.org_id = org and p.party_id = any (spared.requested)
                        and p.event_id >= lowest and p.event_id < ending) then 4
        -- Three days more at both ends than the month, because cells depend on events up to 52 hours away.
        when with_cells
         and (callintel_private.cell_zone(org) is null
              or exists (select from callintel_private.dirty_buckets d
                          where d.org_id = org and d.bucket >= starts - interval '3 days'
                            and d.bucket < ends + interval '3 days')) then 5
        else 0 end;
    if reason = 0 then
        events := (select count(*) from callintel_private.events e
                    where e.org_id = org and e.id >= lowest and e.id < ending);
    end if;
end $$;
comment on function callintel_private.check_month is
    'Returns why an org keeps a month of events, or their number if nothing keeps them.';

-- Files the drop of a month. Cells by contact are data about a person and go with the events; the other cells stay. The
-- quarters of an hour before and after the month are marked, because the cells by contact of the days at both ends have
-- to be computed again.
create or replace function callintel_private.close_month(org uuid, month date, events bigint) returns void
    language plpgsql volatile security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    starts timestamptz := month::timestamptz;
    ends   timestamptz := month::timestamptz + interval '1 month';
    lowest uuid := callintel.first_id(month::timestamptz);
    ending uuid := callintel.first_id(month::timestamptz + interval '1 month');
begin
    perform callintel_private.enter_org(org);
    insert into callintel_private.dropped_months as d (org_id, month, events)
    values (org, close_month.month, close_month.events)
        on conflict on constraint dropped_months_org_id_month_pk
        do update set events = d.events + excluded.events, dropped_at = excluded.dropped_at;
    delete from callintel_private.contact_cells c
     where c.org_id = org and c.bucket >= starts and c.bucket < ends;
    -- A worker may have indexed an event between clear_month and the locks.
    delete from callintel_private.event_lexemes l
     where l.org_id = org and l.event_id >= lowest and l.event_id < ending;
    delete from callintel_private.event_embeddings e
     where e.org_id = org and e.event_id >= lowest and e.event_id < ending;
    perform callintel_private.add_marks(
        org, array[starts - interval '15 minutes', ends], array[false, false]);
    insert into callintel_private.change_feed (org_id, kind, scope) values (org, 4, 0);
    perform callintel_private.audit('expire', 'events', events, null, to_char(month, 'YYYY-MM'));
end $$;
comment on function callintel_private.close_month is
    'Files that the events of an org in a month are dropped, and deletes its cells by contact.';

-- Returns the dropped months of the session's org.
create or replace function callintel.read_dropped_months()
    returns table (month date, events bigint, dropped_at timestamptz)
    language plpgsql stable rows 20 security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    org uuid := callintel_private.require(256 /* manage_privacy */);
begin
    return query
    select d.month, d.events, d.dropped_at
      from callintel_private.dropped_months d
     where d.org_id = org
     order by d.month;
end $$;
comment on function callintel.read_dropped_months is
    'Returns the months whose events were dropped by retention, to sessions with the permission ManagePrivacy. Figures '
    'of these months are final.';

grant execute on function
    callintel_private.clear_month,
    callintel_private.check_month,
    callintel_private.close_month
    to callintel_owner;
grant execute on function callintel.read_dropped_months to callintel_app;

reset role;
set role callintel_owner;

-- The months with partitions that are older than the shortest retention of an org. Others need not be looked at.
create or replace function callintel.list_expired_months() returns setof date
    language plpgsql stable rows 50 security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    days integer := (select min(o.retention_days) from callintel_private.orgs o);
begin
    return query
    select m.month
      from pg_class c
      join pg_inherits i on i.inhrelid = c.oid
     cross join lateral (select to_date(right(c.relname, 7), 'YYYY_MM') as month) m
     where i.inhparent = 'callintel_private.events'::regclass and c.relname ~ '^events_\d{4}_\d\d$'
       and m.month::timestamptz + interval '1 month' <= now() - make_interval(days => days)
     order by m.month;
end $$;
comment on function callintel.list_expired_months is
    'Returns the months with partitions of events that are older than the shortest retention of an org.';

-- Drops a month of events. outcome: 1 dropped, 2 due (of a dry run), 3 kept by an org, 4 busy: a lock was not available
-- or somebody wrote into the month. The numbers of orgs say which of them keep it and why.
-- Everything that can take long happens before the tables are locked. Each lock is waited for 0.2 seconds, so a writer
-- that waits meanwhile never finds a deadlock (deadlock_timeout is 1 second), and readers wait for a moment only.
create or replace function callintel.drop_event_month(
    month date,
    dry_run boolean,
    out outcome smallint,
    out events bigint,
    out orgs integer,
    out without_retention integer,
    out not_due integer,
    out held integer,
    out requested integer,
    out not_computed integer)
    language plpgsql volatile security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off set lock_timeout = '200ms' as $$
declare
    suffix  text := to_char(month, '"_"YYYY"_"MM');
    reasons integer[] := '{0,0,0,0,0}'; -- by the number of the reason
    people  uuid[] := '{}';
    numbers bigint[] := '{}';
    present uuid[];
    org     uuid;
    checked record;
    parent  text;
begin
    if month is null or dry_run is null or month <> date_trunc('month', month)::date
       or month::timestamptz + interval '1 month' > now()
       or to_regclass('callintel_private.events' || suffix) is null then
        raise exception 'There is no month of events that begins on this day and is over.'
            using errcode = 'CI009', hint = 'Pass a day that callintel.list_expired_months returns.';
    end if;
    events := 0;
    orgs := 0;
    without_retention := 0;
    not_due := 0;
    held := 0;
    requested := 0;
    not_computed := 0;
    if not pg_try_advisory_xact_lock(1128875849 /* package */, 1 /* partitions */) then
        outcome := 4;
        return;
    end if;
    for org in select o.org_id from callintel_private.orgs o order by o.org_id loop
        checked := callintel_private.check_month(org, month, not dry_run);
        if checked.reason = 0 then
            people := people || org;
            numbers := numbers || checked.events;
        elsif checked.reason > 0 then
            reasons[checked.reason] := reasons[checked.reason] + 1;
        end if;
    end loop;
    orgs := cardinality(people);
    events := coalesce((select sum(n) from unnest(numbers) n), 0);
    without_retention := reasons[1];
    not_due := reasons[2];
    held := reasons[3];
    requested := reasons[4];
    not_computed := reasons[5];
    if without_retention + not_due + held + requested + not_computed > 0 then
        outcome := 3;
        return;
    end if;
    if dry_run then
        outcome := 2;
        return;
    end if;
    begin
        for place in 1 .. orgs loop
            if callintel_private.clear_month(people[place], month) <> numbers[place] then
                raise lock_not_available;
            end if;
        end loop;
        -- Only the parents: whoever uses a partition has a lock on its parent.
        lock table only
            callintel_private.events,
            only callintel_private.event_contents,
            only callintel_private.event_details,
            only callintel_private.event_parts,
            only callintel_private.event_participants
            in access exclusive mode;
        -- What was written since is looked for under the locks. An org that wrote its first event has to be found too.
        execute format('alter table callintel_private.%I no force row level security', 'events' || suffix);
        execute format(
            'with recursive found as ('
            '(select e.org_id from callintel_private.%1$I e order by e.org_id limit 1) union all '
            'select (select e.org_id from callintel_private.%1$I e where e.org_id > f.org_id order by e.org_id limit 1)'
            ' from found f where f.org_id is not null) '
            'select coalesce(array_agg(f.org_id order by f.org_id), ''{}'') from found f where f.org_id is not null',
            'events' || suffix) into present;
        if present <> people then
            raise lock_not_available;
        end if;
        for place in 1 .. orgs loop
            checked := callintel_private.check_month(people[place], month, true);
            if checked.reason <> 0 or checked.events <> numbers[place] then
                raise lock_not_available;
            end if;
            perform callintel_private.close_month(people[place], month, numbers[place]);
        end loop;
        foreach parent in array
            array['event_participants', 'event_parts', 'event_details', 'event_contents', 'events'] loop
            execute format('drop table if exists callintel_private.%I', parent || suffix);
        end loop;
        outcome := 1;
    exception when lock_not_available or deadlock_detected then
        outcome := 4;
    end;
end $$;
comment on function callintel.drop_event_month is
    'Drops the partitions of a month of events if the retention of every org allows it and no legal hold or open '
    'request needs an event; returns the outcome, the number of events and orgs, and how many orgs keep it and why. A '
    'dry run drops nothing.';

grant execute on function callintel.list_expired_months, callintel.drop_event_month to callintel_ops;

reset role;
