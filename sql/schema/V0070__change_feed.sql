-- purpose:    the change feed: which quarters of an hour and which contacts each committed batch changed
-- locks:      none on existing tables
-- reversible: drop both tables; readers of the feed then have to read everything again

set role callintel_owner;

create table callintel_private.change_feed (
    org_id      uuid        not null,
    xact        bigint      not null default pg_current_xact_id()::text::bigint,
    seq         bigint      not null default (random() * 9007199254740991)::bigint,
    kind        smallint    not null,
    scope       smallint    not null,
    level       smallint    not null default 0,
    events      bigint,
    member_id   uuid,
    contact_id  uuid,
    range_from  timestamptz,
    range_to    timestamptz,
    recorded_at timestamptz not null default clock_timestamp(),
    constraint change_feed_org_id_xact_seq_pk primary key (org_id, xact, seq),
    constraint change_feed_kind_ck check (kind between 1 and 5),
    constraint change_feed_scope_ck check (scope between 0 and 3 and (scope <= 1 or member_id is not null)),
    constraint change_feed_level_ck check (level between 0 and 3 and (level < 2 or contact_id is not null)),
    constraint change_feed_events_ck check (events > 0),
    constraint change_feed_range_ck check ((range_from is null) = (range_to is null) and range_from < range_to)
);
alter table callintel_private.change_feed enable row level security;
alter table callintel_private.change_feed force row level security;
comment on table callintel_private.change_feed is
    'What each transaction changed, for readers that follow changes. kind: 1 inserted, 2 updated, 3 deleted, '
    '4 visibility changed, 5 keys shredded.';
comment on column callintel_private.change_feed.xact is
    'The id of the transaction. Readers take entries in this order, and only those of transactions below the oldest '
    'one in progress.';
comment on column callintel_private.change_feed.seq is
    'Random, so that gaps do not reveal how many entries of a transaction a reader cannot see.';
comment on column callintel_private.change_feed.scope is
    'Who reads the entry: 0 every member who reads events, 1 members who read all events, 2 those and the member of '
    'the entry, 3 only the member of the entry.';
comment on column callintel_private.change_feed.level is
    'The privacy level of the contact. Entries of restricted and hidden contacts name their contact, so no other entry '
    'counts their events.';
comment on column callintel_private.change_feed.events is
    'How many events; null if a contact among them is restricted or hidden since.';
comment on column callintel_private.change_feed.member_id is 'The member whose events these are.';
comment on column callintel_private.change_feed.contact_id is 'The only contact of these events, where it is known.';

create table callintel_private.feed_generations (
    only_row   boolean not null default true,
    generation bigint  not null,
    identity   text    not null,
    written_by bigint  not null default pg_current_xact_id()::text::bigint,
    trimmed_to bigint  not null default 0,
    constraint feed_generations_only_row_pk primary key (only_row),
    constraint feed_generations_only_row_ck check (only_row)
);
alter table callintel_private.feed_generations enable row level security;
alter table callintel_private.feed_generations force row level security;
comment on table callintel_private.feed_generations is
    'The generation of the change feed. A database that was restored, promoted or copied begins a new one, because its '
    'transaction ids do not continue those that readers remember. identity: server, database and timeline. written_by: '
    'the transaction that wrote the row, which differs from its xmin after a restore. trimmed_to: the highest '
    'transaction id of removed entries.';

reset role;
