-- purpose:    no event is stored with a time that figures have no days for, or that hosts cannot read
-- locks:      access exclusive on the default partition of events, event_details and event_participants, which are
--             scanned once for rows to repair
-- reversible: drop the constraints; events that were moved stay in misplaced_events

set role callintel_owner;

-- Monthly partitions have a check of their own. Whoever may ingest could store an event of any year in the default
-- partition. One event in the year 10000 marked millions of days, and the maintenance of all orgs computed the cells of
-- these days before it went on to the next org.
alter table callintel_private.events_default no force row level security;
with moved as (
    delete from callintel_private.events_default e
     where e.occurred_at < '1980-01-01 00:00Z' or e.occurred_at >= '2100-01-01 00:00Z'
    returning e.*
)
insert into callintel_private.misplaced_events
select p.* from moved m, lateral jsonb_populate_record(
    null::callintel_private.misplaced_events,
    to_jsonb(m) || jsonb_build_object('quarantined_at', now())) p;
alter table callintel_private.events_default force row level security;
alter table callintel_private.events_default add constraint events_default_occurred_at_ck
    check (occurred_at >= '1980-01-01 00:00Z' and occurred_at < '2100-01-01 00:00Z') not valid;

-- The calendar of .NET ends with the year 9999, so nobody could read a page with a later time. Nothing is newer than
-- infinity, so such a record could not be corrected.
alter table callintel_private.event_details no force row level security;
update callintel_private.event_details d set modified_at = null
 where d.modified_at < '0001-01-01 00:00Z' or d.modified_at >= '10000-01-01 00:00Z';
alter table callintel_private.event_details force row level security;
alter table callintel_private.event_details add constraint event_details_modified_at_ck
    check (modified_at >= '0001-01-01 00:00Z' and modified_at < '10000-01-01 00:00Z') not valid;

alter table callintel_private.event_participants no force row level security;
update callintel_private.event_participants p set started_at = null
 where p.started_at < '0001-01-01 00:00Z' or p.started_at >= '10000-01-01 00:00Z';
alter table callintel_private.event_participants force row level security;
alter table callintel_private.event_participants add constraint event_participants_started_at_ck
    check (started_at >= '0001-01-01 00:00Z' and started_at < '10000-01-01 00:00Z') not valid;

reset role;
