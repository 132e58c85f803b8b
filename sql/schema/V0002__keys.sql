-- purpose:    the keys that protect the session context against forgery
-- locks:      none on existing tables
-- reversible: drop the tables
-- Both tables store HMAC keys as the two padded blocks of RFC 2104 (key xor ipad, key xor opad). So hmac(message) =
-- sha256(outer_pad || sha256(inner_pad || message)) needs core functions only, not pgcrypto.

set role callintel_owner;

create table callintel_private.signing_keys (
    key_id     smallint    not null,
    inner_pad  bytea       not null,
    outer_pad  bytea       not null,
    created_at timestamptz not null default now(),
    constraint signing_keys_key_id_pk primary key (key_id),
    constraint signing_keys_key_id_ck check (key_id between 0 and 255),
    constraint signing_keys_pads_ck check (octet_length(inner_pad) = 64 and octet_length(outer_pad) = 64)
);
alter table callintel_private.signing_keys enable row level security;
alter table callintel_private.signing_keys force row level security;

comment on table callintel_private.signing_keys is
    'Keys with which the SDK signs session tokens. There are two rows while a key is rotated. Secret: exclude this '
    'table from dumps that leave operations.';

create table callintel_private.context_key (
    only_row  boolean not null default true,
    inner_pad bytea   not null,
    outer_pad bytea   not null,
    constraint context_key_only_row_pk primary key (only_row),
    constraint context_key_only_row_ck check (only_row),
    constraint context_key_pads_ck check (octet_length(inner_pad) = 64 and octet_length(outer_pad) = 64)
);
alter table callintel_private.context_key enable row level security;
alter table callintel_private.context_key force row level security;

comment on table callintel_private.context_key is
    'The one key with which the database seals a verified context for the length of one transaction. It never leaves '
    'the database.';

reset role;
