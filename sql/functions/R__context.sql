-- purpose: the session context nobody can forge. Stage 1: a token signed by the SDK, sent as a bind parameter, verified once a transaction.
--          Stage 2: the verified context, sealed with a key only the database has and bound to the transaction's timestamp.
-- Whoever may run SQL as callintel_app can read stage 2, and can do nothing with it in any other transaction.

set role callintel_owner;

grant select on callintel_private.signing_keys, callintel_private.context_key, callintel_private.role_permissions to callintel_definer;
grant select, insert, update, delete on callintel_private.signing_keys to callintel_ops;

drop policy if exists "Definer code verifies tokens" on callintel_private.signing_keys;
create policy "Definer code verifies tokens" on callintel_private.signing_keys for select to callintel_definer using (key_id is not null);
drop policy if exists "Operations install and retire keys" on callintel_private.signing_keys;
create policy "Operations install and retire keys" on callintel_private.signing_keys for all to callintel_owner using (key_id is not null);
drop policy if exists "Definer code seals contexts" on callintel_private.context_key;
create policy "Definer code seals contexts" on callintel_private.context_key for select to callintel_definer using (only_row);
drop policy if exists "Installation makes the key" on callintel_private.context_key;
create policy "Installation makes the key" on callintel_private.context_key for all to callintel_owner using (only_row);
drop policy if exists "Definer code looks up permissions" on callintel_private.role_permissions;
create policy "Definer code looks up permissions" on callintel_private.role_permissions for select to callintel_definer using (role is not null);
drop policy if exists "Installation writes the matrix" on callintel_private.role_permissions;
create policy "Installation writes the matrix" on callintel_private.role_permissions for all to callintel_owner using (role is not null);

-- RFC 2104: a key of up to 64 bytes, padded with zeros, xor one byte
create or replace function callintel_private.hmac_pad(key bytea, pad integer) returns bytea
    language plpgsql immutable strict as $$
declare
    block bytea := key || decode(repeat('00', 64 - octet_length(key)), 'hex');
begin
    for i in 0..63 loop
        block := set_byte(block, i, get_byte(block, i) # pad);
    end loop;
    return block;
end $$;

create or replace function callintel_private.install_signing_key(key_id integer, key bytea) returns void
    language plpgsql as $$
begin
    if key is null or octet_length(key) not between 32 and 64 then
        raise exception 'A signing key has 32 to 64 bytes.' using errcode = 'CI008', hint = 'Draw 32 random bytes.';
    end if;
    insert into callintel_private.signing_keys as k (key_id, inner_pad, outer_pad)
    values (install_signing_key.key_id, callintel_private.hmac_pad(key, 54), callintel_private.hmac_pad(key, 92))
    on conflict on constraint signing_keys_key_id_pk do update set inner_pad = excluded.inner_pad, outer_pad = excluded.outer_pad
    where k.inner_pad <> excluded.inner_pad;
end $$;
comment on function callintel_private.install_signing_key is 'Makes a key id live. Installing the same key again changes nothing.';
grant execute on function callintel_private.install_signing_key, callintel_private.hmac_pad to callintel_ops;

-- three random uuids are 366 random bits
insert into callintel_private.context_key (inner_pad, outer_pad)
select callintel_private.hmac_pad(k.key, 54), callintel_private.hmac_pad(k.key, 92)
  from (select sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())) as key) k
 where not exists (select from callintel_private.context_key);

-- A role number outranks all below it. Bits as in the SDK's Permission enumeration.
insert into callintel_private.role_permissions as p (role, name, permissions) values
    (10, 'viewer',     19),  -- events' facts and dashboards; no content, contacts masked
    (20, 'member',    125),  -- own events and contacts, read and write
    (30, 'analyst',    31),  -- all facts and content that privacy rules allow; no writes
    (40, 'admin',    8191),  -- everything but ownership and root keys
    (50, 'owner',   32767)
on conflict (role) do update set name = excluded.name, permissions = excluded.permissions
where (p.name, p.permissions) is distinct from (excluded.name, excluded.permissions);

reset role;
set role callintel_definer;

-- Layout: version 1 | key id 1 | org 16 | member 16 | expiry, microseconds since 1970 8 | capabilities 8 | purpose 2 | nonce 12 | hmac 32.
-- This runs before every statement. It is one query because what plpgsql code of this kind costs is the number of its expressions, each
-- prepared anew in every transaction: as twenty statements it took twice as long.
create or replace procedure callintel.begin(token bytea)
    language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    outcome text;
begin
    if token is null or octet_length(token) <> 96 or get_byte(token, 0) <> 1 then
        raise exception 'The session token is malformed.' using errcode = 'CI002', hint = 'Open sessions through the SDK.';
    end if;

    select case
               -- Digests of the two macs are compared, so that timing tells nothing about the bytes of the right one. Unknown is not true.
               when (sha256(sha256(signing.outer_pad || sha256(signing.inner_pad
                         || convert_to('callintel.token.v1|' || current_database(), 'UTF8') || substr(token, 1, 64))))
                     = sha256(substr(token, 65, 32))) is not true then 'CI002'
               when t.expires_us not between t.now_us and t.now_us + 600000000 then 'CI003'
               when g.permissions is null then 'CI004'
               else set_config('callintel.context',
                        encode(b.body || sha256(sealing.outer_pad || sha256(sealing.inner_pad || b.body)), 'hex'), true)
           end
      into outcome
      from (select encode(substr(token, 3, 16), 'hex')::uuid as org_id,
                   encode(substr(token, 19, 16), 'hex')::uuid as member_id,
                   ('x' || encode(substr(token, 35, 8), 'hex'))::bit(64)::bigint as expires_us,
                   (extract(epoch from clock_timestamp()) * 1000000)::bigint as now_us,
                   ('x' || encode(substr(token, 43, 8), 'hex'))::bit(64)::bigint as capabilities,
                   substr(token, 51, 2) as purpose offset 0) t
     cross join callintel_private.context_key sealing
      left join callintel_private.signing_keys signing on signing.key_id = get_byte(token, 1)
     cross join lateral (
         -- Hidden contacts (4096) ask for a purpose. Two computed bits spare most statements the look-up of contacts kept from the member:
         -- 32768, no contact of the org is restricted or hidden; 65536, nor is any contact's content withheld.
         select case when t.purpose = '\x0000' then p.permissions & ~4096::bigint else p.permissions end & t.capabilities
                | case when u.strictest < 1 then 98304 when u.strictest < 2 then 32768 else 0 end as permissions
           from (select (select p.permissions
                           from callintel.org_roles r
                           join callintel_private.role_permissions p on p.role = r.role
                          where r.org_id = t.org_id and r.member_id = t.member_id) as permissions) p,
                (select coalesce((select x.level from callintel.privacy_rules x where x.org_id = t.org_id order by x.level desc limit 1), 0) as strictest) u
         offset 0) g
     cross join lateral (
         -- org 16 | member 16 | permissions 8 | transaction timestamp 8 | purpose 2 | hmac 32
         select substr(token, 3, 32) || int8send(g.permissions) || timestamptz_send(transaction_timestamp()) || t.purpose as body offset 0) b;

    case outcome
        when 'CI002' then
            raise exception 'The session token is not signed by a key of this database.'
                using errcode = 'CI002', hint = 'Install the signing key that the application uses.';
        when 'CI003' then
            raise exception 'The session token has expired or lives too long.'
                using errcode = 'CI003', hint = 'Set the clocks of application and database by NTP.';
        when 'CI004' then
            raise exception 'The member has no role in the org.'
                using errcode = 'CI004', hint = 'Grant the member a role, or sign them out.';
        else null;
    end case;
end $$;
comment on procedure callintel.begin is
    'Verifies a session token and seals the context of this transaction. Called by the SDK in the same batch as the statement it is for.';
grant execute on procedure callintel.begin to callintel_app;

-- The sealed context, opened: one row if it is genuine and of this very transaction, none otherwise. 
create or replace function callintel_private.context(out org_id uuid, out member_id uuid, out permissions bigint, out purpose integer)
    language plpgsql stable parallel safe as $$
declare
    sealed bytea := decode(current_setting('callintel.context', true), 'hex');
begin
    select encode(substr(sealed, 1, 16), 'hex')::uuid, encode(substr(sealed, 17, 16), 'hex')::uuid,
           ('x' || encode(substr(sealed, 33, 8), 'hex'))::bit(64)::bigint, get_byte(sealed, 48) * 256 + get_byte(sealed, 49)
      into org_id, member_id, permissions, purpose
      from callintel_private.context_key k
     where sha256(sha256(k.outer_pad || sha256(k.inner_pad || substr(sealed, 1, 50)))) = sha256(substr(sealed, 51, 32))
       and substr(sealed, 41, 8) = timestamptz_send(transaction_timestamp()) and octet_length(sealed) = 82;
    if not found then
        raise exception 'There is no verified session context in this transaction.'
            using errcode = 'CI001', hint = 'Run the statement through an OrgSession.';
    end if;
end $$;

-- The same, for the one question every statement asks. Written out again because a call would cost as much as the look-up itself.
create or replace function callintel.org_if(permission bigint) returns uuid
    language plpgsql stable parallel safe security definer set search_path = pg_catalog, pg_temp as $$
declare
    org    uuid;
    sealed bytea := decode(current_setting('callintel.context', true), 'hex');
begin
    select case when ('x' || encode(substr(sealed, 33, 8), 'hex'))::bit(64)::bigint & permission = permission
                then encode(substr(sealed, 1, 16), 'hex')::uuid end
      into org
      from callintel_private.context_key k
     where sha256(sha256(k.outer_pad || sha256(k.inner_pad || substr(sealed, 1, 50)))) = sha256(substr(sealed, 51, 32))
       and substr(sealed, 41, 8) = timestamptz_send(transaction_timestamp()) and octet_length(sealed) = 82;
    if not found then
        raise exception 'There is no verified session context in this transaction.'
            using errcode = 'CI001', hint = 'Run the statement through an OrgSession.';
    end if;
    return org;
end $$;
comment on function callintel.org_if is
    'The org of the verified context if it holds every bit of the permission, null if not; raises CI001 without a verified context.';

create or replace function callintel.member_id() returns uuid
    language plpgsql stable parallel safe security definer set search_path = pg_catalog, pg_temp as $$
declare
    verified record := callintel_private.context();
begin
    return verified.member_id;
end $$;
comment on function callintel.member_id is 'The member of the verified context; raises CI001 without one.';

-- For functions that write: the org, or an error instead of a null that would silently write nothing.
create or replace function callintel_private.require(permission bigint) returns uuid
    language plpgsql stable as $$
declare
    org uuid := callintel.org_if(permission);
begin
    if org is null then
        raise exception 'The member''s role does not allow this.' using errcode = 'CI005', hint = 'Ask an admin of the org for a role that does.';
    end if;
    return org;
end $$;

grant execute on function callintel.org_if, callintel.member_id to callintel_app;

reset role;
