-- purpose:    each row that belongs to a contact has the privacy level of the contact, so that a policy compares two
--             small numbers instead of looking up contacts
-- locks:      access exclusive on the tables for the moment of adding columns; writes to rows of contacts under a rule
-- reversible: drop the columns, then apply the policies of the former version again
-- A trigger of privacy_rules keeps the levels right, under the merge lock of the org (ADR 0032).

set role callintel_owner;

alter table callintel_private.contacts           add column level smallint not null default 0;
alter table callintel_private.events             add column level smallint not null default 0;
alter table callintel_private.event_contents     add column level smallint not null default 0,
                                                 add column sealed_for uuid;
alter table callintel_private.event_details      add column level smallint not null default 0;
alter table callintel_private.event_parts        add column level smallint not null default 0,
                                                 add column sealed_for uuid;
alter table callintel_private.event_participants add column level smallint not null default 0,
                                                 add column party_level smallint not null default 0;
alter table callintel_private.event_embeddings   add column level smallint not null default 0;

comment on column callintel_private.contacts.level is 'The level of the contact''s privacy rule; 0 without one.';
comment on column callintel_private.events.level is 'The level of the contact''s privacy rule; 0 without one.';
comment on column callintel_private.event_contents.level is
    'The level by which the content is read: the higher one of the event''s contact and of the contact whose key '
    'protects the content, but 1 if either has level 1.';
comment on column callintel_private.event_contents.sealed_for is
    'The contact whose key protects some of the content, if the event has another contact now; null otherwise.';
comment on column callintel_private.event_details.level is 'The level of the event.';
comment on column callintel_private.event_parts.level is
    'The level by which the reference is read: the higher one of the event''s contact and of the contact whose key '
    'protects the reference, but 1 if either has level 1.';
comment on column callintel_private.event_parts.sealed_for is
    'The contact whose key protects the reference, if the event has another contact now; null otherwise.';
comment on column callintel_private.event_participants.level is 'The level of the event.';
comment on column callintel_private.event_participants.party_level is
    'The level of the participant''s privacy rule; 0 without one.';
comment on column callintel_private.event_embeddings.level is 'The level of the content.';

-- Rows of contacts that already have a rule. Without "force", policies do not apply to the owner; no policy exists at
-- this point.
alter table callintel_private.privacy_rules      no force row level security;
alter table callintel_private.contacts           no force row level security;
alter table callintel_private.events             no force row level security;
alter table callintel_private.event_contents     no force row level security;
alter table callintel_private.event_details      no force row level security;
alter table callintel_private.event_parts        no force row level security;
alter table callintel_private.event_participants no force row level security;
alter table callintel_private.event_embeddings   no force row level security;
update callintel_private.contacts c set level = r.level
  from callintel_private.privacy_rules r where r.org_id = c.org_id and r.contact_id = c.id and r.level > 0;
update callintel_private.events c set level = r.level
  from callintel_private.privacy_rules r where r.org_id = c.org_id and r.contact_id = c.contact_id and r.level > 0;
update callintel_private.event_contents c set level = r.level
  from callintel_private.privacy_rules r where r.org_id = c.org_id and r.contact_id = c.contact_id and r.level > 0;
update callintel_private.event_details c set level = r.level
  from callintel_private.privacy_rules r where r.org_id = c.org_id and r.contact_id = c.contact_id and r.level > 0;
update callintel_private.event_parts c set level = r.level
  from callintel_private.privacy_rules r where r.org_id = c.org_id and r.contact_id = c.contact_id and r.level > 0;
update callintel_private.event_participants c set level = r.level
  from callintel_private.privacy_rules r where r.org_id = c.org_id and r.contact_id = c.contact_id and r.level > 0;
update callintel_private.event_participants c set party_level = r.level
  from callintel_private.privacy_rules r where r.org_id = c.org_id and r.contact_id = c.party_id and r.level > 0;
update callintel_private.event_embeddings c set level = r.level
  from callintel_private.privacy_rules r where r.org_id = c.org_id and r.contact_id = c.contact_id and r.level > 0;
alter table callintel_private.privacy_rules      force row level security;
alter table callintel_private.contacts           force row level security;
alter table callintel_private.events             force row level security;
alter table callintel_private.event_contents     force row level security;
alter table callintel_private.event_details      force row level security;
alter table callintel_private.event_parts        force row level security;
alter table callintel_private.event_participants force row level security;
alter table callintel_private.event_embeddings   force row level security;

-- For counting the events of restricted and hidden contacts in a range, which are few.
create index events_org_id_id_restricted_idx on callintel_private.events (org_id, id) where level >= 2;

-- For finding the rows of a contact whose rule changes.
create index event_contents_org_id_sealed_for_idx on callintel_private.event_contents (org_id, sealed_for)
    where sealed_for is not null;
create index event_parts_org_id_sealed_for_idx on callintel_private.event_parts (org_id, sealed_for)
    where sealed_for is not null;
create index event_participants_org_id_party_id_idx on callintel_private.event_participants (org_id, party_id)
    where party_id is not null;

-- Values that were computed from the highest level of an org are not needed any more.
drop trigger if exists rules_inserted on callintel_private.privacy_rules;
drop trigger if exists rules_updated on callintel_private.privacy_rules;
drop trigger if exists rules_deleted on callintel_private.privacy_rules;
drop trigger if exists set_permissions on callintel_private.org_roles;
alter table callintel_private.orgs drop column strictest_rule;
comment on column callintel_private.org_roles.permissions is 'The permission bits of the role. A trigger updates them.';

-- The number of the lock that orders the writes of an org. It is random, so that pg_locks does not show which org is
-- writing.
alter table callintel_private.orgs add column lock_number integer not null
    default (100000000 + floor(random() * 899999999))::integer;
alter table callintel_private.orgs add constraint orgs_lock_number_ck
    check (lock_number between 100000000 and 999999999);
comment on column callintel_private.orgs.lock_number is
    'The number of the advisory lock that orders the writes of the org. It has nine digits, so that it has a fixed '
    'place in a context.';
alter table callintel_private.org_roles add column lock_number integer not null default 100000000;
comment on column callintel_private.org_roles.lock_number is
    'A copy of the org''s lock number, read with the role at the start of a transaction.';

set role callintel_definer;
drop function if exists callintel_private.set_strictest_rule(), callintel_private.narrow_context(uuid, smallint),
    callintel_private.permissions_of(smallint, smallint), callintel_private.openness(smallint);
drop function if exists
    callintel_private.take_back(uuid, uuid, text, uuid),
    callintel_private.move_corrected(uuid, uuid, text),
    callintel_private.update_events(uuid,
                                    uuid,
                                    text,
                                    uuid[]), callintel_private.merge_contents(uuid, uuid, text, uuid[]),
    callintel_private.merge_staged(uuid, uuid, text, uuid, boolean), callintel_private.writable(uuid, uuid[]);
drop function if exists callintel.get_or_create_data_keys(
    text[],
    uuid[],
    bigint[],
    bigint[],
    bytea[],
    integer[],
    bytea[]),
    callintel.reserve_key_uses(bytea, bigint, bigint), callintel.fetch_data_keys(bytea[]),
    callintel.read_outdated_data_keys(integer, bytea, integer);

reset role;
