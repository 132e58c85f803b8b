-- purpose:    an event whose id and time differ cannot enter a monthly partition, and cannot stop the maintenance of
--             partitions
-- locks:      share row exclusive on the default partition of events while the check is added; it is not verified for
--             existing rows
-- reversible: drop the constraint and the table

set role callintel_owner;

-- Monthly partitions have a check on occurred_at of their own, so they refuse an id of another month. Events of months
-- without a partition are stored in the default partition, where no check compared the two. An id contains the
-- milliseconds in its first 48 bits; the tolerance is for rounding.
alter table callintel_private.events_default add constraint events_default_id_ck check (
    abs((((((get_byte(uuid_send(id), 0)::bigint * 256
             + get_byte(uuid_send(id), 1)) * 256
            + get_byte(uuid_send(id), 2)) * 256
           + get_byte(uuid_send(id), 3)) * 256
          + get_byte(uuid_send(id), 4)) * 256
         + get_byte(uuid_send(id), 5))
        - date_part('epoch', occurred_at) * 1000) < 2) not valid;

create table callintel_private.misplaced_events (like callintel_private.events including defaults including comments);
alter table callintel_private.misplaced_events
    enable row level security,
    force row level security,
    add column quarantined_at timestamptz not null default now(),
    add constraint misplaced_events_org_id_id_pk primary key (org_id, id);
alter table callintel_private.misplaced_events alter column external_id set statistics 0;
comment on table callintel_private.misplaced_events is
    'Events that ensure_partitions found with a time outside of the month of their id. Operations repair or delete '
    'them.';

reset role;
