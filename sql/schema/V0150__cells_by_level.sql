-- purpose:    cells by privacy level, so that what a session sees is a sum of cells, and no event of a hidden contact
--             is read to answer a question
-- locks:      access exclusive on the tables of cells, whose keys are built again; figures wait meanwhile
-- reversible: delete cells above level 1 and of hidden events, drop the columns, then apply the former functions again
-- Cells of the former format count all contacts in level 1. Their orgs are answered from the events until
-- rebuild_rollups has marked all days, which the next run of "callintel rollups refresh" does.

set role callintel_owner;

alter table callintel_private.total_cells
    add column level     smallint not null default 1,
    add column of_hidden boolean  not null default false,
    drop constraint total_cells_org_id_grain_has_legs_bucket_pk,
    add constraint total_cells_org_id_of_hidden_grain_has_legs_bucket_pk
        primary key (org_id, of_hidden, grain, has_legs, bucket, channel, direction, level),
    add constraint total_cells_level_ck check (level between 1 and 3);
comment on column callintel_private.total_cells.level is
    'A session that sees contacts up to a level sees the sum of the cells up to it. With of_hidden: the level above '
    'which contacts are hidden.';
comment on column callintel_private.total_cells.of_hidden is
    'Whether the cell counts what sessions do not see: by hour of UTC and by day, the number only.';

alter table callintel_private.event_cells
    add column level smallint not null default 1,
    drop constraint event_cells_org_id_is_day_has_legs_bucket_pk,
    add constraint event_cells_org_id_is_day_has_legs_bucket_pk
        primary key (org_id, is_day, has_legs, bucket, channel, direction, outcome, line_id, level),
    add constraint event_cells_level_ck check (level between 1 and 3);
comment on column callintel_private.event_cells.level is
    'A session that sees contacts up to a level sees the sum of the cells up to it. What it sees of a conversation can '
    'be less than what a lower one sees, so a cell can be negative.';

alter table callintel_private.member_cells
    add column level smallint not null default 1,
    drop constraint member_cells_org_id_is_day_has_legs_bucket_pk,
    add constraint member_cells_org_id_is_day_has_legs_bucket_pk
        primary key (org_id, is_day, has_legs, bucket, member_id, channel, direction, outcome, level),
    add constraint member_cells_level_ck check (level between 1 and 3);
comment on column callintel_private.member_cells.level is 'The same as in event_cells.';

-- Functions that have further parameters or results now, or another name. They are created again after this file.
set role callintel_definer;
drop function if exists
    callintel_private.compute_cells(uuid, tstzmultirange, tstzmultirange),
    callintel_private.subtract_hidden(uuid, tstzmultirange, smallint, uuid[]);

reset role;
