-- purpose: the session context, which nobody can forge. The SDK signs a token and sends it as a bind parameter;
--          begin_session verifies it once in a transaction. It then seals the verified context with a key that only the
--          database has, bound to the timestamp of the transaction.
-- Code that runs SQL as callintel_app can read the sealed context, but cannot use it in any other transaction. All of
-- this runs with every statement. The cost depends on the number of expressions and tables, hardly on the cryptography
-- (ADR 0008).

set role callintel_owner;

grant select on callintel_private.signing_keys, callintel_private.context_key to callintel_definer;
grant usage on type callintel_private.session_claims to callintel_definer;
grant select, insert, update, delete on callintel_private.signing_keys to callintel_ops;

drop policy if exists "Definer code verifies tokens" on callintel_private.signing_keys;
create policy "Definer code verifies tokens" on callintel_private.signing_keys
    for select to callintel_definer
    using (key_id is not null);
drop policy if exists "Operations install and retire keys" on callintel_private.signing_keys;
create policy "Operations install and retire keys" on callintel_private.signing_keys
    for all to callintel_owner
    using (key_id is not null);
drop policy if exists "Definer code seals contexts" on callintel_private.context_key;
create policy "Definer code seals contexts" on callintel_private.context_key
    for select to callintel_definer
    using (only_row);
drop policy if exists "Installation makes the key" on callintel_private.context_key;
create policy "Installation makes the key" on callintel_private.context_key
    for all to callintel_owner
    using (only_row);

-- RFC 2104: pads a key of up to 64 bytes with zeros and combines each byte with pad by exclusive or.
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

-- Creates the key that seals contexts, also in a restored database that lacks it. A context lives for one transaction,
-- so nothing depends on the former key.
create or replace function callintel_private.ensure_context_key() returns void
    language plpgsql volatile security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
begin
    -- Three random UUIDs have 366 random bits.
    insert into callintel_private.context_key (pad)
    select callintel_private.hmac_pad(
               sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())), 54)
     where not exists (select from callintel_private.context_key)
        on conflict do nothing;
    update callintel_private.signing_keys k set context_pad = c.pad
      from callintel_private.context_key c where k.context_pad is distinct from c.pad;
end $$;

create or replace function callintel_private.install_signing_key(key_id integer, key bytea) returns void
    language plpgsql as $$
begin
    if key is null or octet_length(key) not between 32 and 64 then
        raise exception 'The signing key is not valid: it must have 32 to 64 bytes.'
            using errcode = 'CI008', hint = 'Generate 32 random bytes.';
    end if;
    perform callintel_private.ensure_context_key();
    insert into callintel_private.signing_keys as k (key_id, inner_pad, outer_pad, context_pad)
    select install_signing_key.key_id, callintel_private.hmac_pad(key, 54), callintel_private.hmac_pad(key, 92), c.pad
      from callintel_private.context_key c
    on conflict on constraint signing_keys_key_id_pk
    do update set inner_pad = excluded.inner_pad, outer_pad = excluded.outer_pad, context_pad = excluded.context_pad
    where (k.inner_pad, k.context_pad) is distinct from (excluded.inner_pad, excluded.context_pad);
end $$;
comment on function callintel_private.install_signing_key is
    'Installs a signing key under its id. Installing the same key again changes nothing. Also creates the key that '
    'seals contexts if a restored database lacks it.';
grant execute on function
    callintel_private.install_signing_key,
    callintel_private.hmac_pad,
    callintel_private.ensure_context_key
    to callintel_ops;
grant select on callintel_private.context_key to callintel_ops;

do $$ begin perform callintel_private.ensure_context_key(); end $$;

reset role;
set role callintel_definer;

-- Raises an error from inside an expression.
create or replace function callintel_private.refuse(code text) returns boolean
    language plpgsql stable parallel safe as $$
begin
    case code
        when 'CI001' then
            raise exception 'There is no verified session context in this transaction.'
                using errcode = 'CI001', hint = 'Run the statement through an OrgSession.';
        when 'CI002' then
            raise exception 'The session token was not signed by a key of this database.'
                using errcode = 'CI002', hint = 'Install the signing key that the application uses.';
        when 'CI003' then
            raise exception 'The session token has expired, or its lifetime is too long.'
                using errcode = 'CI003', hint = 'Synchronize the clocks of the application and the database server.';
        when 'CI004' then
            raise exception 'The member has no role in the org.'
                using errcode = 'CI004', hint = 'Grant the member a role, or sign them out.';
        when 'CI379' then
            raise exception 'The database contains fewer erasures than this process knows of.'
                using errcode = 'CI379',
                      hint = 'An older backup was restored. Repeat its erasures with ReplayErasuresAsync, or wait '
                             'until the standby has caught up.';
        when 'CI027' then
            raise exception 'begin_session was called in a message that holds several statements.'
                using errcode = 'CI027', hint = 'Send callintel.begin_session as a statement of its own.';
    end case;
end $$;

-- The one place that refuses a session without a permission. needed is one bit, or several bits of which one would be
-- enough. Functions that read or write events compare the mask themselves and call this one only to refuse, because a
-- call costs more than the comparison.
create or replace function callintel_private.refuse_permission(needed bigint) returns void
    language plpgsql stable as $$
declare
    names text[] := array(
        select p.name
          from (values
                   (1, 'ReadEvents'),
                   (2, 'ReadAllEvents'),
                   (4, 'ReadContent'),
                   (8, 'ReadContacts'),
                   (16, 'ReadDashboards'),
                   (32, 'Ingest'),
                   (64, 'WriteContacts'),
                   (128, 'ManageMembers'),
                   (256, 'ManagePrivacy'),
                   (512, 'ManageSources'),
                   (1024, 'ReadAudit'),
                   (2048, 'SeeRestricted'),
                   (4096, 'SeeHidden'),
                   (8192, 'ManageKeys'),
                   (16384, 'TransferOwnership'),
                   (32768, 'IngestForAll')) as p (bit, name)
         where needed & p.bit <> 0
         order by p.bit);
begin
    raise exception 'The session does not have the permission %.', array_to_string(names, ' or ')
        using errcode = 'CI005', hint = 'An owner or admin of the org can change the member''s role.';
end $$;

-- A token is: key id (1 byte) | HMAC (32 bytes) | claims, which are the text of a session_claims. One cast reads all
-- claims, after the HMAC was verified. The function compares digests of the two HMACs, so that the time it takes tells
-- nothing about the bytes of the right one.
--
-- A context is the text "org,member,purpose,lock number,permissions" or "...,permissions,request"; the first three
-- fields are cut from the claims, and permissions have 19 characters.
-- Its seal is one SHA-256 over a block with the key, the timestamp of the transaction and the text. Nobody can extend
-- what follows the key, because a text contains no zero byte.
--
-- Two transactions have the same timestamp only within one message of the simple query protocol that holds several
-- statements. begin_session refuses such a message, because the context would outlive its transaction.
--
-- The function computes step by step, because plpgsql evaluates simple expressions without the executor, in half the
-- time of one query. Sequential scans are off, because the planner prefers them for a table of one page, and every row
-- would then pass the policies.
create or replace function callintel.begin_session(token bytea) returns void
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off
    set enable_seqscan = off as $$
declare
    signing  record;
    claims   callintel_private.session_claims;
    held     record;
    context  text;
    released text;
begin
    select k.inner_pad, k.outer_pad, k.context_pad into signing
      from callintel_private.signing_keys k where k.key_id = get_byte(token || '\x00', 0);
    if (sha256(sha256(signing.outer_pad || sha256(signing.inner_pad
            || convert_to('callintel.token.v2|' || current_database(), 'UTF8') || substr(token, 34))))
        = sha256(substr(token, 2, 32))) is not true then
        -- Not the token of a session: a job's, or a wrong one, which begin_job refuses.
        perform callintel_private.begin_job(token);
        return;
    end if;
    context := encode(substr(token, 34), 'escape');
    claims := context::callintel_private.session_claims;
    if (claims.expires_at between clock_timestamp() and clock_timestamp() + interval '10 minutes') is not true then
        perform callintel_private.refuse('CI003');
    end if;
    select r.permissions, r.lock_number, r.erasure_height into held
      from callintel_private.org_roles r where r.org_id = claims.org_id and r.member_id = claims.member_id;
    if held.permissions is null then
        perform callintel_private.refuse('CI004');
    end if;
    if strpos(rtrim(current_query(), E'; \n\r\t'), ';') > 0 then
        perform callintel_private.refuse('CI027');
    end if;
    -- A backup from before an erasure that the host knows of serves nobody until the erasure was repeated.
    if strpos(claims.nonce, ':') > 0 and held.erasure_height < split_part(claims.nonce, ':', 2)::bigint then
        perform callintel_private.refuse('CI379');
    end if;
    -- Hidden contacts require a purpose.
    context := set_config(
        'callintel.context',
        substr(context, 2, 80) || held.lock_number::text || ','
            || rpad(((case when claims.purpose = 0 then held.permissions & ~4096 /* see_hidden */::bigint
                           else held.permissions end) & claims.capabilities)::text, 19)
            -- A nonce of 40 digits begins with the id of the request. A colon and the height of the ledger of erasures
            -- can follow.
            || case when length(split_part(claims.nonce, ':', 1)) = 40 then ',' || left(claims.nonce, 32) else '' end,
        true);
    context := set_config(
        'callintel.seal',
        encode(sha256(signing.context_pad || timestamptz_send(transaction_timestamp())
                      || convert_to(context, 'UTF8')), 'hex'), true);
    -- Releases locks that a failed statement before this one took on the connection: locks of a session outlive its
    -- transaction.
    released := pg_advisory_unlock_all();
end $$;
comment on function callintel.begin_session is
    'Verifies a session token and seals the context of this transaction. The SDK calls it in the same batch as the '
    'statement that needs the context.';
grant execute on function callintel.begin_session to callintel_app, callintel_member;

-- The text of the context, cut into its fields, without any check of the seal. It is for code that has verified the
-- context before, and for the view below.
-- levels: the privacy levels of contacts that the session may see. content_levels: the levels whose content it may
-- read; nobody reads the content of level 1. reads_all and writes_all: whether the session reads or stores events of
-- all members, not only its own.
create or replace view callintel_private.trusted_context as
select left(s.text, 36)::uuid as org_id,
       substr(s.text, 38, 36)::uuid as member_id,
       substr(s.text, 75, 5)::smallint as purpose,
       substr(s.text, 81, 9)::integer as lock_number,
       substr(s.text, 91, 19)::bigint as permissions,
       substr(s.text, 91, 19)::bigint & 2 /* read_all_events */ = 2 as reads_all,
       substr(s.text, 91, 19)::bigint & 32768 /* ingest_for_all */ = 32768 as writes_all,
       case substr(s.text, 91, 19)::bigint & 6144 /* see_restricted | see_hidden */
            when 6144 /* see_restricted | see_hidden */ then 3::smallint
            when 2048 /* see_restricted */ then 2::smallint
            else 1::smallint end as max_level,
       case substr(s.text, 91, 19)::bigint & 6144 /* see_restricted | see_hidden */
            when 6144 /* see_restricted | see_hidden */ then '{0,1,2,3}'::smallint[]
            when 2048 /* see_restricted */ then '{0,1,2}'::smallint[]
            else '{0,1}'::smallint[] end as levels,
       case substr(s.text, 91, 19)::bigint & 6144 /* see_restricted | see_hidden */
            when 6144 /* see_restricted | see_hidden */ then '{0,2,3}'::smallint[]
            when 2048 /* see_restricted */ then '{0,2}'::smallint[]
            else '{0}'::smallint[] end as content_levels,
       nullif(substr(s.text, 111), '')::uuid as request_id
  from (select nullif(current_setting('callintel.context', true), '') as text) s;
comment on view callintel_private.trusted_context is
    'The fields of the context''s text, without a check of the seal: for functions that have read session_context '
    'before in the same statement.';

-- The context after its seal was checked: one row if it is genuine and belongs to this very transaction, and an error
-- otherwise. Policies read it in a sub-select without a condition, because PostgreSQL could evaluate a condition before
-- the seal is checked. The view is in a schema that the application cannot name. "offset 0" makes sure that a query
-- computes nothing from the fields, such as a set of levels, before the check; without it, a malformed text failed in a
-- cast first.
create or replace view callintel_private.session_context as
select t.org_id,
       t.member_id,
       t.purpose,
       t.lock_number,
       t.permissions,
       t.reads_all,
       t.writes_all,
       t.max_level,
       t.levels,
       t.content_levels,
       t.request_id
  from callintel_private.context_key k, callintel_private.trusted_context t
 where case when encode(sha256(k.pad || timestamptz_send(transaction_timestamp())
                               || convert_to(current_setting('callintel.context', true), 'UTF8')), 'hex')
                 = current_setting('callintel.seal', true)
            then true else callintel_private.refuse('CI001') end
 offset 0;
comment on view callintel_private.session_context is
    'The verified context of this transaction; raises CI001 without one.';
grant select on callintel_private.session_context to
    callintel_fence, callintel_member, callintel_owner, callintel_auditor;
grant select on callintel_private.trusted_context to callintel_member, callintel_writer;
grant execute on function callintel_private.refuse_permission to callintel_member, callintel_writer;
-- The functions of fenced views run with the rights of the role that queries the view.
grant execute on function callintel_private.refuse to
    callintel_app, callintel_member, callintel_fence, callintel_owner, callintel_auditor;

-- For functions that write: returns the org, or raises an error where a null would silently write nothing.
create or replace function callintel_private.require(permission bigint) returns uuid
    language plpgsql stable as $$
declare
    verified record := (select c from callintel_private.session_context c);
begin
    if verified.permissions & permission <> permission then
        perform callintel_private.refuse_permission(permission);
    end if;
    return verified.org_id;
end $$;

-- As require, where one of several permissions is enough.
create or replace function callintel_private.require_any(choices bigint) returns uuid
    language plpgsql stable as $$
declare
    verified record := (select c from callintel_private.session_context c);
begin
    if verified.permissions & choices = 0 then
        perform callintel_private.refuse_permission(choices);
    end if;
    return verified.org_id;
end $$;

-- What the session may do, for code of the host application and for policies of its own tables.
create or replace function callintel.current_org() returns uuid
    language plpgsql stable parallel safe security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
begin
    return (select c.org_id from callintel_private.session_context c);
end $$;
comment on function callintel.current_org is 'Returns the org of the verified context; raises CI001 without one.';

create or replace function callintel.current_member() returns uuid
    language plpgsql stable parallel safe security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
begin
    return (select c.member_id from callintel_private.session_context c);
end $$;
comment on function callintel.current_member is 'Returns the member of the verified context; raises CI001 without one.';

create or replace function callintel.current_permissions() returns bigint
    language plpgsql stable parallel safe security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
begin
    return (select c.permissions from callintel_private.session_context c);
end $$;
comment on function callintel.current_permissions is
    'Returns the permission bits of the verified context, as in the SDK''s Permission enumeration; raises CI001 '
    'without one.';

grant execute on function
    callintel.current_org,
    callintel.current_member,
    callintel.current_permissions
    to callintel_app;

-- Used by former versions of the package.
drop function if exists callintel.org_if(bigint), callintel.member_id();

reset role;
