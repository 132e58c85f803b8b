-- purpose:    events: one row for each call, message or voicemail. Metadata only; the content is in event_contents.
-- locks:      none on existing tables
-- reversible: drop the table
-- The id is a deterministic, time-ordered UUID (version 8): 48 bits with the milliseconds of occurred_at, then a hash
-- of source and external id. A record that is imported again has the same id, so the primary key is the only unique
-- index. Each month is a range of ids.
-- The table has no foreign keys and no row triggers. Only functions of the package write it, and they take the org from
-- the verified context.

set role callintel_owner;

create table callintel.events (
    org_id             uuid        not null,
    id                 uuid        not null,
    occurred_at        timestamptz not null,
    source_id          uuid        not null,
    contact_id         uuid,
    member_id          uuid,
    duration_s         integer,
    channel            smallint    not null,
    direction          smallint    not null,
    outcome            smallint    not null,
    utc_offset_minutes smallint,
    external_id        text,
    constraint events_org_id_id_pk primary key (org_id, id),
    constraint events_channel_ck check (channel between 1 and 4),
    constraint events_direction_ck check (direction between 1 and 2),
    constraint events_outcome_ck check (outcome between 0 and 7),
    constraint events_duration_s_ck check (duration_s >= 0)
) partition by range (id);
alter table callintel.events enable row level security;
alter table callintel.events force row level security;

create index events_org_id_contact_id_id_idx on callintel.events (org_id, contact_id, id);
create index events_org_id_member_id_id_idx on callintel.events (org_id, member_id, id);

create table callintel.events_default partition of callintel.events default;
alter table callintel.events_default enable row level security;
alter table callintel.events_default force row level security;

comment on table callintel.events is
    'One row for each call, SMS, MMS or voicemail. Partitioned by the month of the id.';
comment on table callintel.events_default is
    'Events of months without a partition; callintel.ensure_partitions moves them into one.';
comment on column callintel.events.channel is '1 call, 2 SMS, 3 MMS, 4 voicemail';
comment on column callintel.events.direction is '1 inbound, 2 outbound';
comment on column callintel.events.outcome is
    '0 unknown, 1 answered or delivered, 2 missed, 3 busy, 4 failed, 5 rejected, 6 blocked, 7 sent';
comment on column callintel.events.occurred_at is 'When the event began, by the clock of the source, in UTC.';
comment on column callintel.events.utc_offset_minutes is
    'The offset of the source''s local time at that moment; null if the source did not report it.';
comment on column callintel.events.contact_id is
    'Personal data (pseudonymous): the other party; null if the number was withheld.';
comment on column callintel.events.member_id is 'The member whose line was used.';
comment on column callintel.events.external_id is 'The source''s own id of the record.';

reset role;
