-- purpose: the ledger of erasures: appending, copying it out of the database, and repeating its erasures in a restored
--          backup
-- Tokens of sessions carry the height of the ledger that their host knows; begin_session refuses them in a database
-- whose height is lower. So a backup that was restored beneath running hosts serves nobody until its erasures were
-- repeated.

set role callintel_owner;
grant update (erasure_height) on callintel_private.orgs, callintel_private.org_roles to callintel_definer;
reset role;
set role callintel_definer;

-- The digest of an entry: what a copy is compared with. The SDK computes the same (ErasureLedgerEntry.ComputeDigest).
create or replace function callintel_private.ledger_digest(
    former bytea,
    org uuid,
    height bigint,
    kind smallint,
    request uuid,
    contacts uuid[],
    numbers uuid[],
    recorded_at timestamptz,
    recorded_by uuid)
    returns bytea language plpgsql stable as $$
begin
    return sha256(coalesce(former, ''::bytea) || convert_to(
        format(
            'callintel.erasure.v1|%s|%s|%s|%s|%s|%s|%s|%s',
            org,
            height,
            kind,
            request,
            array_to_string(contacts, ','),
            array_to_string(numbers, ','),
            (extract(epoch from recorded_at) * 1000000)::bigint,
            recorded_by),
        'UTF8'));
end $$;

-- Brings the height in effect up to the ledger, for the org and for the rows that begin_session reads.
create or replace function callintel_private.set_erasure_height(org uuid, height bigint) returns void
    language plpgsql volatile as $$
begin
    update callintel_private.orgs o set erasure_height = height where o.org_id = org;
    update callintel_private.org_roles r set erasure_height = height where r.org_id = org;
end $$;

-- Appends an entry and returns its height. The caller holds lock_erasures. While erasures of a restored database are
-- repeated, the height in effect is below the ledger and stays there.
create or replace function callintel_private.append_ledger(
    org uuid,
    kind smallint,
    request uuid,
    contacts uuid[],
    numbers uuid[])
    returns bigint language plpgsql volatile as $$
declare
    former    record;
    following bigint;
    moment    timestamptz := clock_timestamp();
    actor     uuid := callintel.current_member();
begin
    select l.height, l.digest into former
      from callintel_private.erasure_ledger l where l.org_id = org order by l.height desc limit 1;
    following := coalesce(former.height, 0) + 1;
    insert into callintel_private.erasure_ledger (
        org_id,
        height,
        kind,
        request_id,
        contacts,
        numbers,
        recorded_at,
        recorded_by,
        digest)
    values (
        org,
        following,
        append_ledger.kind,
        request,
        append_ledger.contacts,
        append_ledger.numbers,
        moment,
        actor,
        callintel_private.ledger_digest(
            former.digest, org, following, append_ledger.kind, request, contacts, numbers, moment, actor));
    if following = 1 + (select o.erasure_height from callintel_private.orgs o where o.org_id = org) then
        perform callintel_private.set_erasure_height(org, following);
    end if;
    update callintel_private.erasures e set height = following where e.org_id = org and e.request_id = request;
    return following;
end $$;

create or replace function callintel.read_erasure_ledger(after_height bigint, page integer)
    returns table (
        height bigint,
        kind smallint,
        request_id uuid,
        contacts uuid[],
        numbers uuid[],
        recorded_at timestamptz,
        recorded_by uuid,
        digest bytea,
        root_key_id text,
        wrapped_key bytea)
    language plpgsql stable rows 100 security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    org uuid := callintel_private.require(256 /* manage_privacy */);
begin
    return query
    select l.height,
           l.kind,
           l.request_id,
           l.contacts,
           l.numbers,
           l.recorded_at,
           l.recorded_by,
           l.digest,
           k.root_key_id,
           k.wrapped
      from callintel_private.erasure_ledger l
      left join callintel_private.org_keys k on k.org_id = org and k.kind = 3 and k.version = 1
     where l.org_id = org and l.height > after_height
     order by l.height limit least(page, 1000);
end $$;
comment on function callintel.read_erasure_ledger is
    'Returns a page of the ledger of erasures, with the wrapped key of the digests of numbers, to sessions with the '
    'permission ManagePrivacy.';

create or replace function callintel.read_erasure_height(out in_effect bigint, out in_ledger bigint)
    language plpgsql stable security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    org uuid := callintel_private.require(256 /* manage_privacy */);
begin
    in_effect := (select o.erasure_height from callintel_private.orgs o where o.org_id = org);
    in_ledger := (select coalesce(max(l.height), 0) from callintel_private.erasure_ledger l where l.org_id = org);
end $$;
comment on function callintel.read_erasure_height is
    'Returns the height of the ledger of erasures that is in effect, and the height of its newest entry.';

-- Whether the host vouches for an entry: proof is an HMAC with one of the signing keys. The digest of an entry is not
-- keyed, so whoever reads the ledger can compute that of a next entry. Without the proof, SQL in the session of an
-- admin could erase whomever an invented entry names, without a request, and hidden contacts without a purpose.
-- begin_session describes the form of the HMAC.
create or replace function callintel_private.is_vouched(
    signing_key integer,
    digest bytea,
    root_key_id text,
    wrapped_key bytea,
    proof bytea)
    returns boolean
    language plpgsql stable as $$
begin
    return coalesce(
        (select sha256(sha256(k.outer_pad || sha256(k.inner_pad || convert_to('callintel.replay.v1|', 'UTF8')
                              || is_vouched.digest
                              || sha256(convert_to(coalesce(is_vouched.root_key_id, ''), 'UTF8'))
                              || sha256(coalesce(is_vouched.wrapped_key, ''::bytea)))))
                = sha256(is_vouched.proof)
           from callintel_private.signing_keys k where k.key_id = is_vouched.signing_key),
        false);
end $$;

-- Takes over an entry that the database lost, and opens its erasure again from the step after the copy. A contact that
-- the backup does not contain was created after it, so there is nothing to delete; its number is suppressed all the
-- same. The states of contacts are the kinds of entries.
drop function if exists callintel.replay_erasure(
    bigint,
    smallint,
    uuid,
    uuid[],
    uuid[],
    timestamptz,
    uuid,
    bytea,
    text,
    bytea);
create or replace function callintel.replay_erasure(
    height bigint,
    kind smallint,
    request uuid,
    contacts uuid[],
    numbers uuid[],
    recorded_at timestamptz,
    recorded_by uuid,
    digest bytea,
    root_key_id text,
    wrapped_key bytea,
    signing_key integer,
    proof bytea)
    returns boolean
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    org    uuid := callintel_private.lock_erasures();
    former record;
begin
    if not callintel_private.is_vouched(
               signing_key, replay_erasure.digest, replay_erasure.root_key_id, wrapped_key, proof) then
        raise exception 'The host does not vouch for the entry of the ledger of erasures.'
            using errcode = 'CI375',
                  hint = 'Repeat erasures with ReplayErasuresAsync, in a process that has a signing key of this '
                         'database.';
    end if;
    select l.height, l.digest into former
      from callintel_private.erasure_ledger l where l.org_id = org order by l.height desc limit 1;
    if height <= former.height then
        return false;
    end if;
    if height is distinct from coalesce(former.height, 0) + 1
       or digest is distinct from callintel_private.ledger_digest(
              former.digest, org, height, kind, request, contacts, numbers, recorded_at, recorded_by) then
        raise exception 'The entry does not continue the ledger of erasures of this database.'
            using errcode = 'CI375',
                  hint = 'Repeat the entries of the org''s own copy, in their order. If the copy was changed, restore '
                         'it from a backup of the copy.';
    end if;
    insert into callintel_private.org_keys (org_id, kind, version, root_key_id, wrapped)
    select org, 3, 1, replay_erasure.root_key_id, wrapped_key
     where wrapped_key is not null
        on conflict do nothing;
    insert into callintel_private.erasure_ledger (
        org_id,
        height,
        kind,
        request_id,
        contacts,
        numbers,
        recorded_at,
        recorded_by,
        digest)
    values (
        org,
        replay_erasure.height,
        replay_erasure.kind,
        request,
        replay_erasure.contacts,
        replay_erasure.numbers,
        replay_erasure.recorded_at,
        replay_erasure.recorded_by,
        replay_erasure.digest);
    insert into callintel_private.erasures as e (
        org_id,
        request_id,
        requested_by,
        requested_at,
        suppresses,
        step,
        height)
    values (
        org,
        request,
        replay_erasure.recorded_by,
        replay_erasure.recorded_at,
        numbers <> '{}',
        3,
        replay_erasure.height)
    on conflict on constraint erasures_org_id_request_id_pk
    do update set step = 3, completed_at = null, height = excluded.height,
                  suppresses = e.suppresses or excluded.suppresses;
    insert into callintel_private.erasure_contacts as x (org_id, request_id, contact_id, state)
    select org, request, c, replay_erasure.kind from unnest(contacts) c
        on conflict on constraint erasure_contacts_org_id_request_id_contact_id_pk
        do update set state = excluded.state, closed_at = null;
    perform callintel_private.audit('replay', 'erasure_ledger', 1, null, request::text);
    return true;
end $$;
comment on function callintel.replay_erasure is
    'Takes over an entry of the ledger of erasures that a restored database lacks, so that its erasure is repeated. '
    'proof: the HMAC of the entry with a signing key, by which the host vouches for it. Returns false if the database '
    'has the entry.';

-- A backup that was made in the middle of an erasure has its entry, so the height does not tell that the rest is
-- missing.
create or replace function callintel.read_unfinished_erasures() returns setof uuid
    language plpgsql stable rows 10 security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    org uuid := callintel_private.require(256 /* manage_privacy */);
begin
    return query
    select e.request_id
      from callintel_private.erasures e
     where e.org_id = org and e.completed_at is null and e.height is not null
     order by e.height;
end $$;
comment on function callintel.read_unfinished_erasures is
    'Returns the requests whose erasures are in the ledger and not complete, to sessions with the permission '
    'ManagePrivacy.';

create or replace function callintel.finish_replay() returns bigint
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    org     uuid := callintel_private.lock_erasures();
    present bigint := (select o.erasure_height from callintel_private.orgs o where o.org_id = org);
    reached bigint := (select coalesce(max(l.height), 0) from callintel_private.erasure_ledger l where l.org_id = org);
begin
    if exists (select from callintel_private.erasure_ledger l
                 join callintel_private.erasures e on e.org_id = org and e.request_id = l.request_id
                where l.org_id = org and l.height > present and e.completed_at is null) then
        raise exception 'An erasure that is repeated is not complete.'
            using errcode = 'CI376', hint = 'Continue the replay; it repeats the erasures that are not complete.';
    end if;
    if reached > present then
        perform callintel_private.set_erasure_height(org, reached);
        perform callintel_private.audit('finish replay', 'erasure_ledger', reached - present);
    end if;
    return reached;
end $$;
comment on function callintel.finish_replay is
    'Puts the height of the ledger of erasures in effect after the erasures of a restored database were repeated, so '
    'that sessions are accepted again.';

grant execute on function
    callintel.read_erasure_ledger,
    callintel.read_erasure_height,
    callintel.replay_erasure,
    callintel.read_unfinished_erasures,
    callintel.finish_replay
    to callintel_app;
reset role;
