-- purpose: the session context nobody can forge. Stage 1: a token signed by the SDK, sent as a bind parameter, verified
--          once a transaction. Stage 2: the verified context, sealed with a key only the database has and bound to the
--          transaction's timestamp.
-- Whoever may run SQL as callintel_app can read stage 2, and can do nothing with it in any other transaction.
-- All of this runs with every statement. What it costs is the number of its expressions and tables, hardly the
-- cryptography (ADR 0008).

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

-- The key that seals contexts, made anew where a restored database lacks it: contexts live for one transaction, so
-- nothing depends on the old one.
create or replace function callintel_private.ensure_context_key() returns void
    language plpgsql volatile security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
begin
    -- three random uuids are 366 random bits
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
        raise exception 'A signing key has 32 to 64 bytes.' using errcode = 'CI008', hint = 'Draw 32 random bytes.';
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
    'Makes a key id live. Installing the same key again changes nothing. Makes the key that seals contexts if a '
    'restored database lacks it.';
grant execute on function
    callintel_private.install_signing_key,
    callintel_private.hmac_pad,
    callintel_private.ensure_context_key
    to callintel_ops;
grant select on callintel_private.context_key to callintel_ops;

do $$ begin perform callintel_private.ensure_context_key(); end $$;

reset role;
set role callintel_definer;

-- Ends the statement, from inside an expression.
create or replace function callintel_private.refuse(code text) returns boolean
    language plpgsql stable parallel safe as $$
begin
    case code
        when 'CI001' then
            raise exception 'There is no verified session context in this transaction.'
                using errcode = 'CI001', hint = 'Run the statement through an OrgSession.';
        when 'CI002' then
            raise exception 'The session token is not signed by a key of this database.'
                using errcode = 'CI002', hint = 'Install the signing key that the application uses.';
        when 'CI003' then
            raise exception 'The session token has expired or lives too long.'
                using errcode = 'CI003', hint = 'Set the clocks of application and database by NTP.';
        when 'CI004' then
            raise exception 'The member has no role in the org.'
                using errcode = 'CI004', hint = 'Grant the member a role, or sign them out.';
        when 'CI027' then
            raise exception 'A session context was to be opened in a message of several statements.'
                using errcode = 'CI027', hint = 'Send callintel.begin_session as a statement of its own.';
    end case;
end $$;

-- The one place that refuses a session without a permission. needed is one bit, or several bits of which one would be
-- enough. The functions that read or write events compare the mask themselves and call this one only to refuse, because
-- a call costs more than the comparison.
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

-- Token: key id 1 | hmac 32 | claims, the text of a session_claims. One cast reads all of it, after its mac is known to
-- be right. Digests of the two macs are compared, so that timing tells nothing about the bytes of the right one.
-- Context: "org,member,purpose,lock number,permissions", the first three cut from the claims. Its seal is one sha256
-- over a block of key, the timestamp of the transaction and the text: what follows the key cannot be extended, because
-- a text holds no zero byte. Transactions share a timestamp only inside one message of the simple protocol, which then
-- holds several statements. There, a context is refused, or it would outlive its transaction. Step by step: plpgsql
-- evaluates such expressions without the executor, in half of the time of one query. The index, because the planner
-- prefers to scan a table of one page, whose every row would then pass the policies.
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
        perform callintel_private.refuse('CI002');
    end if;
    context := encode(substr(token, 34), 'escape');
    claims := context::callintel_private.session_claims;
    if (claims.expires_at between clock_timestamp() and clock_timestamp() + interval '10 minutes') is not true then
        perform callintel_private.refuse('CI003');
    end if;
    select r.permissions, r.lock_number into held
      from callintel_private.org_roles r where r.org_id = claims.org_id and r.member_id = claims.member_id;
    if held.permissions is null then
        perform callintel_private.refuse('CI004');
    end if;
    if strpos(rtrim(current_query(), E'; \n\r\t'), ';') > 0 then
        perform callintel_private.refuse('CI027');
    end if;
    -- hidden contacts (4096) ask for a purpose
    context := set_config(
        'callintel.context',
        substr(context, 2, 80) || held.lock_number::text || ','
            || ((case when claims.purpose = 0 then held.permissions & ~4096 /* see_hidden */::bigint
                      else held.permissions end) & claims.capabilities)::text, true);
    context := set_config(
        'callintel.seal',
        encode(sha256(signing.context_pad || timestamptz_send(transaction_timestamp())
                      || convert_to(context, 'UTF8')), 'hex'), true);
    -- what a statement that failed before on this connection may have locked: a session's locks outlive its transaction
    released := pg_advisory_unlock_all();
end $$;
comment on function callintel.begin_session is
    'Verifies a session token and seals the context of this transaction. Called by the SDK in the same batch as the '
    'statement it is for.';
grant execute on function callintel.begin_session to callintel_app, callintel_member;

-- The text of the context, cut into its fields. Says nothing of whether it is genuine: for code that has verified it,
-- and for the view below.
-- levels: the privacy levels of contacts that the session may see; content_levels: of those whose content it may read
--         (nobody reads that of level 1).
-- reads_all: events of every member, not only the session's own. writes_all: the same of storing them.
create or replace view callintel_private.trusted_context as
select left(s.text, 36)::uuid as org_id,
       substr(s.text, 38, 36)::uuid as member_id,
       substr(s.text, 75, 5)::smallint as purpose,
       substr(s.text, 81, 9)::integer as lock_number,
       substr(s.text, 91)::bigint as permissions,
       substr(s.text, 91)::bigint & 2 /* read_all_events */ = 2 as reads_all,
       substr(s.text, 91)::bigint & 32768 /* ingest_for_all */ = 32768 as writes_all,
       case substr(s.text, 91)::bigint & 6144 /* see_restricted | see_hidden */
            when 6144 /* see_restricted | see_hidden */ then 3::smallint
            when 2048 /* see_restricted */ then 2::smallint
            else 1::smallint end as max_level,
       case substr(s.text, 91)::bigint & 6144 /* see_restricted | see_hidden */
            when 6144 /* see_restricted | see_hidden */ then '{0,1,2,3}'::smallint[]
            when 2048 /* see_restricted */ then '{0,1,2}'::smallint[]
            else '{0,1}'::smallint[] end as levels,
       case substr(s.text, 91)::bigint & 6144 /* see_restricted | see_hidden */
            when 6144 /* see_restricted | see_hidden */ then '{0,2,3}'::smallint[]
            when 2048 /* see_restricted */ then '{0,2}'::smallint[]
            else '{0}'::smallint[] end as content_levels
  from (select nullif(current_setting('callintel.context', true), '') as text) s;
comment on view callintel_private.trusted_context is
    'The fields of the context''s text, unverified: for functions that have read session_context in the same statement '
    'before.';

-- The sealed context, opened: one row if it is genuine and of this very transaction, an error otherwise. Policies read
-- it in a sub-select that takes nothing but the select list, since a condition of theirs could be tested before the
-- seal. It lives in a schema the application cannot name. "offset 0" keeps what a query computes from the fields, such
-- as a set of levels, behind the seal: without it a malformed text failed in a cast before.
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
       t.content_levels
  from callintel_private.context_key k, callintel_private.trusted_context t
 where case when encode(sha256(k.pad || timestamptz_send(transaction_timestamp())
                               || convert_to(current_setting('callintel.context', true), 'UTF8')), 'hex')
                 = current_setting('callintel.seal', true)
            then true else callintel_private.refuse('CI001') end
 offset 0;
comment on view callintel_private.session_context is
    'Who the verified context of this transaction is for; raises CI001 without one.';
grant select on callintel_private.session_context to callintel_fence, callintel_member, callintel_owner;
grant select on callintel_private.trusted_context to callintel_member, callintel_writer;
grant execute on function callintel_private.refuse_permission to callintel_member, callintel_writer;
-- The views that own queries read run their functions as whoever queries.
grant execute on function callintel_private.refuse to callintel_app, callintel_member, callintel_fence, callintel_owner;

-- For functions that write: the org, or an error instead of a null that would silently write nothing.
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

-- As require, where one permission of several is enough.
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

-- The rights of the session, for own code and for policies of a host's own tables.
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

-- Used by former versions.
drop function if exists callintel.org_if(bigint), callintel.member_id();

reset role;
