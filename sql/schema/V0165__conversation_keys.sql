-- purpose:    content of several people is protected by the key of a conversation, which is wrapped for each party
-- locks:      access exclusive on data_keys for the moment of exchanging a constraint and an index
-- reversible: destroy the keys with the purpose "conversation", then drop the table and restore constraint and index
-- The row of such a key in data_keys has no wrapped key of its own. Each party has a row here, which only the data key
-- of that party unwraps. So destroying the key of one party leaves the conversation readable for the others, and
-- destroying the keys of all parties destroys its content (ADR 0052).

set role callintel_owner;

alter table callintel_private.data_keys drop constraint data_keys_destroyed_ck;
alter table callintel_private.data_keys add constraint data_keys_destroyed_ck
    check ((state = 4 or purpose = 'conversation') = (wrapped is null)
           and (state = 4) = (destroyed_at is not null));
comment on column callintel_private.data_keys.subject_id is
    'Personal data (pseudonymous): the contact that the key belongs to, if the purpose is person; a digest of the '
    'parties, if it is conversation.';
comment on column callintel_private.data_keys.wrapped is
    'Ciphertext under the org''s key of the epoch; null when destroyed, and for keys of conversations, which '
    'conversation_keys has for each party.';

-- Keys of conversations are not wrapped under an epoch, so a rotation has nothing to do with them.
drop index callintel_private.data_keys_org_id_epoch_key_id_idx;
create index data_keys_org_id_epoch_key_id_idx on callintel_private.data_keys (org_id, epoch, key_id)
    where state <> 4 and wrapped is not null;

create table callintel_private.conversation_keys (
    org_id       uuid    not null,
    key_id       bytea   not null,
    party_id     uuid    not null,
    party_key_id bytea   not null,
    is_author    boolean not null,
    wrapped      bytea   not null,
    constraint conversation_keys_org_id_key_id_party_id_pk primary key (org_id, key_id, party_id),
    constraint conversation_keys_org_id_key_id_fk foreign key (org_id, key_id)
        references callintel_private.data_keys (org_id, key_id),
    constraint conversation_keys_org_id_party_key_id_fk foreign key (org_id, party_key_id)
        references callintel_private.data_keys (org_id, key_id),
    constraint conversation_keys_wrapped_ck check (octet_length(wrapped) = 61)
);
alter table callintel_private.conversation_keys enable row level security;
alter table callintel_private.conversation_keys force row level security;
create index conversation_keys_org_id_party_id_idx on callintel_private.conversation_keys (org_id, party_id);

comment on table callintel_private.conversation_keys is
    'Keys of conversations, wrapped once for each party. The row of a party is deleted when the party''s key is '
    'destroyed.';
comment on column callintel_private.conversation_keys.key_id is 'The key of the conversation, in data_keys.';
comment on column callintel_private.conversation_keys.party_id is
    'Personal data (pseudonymous): the contact that takes part in the conversation.';
comment on column callintel_private.conversation_keys.party_key_id is
    'The data key of the party, which unwraps the key of the conversation.';
comment on column callintel_private.conversation_keys.is_author is
    'Whether the party wrote everything that the key protects. The key is destroyed with the key of its author.';
comment on column callintel_private.conversation_keys.wrapped is 'Ciphertext under the data key of the party.';

reset role;
