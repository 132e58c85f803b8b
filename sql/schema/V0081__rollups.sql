-- purpose:    cells: counts of events by quarter of an hour and by day, so that figures do not have to read the events
-- locks:      none on existing tables
-- reversible: drop the tables; figures then read the events
-- Cells count the events of all contacts, so no role of an application reads them. A question adds the cells of buckets
-- without a mark to the events of marked ones, and subtracts events of contacts that are hidden from the session
-- (ADR 0040).

set role callintel_owner;

create table callintel_private.rollup_states (
    org_id        uuid        not null,
    day_zone      text        not null,
    recomputed_at timestamptz not null default now(),
    constraint rollup_states_org_id_pk primary key (org_id)
);
alter table callintel_private.rollup_states enable row level security;
alter table callintel_private.rollup_states force row level security;
comment on table callintel_private.rollup_states is
    'The orgs whose figures use cells. In such an org, a bucket without a mark and without cells has no events.';
comment on column callintel_private.rollup_states.day_zone is 'The time zone of the cells of days.';
comment on column callintel_private.rollup_states.recomputed_at is
    'When cells were computed last. Each computation writes it, so that a concurrent one with an older snapshot fails.';

create table callintel_private.event_cells (
    org_id    uuid        not null,
    is_day    boolean     not null,
    has_legs  boolean     not null,
    bucket    timestamptz not null,
    channel   smallint    not null,
    direction smallint    not null,
    outcome   smallint    not null,
    line_id   uuid        not null,
    events    bigint      not null,
    talk_s    bigint      not null,
    constraint event_cells_org_id_is_day_has_legs_bucket_pk
        primary key (org_id, is_day, has_legs, bucket, channel, direction, outcome, line_id)
);
alter table callintel_private.event_cells enable row level security;
alter table callintel_private.event_cells force row level security;
comment on table callintel_private.event_cells is
    'The number of conversations and messages that begin in a bucket, and their talk time. Computed from the events.';
comment on column callintel_private.event_cells.is_day is
    'Whether the bucket is a day of the zone in rollup_states; a quarter of an hour otherwise.';
comment on column callintel_private.event_cells.has_legs is
    'Whether the cell counts conversations that have a key, which also depend on events hours before and after the '
    'bucket; single events otherwise.';
comment on column callintel_private.event_cells.line_id is
    'Personal data (pseudonymous): the own line; the nil UUID stands for an unknown one.';

create table callintel_private.member_cells (
    org_id    uuid        not null,
    is_day    boolean     not null,
    has_legs  boolean     not null,
    bucket    timestamptz not null,
    member_id uuid        not null,
    channel   smallint    not null,
    direction smallint    not null,
    outcome   smallint    not null,
    events    bigint      not null,
    talk_s    bigint      not null,
    constraint member_cells_org_id_is_day_has_legs_bucket_pk
        primary key (org_id, is_day, has_legs, bucket, member_id, channel, direction, outcome)
);
alter table callintel_private.member_cells enable row level security;
alter table callintel_private.member_cells force row level security;
comment on table callintel_private.member_cells is 'The same numbers by member.';
comment on column callintel_private.member_cells.member_id is
    'Personal data (pseudonymous): the member; the nil UUID stands for none. A conversation belongs to the member of '
    'its best record: who answered, or else the first.';

reset role;
