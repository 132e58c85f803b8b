-- purpose:    cells by contact and cells of waiting times, by day in the home zone, for top contacts, unanswered calls
--             and response times
-- locks:      none on existing tables
-- reversible: drop the tables; these figures then read the events
-- The format of cells was raised with the level of cells (V0150), so every org computes all cells after this file.

set role callintel_owner;

create table callintel_private.contact_cells (
    org_id     uuid        not null,
    bucket     timestamptz not null,
    contact_id uuid        not null,
    level      smallint    not null,
    events     bigint      not null,
    talk_s     bigint      not null,
    last_at    timestamptz,
    constraint contact_cells_org_id_bucket_contact_id_pk
        primary key (org_id, bucket, contact_id, level) include (events, talk_s, last_at),
    constraint contact_cells_level_ck check (level between 1 and 3)
);
alter table callintel_private.contact_cells enable row level security;
alter table callintel_private.contact_cells force row level security;
comment on table callintel_private.contact_cells is
    'The number of conversations and messages with a contact that begin on a day of the zone in rollup_states, and '
    'their talk time. Computed from the events.';
comment on column callintel_private.contact_cells.level is
    'A session that sees contacts up to a level sees the sum of the cells up to it.';
comment on column callintel_private.contact_cells.last_at is
    'The start of the last one; null if a cell takes away from those of lower levels, so that the last one is found in '
    'the events.';

create table callintel_private.wait_cells (
    org_id  uuid        not null,
    kind    smallint    not null,
    bucket  timestamptz not null,
    channel smallint    not null,
    level   smallint    not null,
    wait_s  integer     not null,
    events  bigint      not null,
    constraint wait_cells_org_id_kind_bucket_pk
        primary key (org_id, kind, bucket, channel, level, wait_s) include (events),
    constraint wait_cells_kind_ck check (kind between 1 and 3),
    constraint wait_cells_level_ck check (level between 1 and 3)
);
alter table callintel_private.wait_cells enable row level security;
alter table callintel_private.wait_cells force row level security;
comment on table callintel_private.wait_cells is
    'How long contacts waited, by day of the zone in rollup_states. Computed from the events.';
comment on column callintel_private.wait_cells.kind is
    '1 messages until they are answered, 2 unanswered calls until they are returned, 3 the same by whole hours for '
    'calls of contacts above the level, without times';
comment on column callintel_private.wait_cells.wait_s is
    'The time in seconds, rounded (rounded_wait); -1 if it did not end within 24 hours, -2 for an answered call.';

reset role;
