-- purpose:    protected columns accept ciphertext only, and tables for the wrapped keys
-- locks:      access exclusive on contact_numbers, contact_profiles, event_contents and ingest_rejects while they are
--             checked and rewritten
-- reversible: give the columns the type bytea again, then drop the domain and the tables; without the keys, nobody can
--             read the ciphertext
-- The file fails if such a column already contains plaintext.

set role callintel_owner;

-- An envelope has version c1, suite 01, flags 0 or 1 (padded), a key id of 32 bytes, a nonce of 12, ciphertext of any
-- length and a tag of 16: at least 63 bytes, as in docs/envelope.md. The check runs for each value of each batch. It is
-- two comparisons of bytes, which do not copy values that are stored in the row.
create domain callintel.envelope as bytea
    constraint envelope_ck check (octet_length(value) >= 63 and value >= '\xc10100' and value < '\xc10102');
comment on domain callintel.envelope is
    'A value encrypted by field encryption. Plaintext that reaches such a column by mistake is refused, because it '
    'does not begin like an envelope.';

alter table callintel.contact_numbers  alter column number type callintel.envelope;
alter table callintel.contact_profiles alter column display_name type callintel.envelope;
alter table callintel.event_contents
    alter column body type callintel.envelope,
    alter column transcript type callintel.envelope,
    alter column summary type callintel.envelope;
alter table callintel.ingest_rejects   alter column raw type callintel.envelope;

create table callintel_private.org_keys (
    org_id       uuid        not null,
    kind         smallint    not null,
    version      integer     not null,
    state        smallint    not null default 1,
    root_key_id  text        not null,
    wrapped      bytea,
    created_at   timestamptz not null default now(),
    destroyed_at timestamptz,
    constraint org_keys_org_id_kind_version_pk primary key (org_id, kind, version),
    constraint org_keys_org_id_fk foreign key (org_id) references callintel.orgs (org_id),
    constraint org_keys_kind_ck check (kind between 1 and 3),
    constraint org_keys_version_ck check (version >= 1),
    constraint org_keys_state_ck check (state between 1 and 4),
    constraint org_keys_destroyed_ck check ((state = 4) = (wrapped is null)
                                            and (state = 4) = (destroyed_at is not null))
);
alter table callintel_private.org_keys enable row level security;
alter table callintel_private.org_keys force row level security;

create unique index org_keys_org_id_kind_active_uq on callintel_private.org_keys (org_id, kind) where state = 1;

comment on table callintel_private.org_keys is
    'Keys of orgs, wrapped by a root key that is not in the database. kind: 1 wraps data keys, and its versions are '
    'the epochs; 2 blind indexes; 3 suppression list. state: 1 active, 2 decrypt only, 3 retired, 4 destroyed.';
comment on column callintel_private.org_keys.root_key_id is 'The id of the root key, in the notation of its provider.';
comment on column callintel_private.org_keys.wrapped is
    'Ciphertext in the format of the root key provider; null when destroyed.';

-- Reserving uses of a key updates its row in place, which needs free space on the page; hence the fillfactor.
create table callintel_private.data_keys (
    org_id       uuid        not null,
    key_id       bytea       not null,
    purpose      text        collate "C" not null,
    subject_id   uuid        not null,
    epoch        integer     not null,
    state        smallint    not null default 1,
    wrapped      bytea,
    uses         bigint      not null default 0,
    created_at   timestamptz not null default now(),
    destroyed_at timestamptz,
    constraint data_keys_org_id_key_id_pk primary key (org_id, key_id),
    constraint data_keys_org_id_fk foreign key (org_id) references callintel.orgs (org_id),
    constraint data_keys_key_id_ck check (octet_length(key_id) = 32),
    constraint data_keys_purpose_ck check (purpose ~ '^[a-z0-9/_.-]{1,64}$'),
    constraint data_keys_epoch_ck check (epoch >= 1),
    constraint data_keys_state_ck check (state between 1 and 4),
    constraint data_keys_uses_ck check (uses >= 0),
    constraint data_keys_wrapped_ck check (octet_length(wrapped) = 61),
    constraint data_keys_destroyed_ck check ((state = 4) = (wrapped is null)
                                             and (state = 4) = (destroyed_at is not null))
) with (fillfactor = 80);
alter table callintel_private.data_keys enable row level security;
alter table callintel_private.data_keys force row level security;

create unique index data_keys_org_id_subject_id_purpose_active_uq
    on callintel_private.data_keys (org_id, subject_id, purpose) where state = 1;
create index data_keys_org_id_subject_id_purpose_past_idx
    on callintel_private.data_keys (org_id, subject_id, purpose) where state <> 1;
create index data_keys_org_id_epoch_key_id_idx on callintel_private.data_keys (org_id, epoch, key_id) where state <> 4;

comment on table callintel_private.data_keys is
    'Keys of persons and scopes, wrapped by the org''s key of an epoch. state: 1 active, at most one for each subject; '
    '2 decrypt only; 3 retired; 4 destroyed. The row of a destroyed key stays, so that erased data can be told from '
    'damaged data.';
comment on column callintel_private.data_keys.key_id is
    'Commits to the key, and is part of each envelope made with it.';
comment on column callintel_private.data_keys.subject_id is
    'Personal data (pseudonymous): the contact that the key belongs to, if the purpose is person.';
comment on column callintel_private.data_keys.wrapped is
    'Ciphertext under the org''s key of the epoch; null when destroyed.';
comment on column callintel_private.data_keys.uses is
    'How often the key may have encrypted; counted before it encrypts.';

reset role;
