-- purpose: the access ledger: filing what the SDK decrypts, reading the entries, and honey tokens
-- The SDK calls file_access in the statement that reads a page, over the ids of the rows that the database returned,
-- and decrypts nothing before the batch has ended (ADR 0038).

set role callintel_definer;

-- The receipt tells the SDK whether the access raised an alert. Only a holder of the signing key can tell a receipt
-- with an alert from one without: otherwise SQL that was injected into a session could look for honey tokens in
-- transactions that it rolls back.
create or replace function callintel.file_access(
    fields integer,
    row_count integer,
    purpose smallint,
    request uuid,
    signing_key integer,
    event_ids uuid[],
    contact_ids uuid[],
    other_ids uuid[],
    out access_id uuid,
    out receipt bytea)
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    verified record := (select c from callintel_private.session_context c);
    alert    boolean;
    setting  text;
begin
    -- The permissions of the functions that return protected fields.
    if verified.permissions & 8716 /* read_content | read_contacts | manage_sources | manage_keys */ = 0 then
        perform callintel_private.refuse_permission(
            8716 /* read_content | read_contacts | manage_sources | manage_keys */);
    end if;
    -- An entry that a crash of the server could lose is not on file.
    if current_setting('synchronous_commit') not in ('on', 'remote_apply') then
        setting := set_config('synchronous_commit', 'on', true);
    end if;
    -- A job of the package reads for nobody: it returns no text to a person.
    alert := verified.member_id <> callintel_private.nil()
             and exists (select from callintel_private.honey_tokens h
                          where h.org_id = verified.org_id and h.contact_id = any (file_access.contact_ids));
    access_id := callintel_private.new_id();
    insert into callintel_private.access_log (
        org_id,
        id,
        member_id,
        purpose,
        request_id,
        fields,
        row_count,
        is_alert,
        event_ids,
        contact_ids,
        other_ids)
    values (
        verified.org_id,
        access_id,
        verified.member_id,
        case when file_access.purpose = 0 then verified.purpose else file_access.purpose end,
        request,
        file_access.fields,
        file_access.row_count,
        alert,
        file_access.event_ids,
        file_access.contact_ids,
        file_access.other_ids);
    receipt := sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()));
    if alert then
        receipt := coalesce(
            (select sha256(k.outer_pad || sha256(k.inner_pad || convert_to('callintel.alert.v1|', 'UTF8')
                                                 || uuid_send(access_id)))
               from callintel_private.signing_keys k where k.key_id = signing_key),
            receipt);
    end if;
end $$;
comment on function callintel.file_access is
    'Records that the session''s member reads protected fields of these events, contacts and other objects. The entry '
    'is durable when the transaction commits, whatever synchronous_commit is.';

create or replace function callintel.mark_honey_token(contact uuid) returns boolean
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    org uuid := callintel_private.require(1024 /* read_audit */);
begin
    if not exists (select from callintel_private.contacts c
                    where c.org_id = org and c.id = contact
                      and c.level <= (select s.max_level from callintel_private.session_context s)) then
        raise exception 'There is no such contact, or none that this member may see.'
            using errcode = 'CI152', hint = 'Take the id from an event or from FindByNumberAsync.';
    end if;
    insert into callintel_private.honey_tokens (org_id, contact_id, marked_by)
    values (org, contact, callintel.current_member())
        on conflict on constraint honey_tokens_org_id_contact_id_pk do nothing;
    if not found then
        return false;
    end if;
    perform callintel_private.audit('mark', 'honey_tokens', 1, contact);
    return true;
end $$;
comment on function callintel.mark_honey_token is
    'Marks a contact as a honey token. Returns false if it was one before.';

create or replace function callintel.unmark_honey_token(contact uuid) returns boolean
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    org uuid := callintel_private.require(1024 /* read_audit */);
begin
    delete from callintel_private.honey_tokens h where h.org_id = org and h.contact_id = contact;
    if not found then
        return false;
    end if;
    perform callintel_private.audit('unmark', 'honey_tokens', 1, contact);
    return true;
end $$;
comment on function callintel.unmark_honey_token is
    'Makes a honey token an ordinary contact. Returns false if it was none.';

create or replace function callintel.read_honey_tokens()
    returns table (contact_id uuid, marked_by uuid, marked_at timestamptz)
    language plpgsql stable rows 10 security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    org uuid := callintel_private.require(1024 /* read_audit */);
begin
    return query
    select h.contact_id, h.marked_by, h.marked_at
      from callintel_private.honey_tokens h
     where h.org_id = org
     order by h.marked_at, h.contact_id;
end $$;
comment on function callintel.read_honey_tokens is 'Returns the honey tokens of the org, the oldest first.';

grant execute on function
    callintel.file_access,
    callintel.mark_honey_token,
    callintel.unmark_honey_token,
    callintel.read_honey_tokens
    to callintel_app;

reset role;
set role callintel_member;

create or replace function callintel.read_accesses(
    range_from timestamptz,
    range_to timestamptz,
    member uuid,
    contact uuid,
    event uuid,
    alerts boolean,
    before uuid,
    page integer)
    returns table (
        id uuid,
        accessed_at timestamptz,
        member_id uuid,
        purpose smallint,
        request_id uuid,
        fields integer,
        row_count integer,
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
    -- The id is made a moment before accessed_at, so the range of ids is a little wider and the time decides.
    lowest   uuid := case when range_from is null then '00000000-0000-0000-0000-000000000000'
                          else callintel_private.lowest_id(range_from - interval '1 minute') end;
    ending   uuid := least(before, case when range_to is null then 'ffffffff-ffff-ffff-ffff-ffffffffffff'
                                        else callintel_private.lowest_id(range_to + interval '1 minute') end);
begin
    if verified.permissions & 1024 /* read_audit */ = 0 then
        perform callintel_private.refuse_permission(1024 /* read_audit */);
    end if;
    -- One statement for each index, so that each has its own plan.
    if alerts then
        return query
        select a.id,
               a.accessed_at,
               a.member_id,
               a.purpose,
               a.request_id,
               a.fields,
               a.row_count,
               a.is_alert,
               a.event_ids,
               a.contact_ids,
               a.other_ids
          from callintel_private.access_log a
         where a.org_id = org and a.id >= lowest and a.id < ending and a.is_alert
           and a.accessed_at >= from_time and a.accessed_at < to_time
           and (member is null or a.member_id = member)
           and (contact is null or contact = any (a.contact_ids))
           and (event is null or event = any (a.event_ids))
         order by a.id desc limit least(page, 1000);
    else
        return query
        select a.id,
               a.accessed_at,
               a.member_id,
               a.purpose,
               a.request_id,
               a.fields,
               a.row_count,
               a.is_alert,
               a.event_ids,
               a.contact_ids,
               a.other_ids
          from callintel_private.access_log a
         where a.org_id = org and a.id >= lowest and a.id < ending
           and a.accessed_at >= from_time and a.accessed_at < to_time
           and (member is null or a.member_id = member)
           and (contact is null or contact = any (a.contact_ids))
           and (event is null or event = any (a.event_ids))
         order by a.id desc limit least(page, 1000);
    end if;
end $$;
comment on function callintel.read_accesses is
    'Returns a page of the access ledger, newest first: within a range of time, of a member, of a contact, of an '
    'event, only alerts, with ids below "before"; null means any. Returns at most 1000 rows.';
grant execute on function callintel.read_accesses to callintel_app;

reset role;
