-- purpose:    top contacts are found by the first entries of each day, without reading all cells by contact; cells by
--             contact tell calls and messages apart
-- locks:      access exclusive on contact_cells while the indexes are built; cells are not computed meanwhile
-- reversible: drop the indexes and the column, delete the rows of the nil UUID, then apply the former functions again
-- The format of cells is raised, so every org computes all cells after this file.

set role callintel_owner;

alter table callintel_private.contact_cells add column messages bigint not null default 0;
comment on column callintel_private.contact_cells.messages is 'How many of the events are messages (SMS or MMS).';

create index contact_cells_org_id_bucket_level_events_idx
    on callintel_private.contact_cells (org_id, bucket, level, events desc) include (contact_id);
create index contact_cells_org_id_contact_id_bucket_idx
    on callintel_private.contact_cells (org_id, contact_id, bucket) include (level, events, messages, talk_s, last_at);
comment on column callintel_private.contact_cells.contact_id is
    'Personal data (pseudonymous): the contact; the nil UUID stands for all contacts together.';

-- They have a further parameter or result now, and are created again after this file.
set role callintel_definer;
drop function if exists
    callintel_private.compute_contacts(uuid, tstzmultirange, text),
    callintel_private.seen_keys(timestamptz, timestamptz, callintel.figure_filter),
    callintel_private.count_seen(timestamptz, timestamptz, text, text, text, callintel.figure_filter);

reset role;
