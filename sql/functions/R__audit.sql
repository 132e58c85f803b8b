-- purpose: the one way into audit_log, and the trigger that takes it for whatever statement changed a table

set role callintel_owner;
grant insert on callintel_private.audit_log to callintel_definer;
reset role;
set role callintel_definer;

-- Time-ordered id (uuid v7) from core functions; PostgreSQL has its own only from 18 on. The twelve bits after the
-- version tell a quarter of a microsecond (RFC 9562, 6.2, method 3), as there: what one member does in one millisecond
-- stands on file in the order in which it was done.
create or replace function callintel_private.new_id() returns uuid
    language plpgsql volatile as $$
declare
    -- milliseconds, and 16 bits of a fraction
    moment bigint := floor(extract(epoch from clock_timestamp()) * 65536000)::bigint;
begin
    return encode(int8send(((moment >> 16) << 16) | 28672 | ((moment & 65535) >> 4))
                  || substr(uuid_send(gen_random_uuid()), 9), 'hex')::uuid;
end $$;

create or replace function callintel_private.audit(
    action text,
    object text,
    row_count bigint,
    subject_id uuid default null,
    detail text default null)
    returns void language plpgsql volatile as $$
begin
    insert into callintel_private.audit_log (
        org_id,
        id,
        member_id,
        purpose,
        action,
        object,
        row_count,
        subject_id,
        detail)
    select c.org_id,
           callintel_private.new_id(),
           c.member_id,
           c.purpose,
           audit.action,
           audit.object,
           audit.row_count,
           audit.subject_id,
           audit.detail
      from callintel_private.session_context c;
end $$;

-- The subject is on file where one row changed. The trigger's argument names the action of writing; its transition
-- table is called "changed".
create or replace function callintel_private.audit_changes() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    row_count bigint;
    subject   uuid;
    level     text;
begin
    select count(*), (array_agg(c.contact_id))[1], (array_agg(to_jsonb(c) ->> 'level'))[1]
      into row_count, subject, level
      from changed c;
    if row_count > 0 then
        perform callintel_private.audit(
            case tg_op when 'DELETE' then 'remove' else tg_argv[0] end,
            tg_table_name,
            row_count,
            case when row_count = 1 then subject end,
            case when row_count = 1 then 'level ' || level end);
    end if;
    return null;
end $$;

grant execute on function callintel_private.audit_changes to callintel_owner;
reset role;
