-- purpose:    who and where of an org as data: its own telephone lines, names of members, teams, business hours and the
--             time zone of the org
-- locks:      access exclusive on orgs for the moment of adding a column; share row exclusive on org_roles for the
--             foreign keys
-- reversible: drop the tables and the column

set role callintel_owner;

alter table callintel_private.orgs add column home_zone text;
comment on column callintel_private.orgs.home_zone is
    'The IANA time zone that business hours and holidays are in; null until they are set.';

-- The id is a keyed digest of the number, so that ingestion finds the line of an event without reading this table.
-- Without a foreign key to org_roles: it would have to write nulls, which a database that is sharded by org cannot do.
-- set_member_role removes members who leave.
create table callintel_private.lines (
    org_id     uuid        not null,
    line_id    uuid        not null,
    member_id  uuid,
    created_at timestamptz not null default now(),
    retired_at timestamptz,
    constraint lines_org_id_line_id_pk primary key (org_id, line_id),
    constraint lines_org_id_fk foreign key (org_id) references callintel_private.orgs (org_id)
);
alter table callintel_private.lines enable row level security;
alter table callintel_private.lines force row level security;
create index lines_org_id_member_id_idx on callintel_private.lines (org_id, member_id) where member_id is not null;
comment on table callintel_private.lines is
    'The telephone lines of the org itself. Several lines can belong to one member.';
comment on column callintel_private.lines.line_id is
    'Personal data (pseudonymous): a digest of the number with a key of the org. Events refer to it.';
comment on column callintel_private.lines.member_id is
    'Personal data (pseudonymous): the member whose line it is; null if it is shared or the member left the org.';
comment on column callintel_private.lines.retired_at is
    'Since when the line is not in use; null while it is. Its events stay.';

-- A table of its own, because row-level security cannot hide columns: every role that reads events sees the lines, and
-- only roles that read content see numbers.
create table callintel_private.line_profiles (
    org_id     uuid               not null,
    line_id    uuid               not null,
    number     callintel.envelope not null,
    label      callintel.envelope,
    updated_at timestamptz        not null default now(),
    constraint line_profiles_org_id_line_id_pk primary key (org_id, line_id),
    constraint line_profiles_org_id_line_id_fk foreign key (org_id, line_id)
        references callintel_private.lines (org_id, line_id)
);
alter table callintel_private.line_profiles enable row level security;
alter table callintel_private.line_profiles force row level security;
comment on table callintel_private.line_profiles is 'The numbers and labels of the lines of the org, encrypted.';
comment on column callintel_private.line_profiles.number is
    'Personal data (protected): the number of the line, encrypted.';
comment on column callintel_private.line_profiles.label is
    'Personal data (protected): what people call the line, encrypted. It can contain the name of a person.';

-- Without a foreign key to org_roles: figures over older events need the name of a member who left the org.
create table callintel_private.member_profiles (
    org_id       uuid               not null,
    member_id    uuid               not null,
    display_name callintel.envelope not null,
    updated_at   timestamptz        not null default now(),
    constraint member_profiles_org_id_member_id_pk primary key (org_id, member_id),
    constraint member_profiles_org_id_fk foreign key (org_id) references callintel_private.orgs (org_id)
);
alter table callintel_private.member_profiles enable row level security;
alter table callintel_private.member_profiles force row level security;
comment on table callintel_private.member_profiles is 'The display names of members, encrypted.';
comment on column callintel_private.member_profiles.member_id is 'Personal data (pseudonymous): the member.';
comment on column callintel_private.member_profiles.display_name is 'Personal data (protected): the name, encrypted.';

create table callintel_private.teams (
    org_id     uuid        not null,
    team_id    uuid        not null,
    name       text        collate "C" not null,
    created_at timestamptz not null default now(),
    constraint teams_org_id_team_id_pk primary key (org_id, team_id),
    constraint teams_org_id_name_uq unique (org_id, name),
    constraint teams_org_id_fk foreign key (org_id) references callintel_private.orgs (org_id),
    constraint teams_name_ck check (name <> '')
);
alter table callintel_private.teams enable row level security;
alter table callintel_private.teams force row level security;
comment on table callintel_private.teams is 'The teams of the org. Their names are not encrypted.';

create table callintel_private.team_members (
    org_id    uuid        not null,
    team_id   uuid        not null,
    member_id uuid        not null,
    added_at  timestamptz not null default now(),
    constraint team_members_org_id_team_id_member_id_pk primary key (org_id, team_id, member_id),
    constraint team_members_org_id_team_id_fk foreign key (org_id, team_id)
        references callintel_private.teams (org_id, team_id) on delete cascade,
    constraint team_members_org_id_member_id_fk foreign key (org_id, member_id)
        references callintel_private.org_roles (org_id, member_id) on delete cascade
);
alter table callintel_private.team_members enable row level security;
alter table callintel_private.team_members force row level security;
create index team_members_org_id_member_id_idx on callintel_private.team_members (org_id, member_id);
comment on table callintel_private.team_members is
    'Who belongs to which team. A member can belong to several teams, and leaves all of them with the org.';
comment on column callintel_private.team_members.member_id is 'Personal data (pseudonymous): the member.';

create table callintel_private.business_hours (
    org_id  uuid     not null,
    weekday smallint not null,
    opens   time     not null,
    closes  time     not null,
    constraint business_hours_org_id_weekday_opens_pk primary key (org_id, weekday, opens),
    constraint business_hours_org_id_fk foreign key (org_id) references callintel_private.orgs (org_id),
    constraint business_hours_weekday_ck check (weekday between 0 and 6),
    constraint business_hours_closes_ck check (opens < closes)
);
alter table callintel_private.business_hours enable row level security;
alter table callintel_private.business_hours force row level security;
comment on table callintel_private.business_hours is
    'When the org is open, in its home zone. weekday: 0 is Sunday, as in extract(dow from ...). An interval contains '
    'the time at which it opens, and not the time at which it closes; 24:00 is the end of the day. An interval over '
    'midnight is stored as two.';

create table callintel_private.holidays (
    org_id uuid not null,
    day    date not null,
    constraint holidays_org_id_day_pk primary key (org_id, day),
    constraint holidays_org_id_fk foreign key (org_id) references callintel_private.orgs (org_id)
);
alter table callintel_private.holidays enable row level security;
alter table callintel_private.holidays force row level security;
comment on table callintel_private.holidays is 'Days on which the org is closed all day, in its home zone.';

reset role;
