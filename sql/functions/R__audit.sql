-- purpose: filing changes in audit_log: actions, which functions of the package file, and statements, which triggers
--          file
-- Which tables have the triggers: R__audit_triggers.sql.

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
grant execute on function callintel_private.new_id to callintel_owner;

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

drop policy if exists "Triggers file statements" on callintel_private.audit_log;
create policy "Triggers file statements" on callintel_private.audit_log
    for insert to callintel_owner
    with check (org_id is not null);
comment on policy "Triggers file statements" on callintel_private.audit_log is
    'For file_statement, which takes the org from the rows that changed, and for maintenance without a session.';
drop policy if exists "Triggers read the mode of an org" on callintel_private.audit_modes;
create policy "Triggers read the mode of an org" on callintel_private.audit_modes
    for all to callintel_owner
    using (org_id is not null) with check (org_id is not null);
comment on policy "Triggers read the mode of an org" on callintel_private.audit_modes is
    'For file_statement, and for the default mode, which operations choose.';
drop policy if exists "Truncations are filed for all orgs" on callintel_private.orgs;
create policy "Truncations are filed for all orgs" on callintel_private.orgs
    for select to callintel_owner
    using (org_id is not null);
comment on policy "Truncations are filed for all orgs" on callintel_private.orgs is
    'For file_statement: truncating a table removes rows of every org.';

-- The function of the triggers. Its arguments: the name of an action, or nothing; the key columns; the columns that an
-- image leaves out. Its transition tables are "changed", and "former" for the rows before an update.
-- Without a session, in a migration or a repair, the statement is filed for the nil member.
create or replace function callintel_private.file_statement() returns trigger
    language plpgsql volatile security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    page    constant integer := 100;
    nil     constant uuid := '00000000-0000-0000-0000-000000000000';
    verb    constant smallint := case tg_op when 'INSERT' then 1 when 'UPDATE' then 2 when 'DELETE' then 3 else 4 end;
    action  constant text := case when tg_argv[0] = '' then lower(tg_op) when tg_op = 'DELETE' then 'remove'
                                  else tg_argv[0] end;
    keys    constant text[] := tg_argv[1];
    omitted constant text[] := tg_argv[2];
    side    constant text := case when tg_op = 'DELETE' then 'before' else 'after' end;
    context record;
    part    record;
    sole    jsonb;
    subject text;
    mode    smallint;
begin
    if coalesce(current_setting('callintel.context', true), '') <> '' then
        select c.member_id, c.purpose, c.request_id into context from callintel_private.session_context c;
    else
        select nil as member_id, 0::smallint as purpose, null::uuid as request_id into context;
    end if;
    if tg_op = 'TRUNCATE' then
        insert into callintel_private.audit_log (
            org_id, id, member_id, purpose, action, object, row_count, request_id, op)
        select o.org_id, callintel_private.new_id(), context.member_id, context.purpose, action, tg_table_name, 0,
               context.request_id, verb
          from callintel_private.orgs o;
        return null;
    end if;
    for part in select c.org_id, count(*) as rows from changed c where c.org_id is not null group by c.org_id loop
        select m.mode into mode from callintel_private.audit_modes m
         where m.org_id = part.org_id or m.org_id = nil
         order by m.org_id = nil limit 1;
        sole := null;
        if part.rows = 1 then
            select to_jsonb(c) into sole from changed c where c.org_id = part.org_id;
            subject := case when sole ? 'contact_id' then 'contact_id' else 'member_id' end;
        end if;
        if mode = 2 and tg_op = 'UPDATE' then
            insert into callintel_private.audit_log (
                org_id, id, member_id, purpose, action, object, row_count, subject_id, detail, request_id, op, images)
            select part.org_id, callintel_private.new_id(), context.member_id, context.purpose, action, tg_table_name,
                   a.rows, (sole ->> subject)::uuid, 'level ' || (sole ->> 'level'), context.request_id, verb,
                   jsonb_build_object('before', b.images, 'after', a.images)
              from (select n.page, count(*) as rows, jsonb_agg(n.image) as images
                      from (select (row_number() over () - 1) / page as page, to_jsonb(c) - omitted as image
                              from changed c where c.org_id = part.org_id) n
                     group by n.page) a
              left join (select n.page, jsonb_agg(n.image) as images
                           from (select (row_number() over () - 1) / page as page, to_jsonb(f) - omitted as image
                                   from former f where f.org_id = part.org_id) n
                          group by n.page) b on b.page = a.page;
        elsif mode = 2 then
            insert into callintel_private.audit_log (
                org_id, id, member_id, purpose, action, object, row_count, subject_id, detail, request_id, op, images)
            select part.org_id, callintel_private.new_id(), context.member_id, context.purpose, action, tg_table_name,
                   count(*), (sole ->> subject)::uuid, 'level ' || (sole ->> 'level'), context.request_id, verb,
                   jsonb_build_object(side, jsonb_agg(n.image))
              from (select (row_number() over () - 1) / page as page, to_jsonb(c) - omitted as image
                      from changed c where c.org_id = part.org_id) n
             group by n.page;
        else
            insert into callintel_private.audit_log (
                org_id, id, member_id, purpose, action, object, row_count, subject_id, detail, request_id, op,
                row_keys)
            values (
                part.org_id, callintel_private.new_id(), context.member_id, context.purpose, action, tg_table_name,
                part.rows, (sole ->> subject)::uuid, 'level ' || (sole ->> 'level'), context.request_id, verb,
                case when mode = 1 then array(
                    select (select string_agg(to_jsonb(c) ->> k, ',') from unnest(keys) k)
                      from changed c where c.org_id = part.org_id limit page) end);
        end if;
    end loop;
    return null;
end $$;

reset role;
