-- purpose: the function that writes audit_log, and the trigger function that calls it for every statement that changes
--          a table

set role callintel_owner;
grant insert on callintel_private.audit_log to callintel_definer;
reset role;
set role callintel_definer;

-- Returns a time-ordered id (UUID version 7), made with core functions because PostgreSQL has its own only since
-- version 18. The twelve bits after the version hold fractions of a millisecond in steps of a quarter of a microsecond
-- (RFC 9562, 6.2, method 3), as PostgreSQL 18 does it. So the actions of one member within a millisecond are recorded
-- in the order in which they happened.
create or replace function callintel_private.new_id() returns uuid
    language plpgsql volatile as $$
declare
    -- Milliseconds, with 16 more bits for the fraction.
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

-- The audit row names the contact where exactly one row changed. The argument of the trigger names the action for
-- inserts and updates; the transition table is called "changed".
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
