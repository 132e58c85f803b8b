-- purpose:    a fourth key of an org: event ids of records without an id of their own are digests made with it
-- locks:      access exclusive on callintel_private.org_keys while its few rows are checked
-- reversible: delete the keys of kind 4 and restore the check; records that are imported again would then be stored a
--             second time

set role callintel_owner;

alter table callintel_private.org_keys
    drop constraint org_keys_kind_ck,
    add constraint org_keys_kind_ck check (kind between 1 and 4),
    -- With another key, every record that is imported again would get another id.
    add constraint org_keys_event_id_ck check (kind <> 4 or (version = 1 and state = 1));

comment on table callintel_private.org_keys is
    'Keys of orgs, wrapped by a root key that is not in the database. kind: 1 wraps data keys, and its versions are '
    'the epochs; 2 blind indexes; 3 suppression list; 4 event ids, with a single version that does not change. state: '
    '1 active, 2 decrypt only, 3 retired, 4 destroyed.';

reset role;
