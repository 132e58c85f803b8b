-- purpose: searching the audit log and the access ledger together

set role callintel_member;

create or replace function callintel.search_audit(
    range_from timestamptz,
    range_to timestamptz,
    member uuid,
    subject uuid,
    action text,
    object text,
    request uuid,
    ledgers smallint,
    before uuid,
    page integer)
    returns table (
        ledger smallint,
        id uuid,
        occurred_at timestamptz,
        member_id uuid,
        purpose smallint,
        request_id uuid,
        action_name text,
        object_name text,
        op smallint,
        row_count bigint,
        subject_id uuid,
        detail text,
        row_keys text[],
        images text,
        fields integer,
        is_alert boolean,
        event_ids uuid[],
        contact_ids uuid[],
        other_ids uuid[])
    language plpgsql stable rows 100 security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    verified record := (select c from callintel_private.session_context c);
    org      uuid := verified.org_id;
    from_time timestamptz := coalesce(range_from, '-infinity');
    to_time   timestamptz := coalesce(range_to, 'infinity');
    -- The id is made a moment before the time, so the range of ids is a little wider and the time decides.
    lowest   uuid := case when range_from is null then '00000000-0000-0000-0000-000000000000'
                          else callintel_private.lowest_id(range_from - interval '1 minute') end;
    ending   uuid := least(before, case when range_to is null then 'ffffffff-ffff-ffff-ffff-ffffffffffff'
                                        else callintel_private.lowest_id(range_to + interval '1 minute') end);
    amount   integer := least(greatest(page, 0), 1000);
begin
    if verified.permissions & 1024 /* read_audit */ = 0 then
        perform callintel_private.refuse_permission(1024 /* read_audit */);
    end if;
    return query
    select x.ledger, x.entry, x.occurred_at, x.member_id, x.purpose, x.request_id, x.action, x.object, x.op,
           x.row_count, x.subject_id, x.detail, x.row_keys,
           case when x.image_columns is null then x.images::text
                else callintel_private.unpack_images(x.image_columns, x.images_before, x.images_after)::text end,
           x.fields, x.is_alert, x.event_ids, x.contact_ids, x.other_ids
      from ((select 1::smallint as ledger, a.id as entry, a.occurred_at, a.member_id, a.purpose, a.request_id, a.action,
                    a.object, a.op, a.row_count, a.subject_id, a.detail, a.row_keys, a.images, a.image_columns,
                    a.images_before, a.images_after, null::integer as fields, false as is_alert,
                    null::uuid[] as event_ids, null::uuid[] as contact_ids, null::uuid[] as other_ids
               from callintel_private.audit_log a
              where a.org_id = org and a.id >= lowest and a.id < ending and ledgers in (1, 3)
                and a.occurred_at >= from_time and a.occurred_at < to_time
                and (member is null or a.member_id = member)
                and (subject is null or a.subject_id = subject)
                and (search_audit.action is null or a.action = search_audit.action)
                and (search_audit.object is null or a.object = search_audit.object)
                and (request is null or a.request_id = request)
              order by a.id desc limit amount)
            union all
            (select 2::smallint, a.id, a.accessed_at, a.member_id, a.purpose, a.request_id, 'read', null, null,
                    a.row_count::bigint, null, null, null, null, null, null, null, a.fields, a.is_alert, a.event_ids,
                    a.contact_ids, a.other_ids
               from callintel_private.access_log a
              where a.org_id = org and a.id >= lowest and a.id < ending and ledgers in (2, 3)
                and a.accessed_at >= from_time and a.accessed_at < to_time
                and (member is null or a.member_id = member)
                and (subject is null or subject = any (a.contact_ids) or subject = any (a.event_ids)
                     or subject = any (a.other_ids))
                and (search_audit.action is null or search_audit.action = 'read')
                and search_audit.object is null
                and (request is null or a.request_id = request)
              order by a.id desc limit amount)) x
     order by x.entry desc limit amount;
end $$;
comment on function callintel.search_audit is
    'Returns a page of changes (1), accesses (2) or both (3), newest first, with ids below "before"; null means any. '
    'Returns at most 1000 rows.';
grant execute on function callintel.search_audit to callintel_app;

reset role;
