-- purpose: filing changes in audit_log: actions, which functions of the package file, and who may append entries
-- What triggers file: R__audit_statements.sql. Which tables have them: R__audit_triggers.sql.

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
grant execute on function callintel_private.new_id to callintel_owner, callintel_auditor;

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
        detail,
        request_id)
    select c.org_id,
           callintel_private.new_id(),
           c.member_id,
           c.purpose,
           audit.action,
           audit.object,
           audit.row_count,
           audit.subject_id,
           audit.detail,
           c.request_id
      from callintel_private.session_context c;
end $$;

-- For events and the tables that belong to them, which have no triggers: each function that changes them files what one
-- call changed. A call that changed nothing files nothing.
create or replace function callintel_private.audit_rows(action text, object text, row_count bigint)
    returns void language plpgsql volatile as $$
begin
    if row_count > 0 then
        perform callintel_private.audit(action, object, row_count);
    end if;
end $$;

reset role;
set role callintel_owner;

drop policy if exists "Maintenance files its steps" on callintel_private.audit_log;
create policy "Maintenance files its steps" on callintel_private.audit_log
    for insert to callintel_owner
    with check (org_id is not null);
comment on policy "Maintenance files its steps" on callintel_private.audit_log is
    'For removing months of the ledgers, which has no session.';
drop policy if exists "Operations choose the default mode" on callintel_private.audit_modes;
create policy "Operations choose the default mode" on callintel_private.audit_modes
    for all to callintel_owner
    using (org_id is not null) with check (org_id is not null);
comment on policy "Operations choose the default mode" on callintel_private.audit_modes is
    'For the row of the nil org, which applies to orgs that chose none.';
reset role;
