-- purpose:    months whose events were dropped as a whole, by org, so that their cells are kept as they are
-- locks:      none on existing tables
-- reversible: drop the table; cells of dropped months are then computed from events that no longer exist, which is 0

set role callintel_owner;

create table callintel_private.dropped_months (
    org_id     uuid        not null,
    month      date        not null,
    events     bigint      not null,
    dropped_at timestamptz not null default now(),
    constraint dropped_months_org_id_month_pk primary key (org_id, month)
);
alter table callintel_private.dropped_months enable row level security;
alter table callintel_private.dropped_months force row level security;
comment on table callintel_private.dropped_months is
    'Months whose events were dropped, because all of them were older than their retention. Their cells are final: '
    'they are neither computed again nor compared with events (ADR 0053).';
comment on column callintel_private.dropped_months.month is 'The first day of the month, in UTC.';
comment on column callintel_private.dropped_months.events is
    'The number of events that were dropped. A month that was dropped again, after late records, has their sum.';

-- It has a further result now, and is created again after this file.
set role callintel_definer;
drop function if exists callintel_private.rollup_range(uuid);

reset role;
