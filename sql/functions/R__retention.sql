-- purpose: deleting events that are older than the retention of their contact or of the org
-- Contacts under a legal hold and contacts of open requests keep their events: what a person asked for may not be
-- deleted before the answer. An event of several people is kept by each of them, whoever its contact is.

set role callintel_owner;
grant update (retention_days) on callintel_private.orgs to callintel_definer;
reset role;
set role callintel_definer;

-- The contacts whose events retention leaves alone, with those that they are merged with.
create or replace function callintel_private.spared_contacts(org uuid, out held uuid[], out requested uuid[])
    language plpgsql stable as $$
begin
    held := array(select distinct g
                    from callintel_private.legal_holds h,
                         unnest(callintel_private.merged_group(org, h.contact_id)) g
                   where h.org_id = org and h.released_at is null);
    requested := array(select distinct g
                         from callintel_private.subject_requests r
                         join callintel_private.subject_request_contacts c
                           on c.org_id = org and c.request_id = r.request_id,
                              unnest(callintel_private.merged_group(org, c.contact_id)) g
                        where r.org_id = org and r.closed_at is null);
end $$;

-- The ids of at most so many events that are due. A contact's own retention replaces that of the org. Rules of former
-- versions can have any number of days; more than 36,500 would end before the calendar of PostgreSQL begins.
create or replace function callintel_private.due_events(org uuid, spared uuid[], maximum integer) returns uuid[]
    language plpgsql stable as $$
declare
    days integer := (select o.retention_days from callintel_private.orgs o where o.org_id = org);
    due  uuid[];
begin
    due := array(
        select e.id
          from callintel_private.privacy_rules r
         cross join lateral (select x.id from callintel_private.events x
                              where x.org_id = org and x.contact_id = r.contact_id
                                and x.id < callintel_private.lowest_id(
                                               now() - make_interval(days => least(r.retention_days, 36500)))
                                and (spared = '{}'
                                     or not exists (select from callintel_private.event_participants p
                                                     where p.org_id = org and p.event_id = x.id
                                                       and p.party_id = any (spared)))
                              limit maximum) e
         where r.org_id = org and r.retention_days is not null and r.contact_id <> all (spared)
         limit maximum);
    if days is not null and cardinality(due) < maximum then
        due := due || array(
            select e.id
              from callintel_private.events e
             where e.org_id = org and e.id < callintel_private.lowest_id(now() - make_interval(days => days))
               and (e.contact_id is null
                    or e.contact_id <> all (spared)
                       and not exists (select from callintel_private.privacy_rules r
                                        where r.org_id = org and r.contact_id = e.contact_id
                                          and r.retention_days is not null))
               and (spared = '{}'
                    or not exists (select from callintel_private.event_participants p
                                    where p.org_id = org and p.event_id = e.id and p.party_id = any (spared)))
             order by e.id limit maximum - cardinality(due));
    end if;
    return due;
end $$;

create or replace function callintel.set_retention(days integer) returns void
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    org uuid := callintel_private.lock_erasures();
begin
    if days not between 1 and 36500 then
        raise exception 'The retention is out of range.'
            using errcode = 'CI381', hint = 'Pass 1 to 36,500 days, or null to keep events without a limit.';
    end if;
    update callintel_private.orgs o
       set retention_days = days
     where o.org_id = org and o.retention_days is distinct from days;
    if found then
        perform callintel_private.audit('set retention', 'orgs', 1, null, coalesce(days::text, 'none'));
    end if;
end $$;
comment on function callintel.set_retention is
    'Sets after how many days events are deleted whose contact has no retention of its own; null: never. Nothing is '
    'deleted before retention runs.';

create or replace function callintel.report_retention(
    out days integer,
    out due bigint,
    out held bigint,
    out requested bigint,
    out oldest timestamptz)
    language plpgsql stable security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    org       uuid := callintel_private.require(256 /* manage_privacy */);
    max_level smallint := (select c.max_level from callintel_private.session_context c);
    spared    record := callintel_private.spared_contacts(org);
begin
    days := (select o.retention_days from callintel_private.orgs o where o.org_id = org);
    select count(*) filter (where not x.is_held and not x.is_requested),
           count(*) filter (where x.is_held),
           count(*) filter (where x.is_requested and not x.is_held),
           -- The moment of an event of a hidden contact stays hidden, as in figures.
           min(x.occurred_at) filter (where not x.is_held and not x.is_requested and x.level <= max_level)
      into due, held, requested, oldest
      from (select e.occurred_at,
                   e.level,
                   coalesce(e.contact_id = any (spared.held), false)
                   or spared.held <> '{}'
                      and exists (select from callintel_private.event_participants p
                                   where p.org_id = org and p.event_id = e.id
                                     and p.party_id = any (spared.held)) as is_held,
                   coalesce(e.contact_id = any (spared.requested), false)
                   or spared.requested <> '{}'
                      and exists (select from callintel_private.event_participants p
                                   where p.org_id = org and p.event_id = e.id
                                     and p.party_id = any (spared.requested)) as is_requested
              from callintel_private.events e
              left join callintel_private.privacy_rules r on r.org_id = org and r.contact_id = e.contact_id
             where e.org_id = org
               and e.id < callintel_private.lowest_id(now() - make_interval(
                              days => least(coalesce(r.retention_days, report_retention.days), 36500)))) x;
end $$;
comment on function callintel.report_retention is
    'Counts the events that retention would delete now, and those that legal holds and open requests keep. Deletes '
    'nothing.';

create or replace function callintel.apply_retention(maximum integer, out deleted bigint, out is_last boolean)
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off set client_min_messages = notice as $$
declare
    org    uuid := callintel_private.lock_erasures();
    spared record := callintel_private.spared_contacts(org);
    bound  integer := least(greatest(maximum, 1), 5000);
begin
    deleted := callintel_private.delete_subject_events(
        org,
        null,
        callintel_private.due_events(org, spared.held || spared.requested, bound));
    is_last := deleted < bound;
    if deleted > 0 then
        perform callintel_private.audit('expire', 'events', deleted);
    end if;
end $$;
comment on function callintel.apply_retention is
    'Deletes at most so many events that are older than their retention, with everything that belongs to them. Repeat '
    'it until is_last.';

create or replace function callintel.enqueue_retention() returns uuid
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    org uuid := callintel_private.require(256 /* manage_privacy */);
begin
    return callintel_private.enqueue_job('apply_retention', 'org');
end $$;
comment on function callintel.enqueue_retention is
    'Lets a worker apply the retention of the org now and then once a day. Returns the id of the job.';

grant execute on function
    callintel.set_retention,
    callintel.report_retention,
    callintel.apply_retention,
    callintel.enqueue_retention
    to callintel_app;
reset role;
