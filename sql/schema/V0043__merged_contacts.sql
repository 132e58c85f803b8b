-- purpose:    contacts that stand for the same person can be merged, and split again
-- locks:      access exclusive on the tables for the moment of adding columns; share on contacts for the index
-- reversible: split all merged contacts, then drop the columns
-- Rows keep the contact that they belonged to before (ADR 0036).

set role callintel_owner;

alter table callintel_private.contacts           add column merged_into uuid,
                                                 add column rule_before jsonb;
alter table callintel_private.contact_numbers    add column merged_from uuid;
alter table callintel_private.contact_profiles   add column copied_from uuid;
alter table callintel_private.events             add column merged_from uuid;
alter table callintel_private.misplaced_events   add column merged_from uuid;
alter table callintel_private.event_participants add column merged_from uuid;

alter table callintel_private.contacts add constraint contacts_merged_into_ck check (merged_into <> id);
create index contacts_org_id_merged_into_idx on callintel_private.contacts (org_id, merged_into, id)
    where merged_into is not null;
create index contacts_org_id_id_merged_idx on callintel_private.contacts (org_id, id) include (merged_into)
    where merged_into is not null;

comment on column callintel_private.contacts.merged_into is
    'Personal data (pseudonymous): the contact that stands for this one, if the two were merged; null otherwise. That '
    'contact is never merged itself.';
comment on column callintel_private.contacts.rule_before is
    'The privacy rule that the contact had before it was merged with others, to combine and to restore: an empty '
    'object if it had none; null while the contact is not merged with others.';
comment on column callintel_private.contact_numbers.merged_from is
    'Personal data (pseudonymous): the merged contact that the number belongs to; null if that is contact_id.';
comment on column callintel_private.contact_profiles.copied_from is
    'Personal data (pseudonymous): the merged contact whose name was copied; null if the name was set.';
comment on column callintel_private.events.merged_from is
    'Personal data (pseudonymous): the merged contact that the event belongs to; null if that is contact_id.';
comment on column callintel_private.event_participants.merged_from is
    'Personal data (pseudonymous): the merged contact that the participant is; null if that is party_id.';

-- Returns one more column from now on.
set role callintel_definer;
drop function if exists callintel_private.writable(uuid, uuid[]);

reset role;
