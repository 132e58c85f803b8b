-- purpose:    two more keys of an org: of the hashes that recognize suppressed numbers, with a single version, and of
--             signatures
-- locks:      access exclusive on callintel_private.org_keys while its few rows are checked
-- reversible: delete the keys of the kinds 3 and 5 and restore the checks; suppressed numbers would be stored again

set role callintel_owner;

alter table callintel_private.org_keys
    drop constraint org_keys_kind_ck,
    drop constraint org_keys_event_id_ck,
    add constraint org_keys_kind_ck check (kind between 1 and 5),
    -- With another key, every record that is imported again would get another id, and no suppressed number would be
    -- recognized.
    add constraint org_keys_permanent_ck check (kind not in (3, 4) or (version = 1 and state = 1));

comment on table callintel_private.org_keys is
    'Keys of orgs, wrapped by a root key that is not in the database. kind: 1 wraps data keys, and its versions are '
    'the epochs; 2 blind indexes; 3 suppression list and 4 event ids, each with a single version that does not change; '
    '5 signatures. state: 1 active, 2 decrypt only, 3 retired, 4 destroyed.';

reset role;
