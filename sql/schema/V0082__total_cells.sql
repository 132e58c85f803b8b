-- purpose:    cells without the dimensions that most questions do not ask for, by quarter of an hour, hour and day, so
--             that totals are read from few rows; and the type of the filter that figures take
-- locks:      access exclusive on rollup_states for the moment of adding a column with a constant default
-- reversible: drop the table, the column and the type, then apply the functions of the former version again
-- Cells of the former format do not include totals. Their orgs are answered from the events until rebuild_rollups has
-- marked all days, which the next run of "callintel rollups refresh" does.

set role callintel_owner;

create table callintel_private.total_cells (
    org_id    uuid        not null,
    grain     smallint    not null,
    has_legs  boolean     not null,
    bucket    timestamptz not null,
    channel   smallint    not null,
    direction smallint    not null,
    events    bigint      not null,
    answered  bigint      not null,
    missed    bigint      not null,
    talk_s    bigint      not null,
    constraint total_cells_org_id_grain_has_legs_bucket_pk
        primary key (org_id, grain, has_legs, bucket, channel, direction),
    constraint total_cells_grain_ck check (grain between 1 and 3)
);
alter table callintel_private.total_cells enable row level security;
alter table callintel_private.total_cells force row level security;
comment on table callintel_private.total_cells is
    'The numbers of event_cells without outcomes and lines, by quarter of an hour, by hour of UTC and by day.';
comment on column callintel_private.total_cells.grain is
    '1 a quarter of an hour, 2 an hour of UTC, 3 a day of the zone in rollup_states';
comment on column callintel_private.total_cells.answered is 'The number with the outcome answered or delivered.';
comment on column callintel_private.total_cells.missed is
    'The number with the outcomes missed, busy, failed and rejected.';

alter table callintel_private.rollup_states add column format smallint not null default 1;
comment on column callintel_private.rollup_states.format is
    'Which cells the org has; cells are used only if it is the one of the installed functions.';

-- What a figure counts. A null counts everything.
create type callintel.figure_filter as (
    channel    smallint,
    direction  smallint,
    outcome    smallint,
    member_id  uuid,
    team_id    uuid,
    line_id    uuid,
    contact_id uuid,
    source_id  uuid,
    in_hours   boolean
);
comment on type callintel.figure_filter is
    'Which calls and messages a figure counts; null is any. in_hours: whether they begin within business hours.';
grant usage on type callintel.figure_filter to callintel_definer, callintel_member, callintel_app;

-- Functions that have further parameters or results now. They are created again after this file.
set role callintel_definer;
drop function if exists
    callintel_private.count_cells(timestamptz, timestamptz, text, text, boolean, boolean),
    callintel_private.count_member_cells(timestamptz, timestamptz),
    callintel_private.has_cells(text, text),
    callintel_private.session_cell_zone(),
    callintel_private.find_sources(uuid, timestamptz, timestamptz, text, text),
    callintel_private.cell_ranges(tstzmultirange, tstzmultirange, tstzmultirange, tstzmultirange),
    callintel_private.subtract_hidden(uuid, timestamptz, timestamptz, smallint, uuid[]),
    callintel_private.conversations(uuid, timestamptz, timestamptz, smallint, uuid[], uuid[], boolean);
set role callintel_member;
drop function if exists
    callintel.count_events(timestamptz, timestamptz, text, text),
    callintel.count_events_by_hour(timestamptz, timestamptz, text),
    callintel.count_events_by_contact(timestamptz, timestamptz, integer),
    callintel.count_unanswered_calls(timestamptz, timestamptz, text),
    callintel.measure_response_times(timestamptz, timestamptz),
    callintel.count_calls(timestamptz, timestamptz, text, text),
    callintel.count_by_member(timestamptz, timestamptz),
    callintel.count_by_line(timestamptz, timestamptz);

reset role;
