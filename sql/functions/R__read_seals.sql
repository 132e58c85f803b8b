-- purpose: what an admin needs to verify the seals of the own org: checkpoints, leaves, and hashes of the entries
-- The hash of an entry is SHA-256 over a zero byte and the entry in the binary format of PostgreSQL (RFC 6962). The SDK
-- has the same expressions for operations, so that they need not trust these functions.

set role callintel_owner;

-- The server, database and timeline, for functions whose owner may not read them.
create or replace function callintel_private.present_identity() returns text
    language plpgsql stable security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
begin
    return callintel_private.feed_identity(null);
end $$;
grant execute on function callintel_private.present_identity to callintel_member;

reset role;
set role callintel_member;

create or replace function callintel.read_audit_checkpoints()
    returns table (
        month date,
        size bigint,
        root bytea,
        horizon bigint,
        next_xid bigint,
        identity text,
        sealed_at timestamptz,
        note text,
        is_current boolean,
        is_retired boolean)
    language plpgsql stable rows 1000 security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    verified record := (select c from callintel_private.session_context c);
    org      uuid := verified.org_id;
begin
    if verified.permissions & 1024 /* read_audit */ = 0 then
        perform callintel_private.refuse_permission(1024 /* read_audit */);
    end if;
    return query
    select c.month, c.size, c.root, c.horizon, c.next_xid, c.identity, c.sealed_at, c.note,
           c.identity = callintel_private.present_identity(),
           exists (select from callintel_private.audit_log a
                    where a.org_id = org and a.action = 'retire' and a.object = 'audit_log'
                      and a.detail = to_char(c.month, 'YYYY-MM'))
      from callintel_private.audit_checkpoints c
     where c.org_id = org
     order by c.month, c.size;
end $$;
comment on function callintel.read_audit_checkpoints is 'Returns the signed checkpoints of the org.';

create or replace function callintel.read_audit_leaves(month date, after bigint, page integer)
    returns table (
        place bigint,
        ledger smallint,
        row_id uuid,
        leaf_hash bytea,
        row_hash bytea,
        xact bigint)
    language plpgsql stable rows 1000 security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    verified record := (select c from callintel_private.session_context c);
    org      uuid := verified.org_id;
begin
    if verified.permissions & 1024 /* read_audit */ = 0 then
        perform callintel_private.refuse_permission(1024 /* read_audit */);
    end if;
    return query
    select l.position, l.ledger, l.row_id, l.leaf_hash, coalesce(a.hash, b.hash), coalesce(a.xact, b.xact)
      from (select v.position, v.ledger, v.row_id, v.leaf_hash
              from callintel_private.audit_leaves v
             where v.org_id = org and v.month = read_audit_leaves.month and v.position > after
             order by v.position limit least(page, 10000)) l
      left join lateral (
          select a.xid::text::bigint as xact,
                 sha256('\x00'::bytea || case when num_nulls(a.image_columns, a.images_before, a.images_after) = 3
                 then record_send(row(
                     1::smallint, a.org_id, a.id, a.occurred_at, a.xid, a.member_id, a.purpose, a.action, a.object,
                     a.row_count, a.subject_id, a.detail, a.op, a.request_id, a.row_keys, a.images))
                 else record_send(row(
                     1::smallint, a.org_id, a.id, a.occurred_at, a.xid, a.member_id, a.purpose, a.action, a.object,
                     a.row_count, a.subject_id, a.detail, a.op, a.request_id, a.row_keys, a.images,
                     a.image_columns, a.images_before, a.images_after)) end) as hash
            from callintel_private.audit_log a
           where l.ledger = 1 and a.org_id = org and a.id = l.row_id) a on true
      left join lateral (
          select a.xid::text::bigint as xact,
                 sha256('\x00'::bytea || record_send(row(
                     2::smallint, a.org_id, a.id, a.accessed_at, a.xid, a.member_id, a.purpose, a.request_id, a.fields,
                     a.row_count, a.is_alert, a.event_ids, a.contact_ids, a.other_ids))) as hash
            from callintel_private.access_log a
           where l.ledger = 2 and a.org_id = org and a.id = l.row_id) b on true
     order by l.position;
end $$;
comment on function callintel.read_audit_leaves is
    'Returns leaves of a month in order, each with the hash of the entry that is stored now.';

create or replace function callintel.read_unsealed_entries(after uuid, page integer)
    returns table (ledger smallint, row_id uuid, xact bigint)
    language plpgsql stable rows 1000 security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    verified record := (select c from callintel_private.session_context c);
    org      uuid := verified.org_id;
begin
    if verified.permissions & 1024 /* read_audit */ = 0 then
        perform callintel_private.refuse_permission(1024 /* read_audit */);
    end if;
    return query
    select x.ledger, x.id, x.xact
      from (select 1::smallint as ledger, a.id, a.xid::text::bigint as xact
              from callintel_private.audit_log a
             where a.org_id = org and a.id > after
               and not exists (select from callintel_private.audit_leaves v
                                where v.org_id = org and v.row_id = a.id and v.ledger = 1)
            union all
            select 2::smallint, a.id, a.xid::text::bigint
              from callintel_private.access_log a
             where a.org_id = org and a.id > after
               and not exists (select from callintel_private.audit_leaves v
                                where v.org_id = org and v.row_id = a.id and v.ledger = 2)) x
     order by x.id limit least(page, 10000);
end $$;
comment on function callintel.read_unsealed_entries is
    'Returns entries of the ledgers that have no leaf, in the order of their ids.';

grant execute on function
    callintel.read_audit_checkpoints,
    callintel.read_audit_leaves,
    callintel.read_unsealed_entries
    to callintel_app;

reset role;
