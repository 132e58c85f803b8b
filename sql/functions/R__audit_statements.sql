-- purpose: filing statements in audit_log, which triggers do, and reading the rows that they packed
-- Which tables have the triggers: R__audit_triggers.sql.

set role callintel_owner;

grant insert on callintel_private.audit_log to callintel_auditor;
grant select on callintel_private.audit_modes, callintel_private.orgs to callintel_auditor;

drop policy if exists "Triggers file statements" on callintel_private.audit_log;
create policy "Triggers file statements" on callintel_private.audit_log
    for insert to callintel_auditor
    with check (org_id is not null);
comment on policy "Triggers file statements" on callintel_private.audit_log is
    'For file_statement, which takes the org from the rows that changed. It works without a session too.';
drop policy if exists "Triggers read the mode of an org" on callintel_private.audit_modes;
create policy "Triggers read the mode of an org" on callintel_private.audit_modes
    for select to callintel_auditor
    using (org_id is not null);
comment on policy "Triggers read the mode of an org" on callintel_private.audit_modes is 'For file_statement.';
drop policy if exists "Truncations are filed for all orgs" on callintel_private.orgs;
create policy "Truncations are filed for all orgs" on callintel_private.orgs
    for select to callintel_auditor
    using (org_id is not null);
comment on policy "Truncations are filed for all orgs" on callintel_private.orgs is
    'For file_statement: truncating a table removes rows of every org.';

reset role;
set role callintel_auditor;

-- The function of the triggers. Its arguments: the name of an action, or nothing; the key columns; the columns that an
-- image leaves out. Its transition tables are "changed", and "former" for the rows before an update.
-- Without a session, in a migration or a repair, the statement is filed for the nil member.
--
-- A statement that changed no rows files nothing, and the function returns before it looks at the context: no data was
-- changed, and an insert with "on conflict do update" runs the triggers of both verbs, one of them without rows.
--
-- Each query costs as much as all expressions of this function together, so a summary needs only two. The function
-- belongs to a role of its own, because the policies of other roles would add a check of the context to each of them.
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
    part    record;
    keys    text[];
    omitted text[];
    images  jsonb;
    fields  text;
    pages   text;
begin
    if tg_op = 'TRUNCATE' then
        insert into callintel_private.audit_log (
            org_id, id, member_id, purpose, action, object, row_count, request_id, op)
        select o.org_id, callintel_private.new_id(), coalesce(x.member_id, nil), coalesce(x.purpose, 0), action,
               tg_table_name, 0, x.request_id, verb
          from callintel_private.orgs o
          left join lateral (select c.member_id, c.purpose, c.request_id
                               from callintel_private.session_context c
                              where current_setting('callintel.context', true) <> '' offset 0) x on true;
        return null;
    end if;
    for part in
        select s.org_id, s.rows,
               coalesce((select m.mode from callintel_private.audit_modes m where m.org_id = s.org_id),
                        (select m.mode from callintel_private.audit_modes m where m.org_id = nil)) as mode
          from (select c.org_id, count(*) as rows from changed c where c.org_id is not null group by c.org_id) s
    loop
        keys := null;
        images := null;
        if part.mode = 2 and part.rows > page then
            -- Rows are packed, because making jsonb of them would take most of the time of the statement. The columns
            -- differ by table, so this statement is planned each time, which is little for so many rows.
            omitted := tg_argv[2];
            select array_agg(a.attname::text order by a.attnum),
                   string_agg(case when a.atttypid = 'callintel.envelope'::regtype
                                   then format('t.%I::bytea', a.attname) else format('t.%I', a.attname) end,
                              ', ' order by a.attnum)
              into keys, fields
              from pg_attribute a
             where a.attrelid = tg_relid and a.attnum > 0 and not a.attisdropped and a.attname <> all (omitted);
            pages := '(select n.page, count(*) as rows, string_agg(n.image, '''') as images'
                     '   from (select (row_number() over () - 1) / $5 as page,'
                     '                record_send(row(' || fields || ')) as image'
                     '           from %I t where t.org_id = $1) n'
                     '  group by n.page) %s';
            execute 'insert into callintel_private.audit_log ('
                    '    org_id, id, member_id, purpose, action, object, row_count, request_id, op,'
                    '    image_columns, images_before, images_after) '
                    'select $1, callintel_private.new_id(), coalesce(x.member_id, $6), coalesce(x.purpose, 0), $2, $3,'
                    '       p.rows, x.request_id, $4, $7, '
                    || case tg_op
                           when 'INSERT' then 'null, p.images from ' || format(pages, 'changed', 'p')
                           when 'DELETE' then 'p.images, null from ' || format(pages, 'changed', 'p')
                           else 'f.images, p.images from ' || format(pages, 'changed', 'p')
                                || ' left join ' || format(pages, 'former', 'f') || ' on f.page = p.page'
                       end
                    || ' left join lateral (select c.member_id, c.purpose, c.request_id'
                       '                      from callintel_private.session_context c'
                       '                     where current_setting(''callintel.context'', true) <> '''' offset 0) x'
                       '   on true'
                using part.org_id, action, tg_table_name, verb, page, nil, keys;
            continue;
        elsif part.mode = 2 then
            omitted := tg_argv[2];
            if tg_op = 'UPDATE' then
                images := jsonb_build_object(
                    'before', (select jsonb_agg(to_jsonb(f) - omitted) from former f where f.org_id = part.org_id),
                    'after', (select jsonb_agg(to_jsonb(c) - omitted) from changed c where c.org_id = part.org_id));
            else
                images := jsonb_build_object(
                    case tg_op when 'DELETE' then 'before' else 'after' end,
                    (select jsonb_agg(to_jsonb(c) - omitted) from changed c where c.org_id = part.org_id));
            end if;
        elsif part.mode = 1 then
            keys := tg_argv[1];
            keys := array(select (select string_agg(to_jsonb(c) ->> k, ',') from unnest(keys) k)
                            from changed c where c.org_id = part.org_id limit page);
        end if;
        insert into callintel_private.audit_log (
            org_id, id, member_id, purpose, action, object, row_count, subject_id, detail, request_id, op, row_keys,
            images)
        select part.org_id, callintel_private.new_id(), coalesce(x.member_id, nil), coalesce(x.purpose, 0), action,
               tg_table_name, part.rows,
               case when s.image ? 'contact_id' then (s.image ->> 'contact_id')::uuid
                    else (s.image ->> 'member_id')::uuid end,
               'level ' || (s.image ->> 'level'), x.request_id, verb, keys, images
          from (select (select to_jsonb(c) from changed c where part.rows = 1 and c.org_id = part.org_id) as image
                offset 0) s
          left join lateral (select c.member_id, c.purpose, c.request_id
                               from callintel_private.session_context c
                              where current_setting('callintel.context', true) <> '' offset 0) x on true;
    end loop;
    return null;
end $$;

-- The owner of the tables attaches the triggers.
grant execute on function callintel_private.file_statement to callintel_owner;

reset role;
set role callintel_owner;

-- Returns packed rows as a JSON array. Each row is a record in the binary format of PostgreSQL: the number of columns;
-- for each, the oid of its type, its length or -1 for null, and its value. Images contain the types below only, and
-- envelopes as bytea.
create or replace function callintel_private.unpack_rows(columns text[], packed bytea) returns jsonb
    language plpgsql stable
    set "TimeZone" = 'UTC' as $$
declare
    names text[] := array(select to_json(u.name)::text from unnest(columns) with ordinality u (name, place)
                           order by u.place);
    place integer := 1;
    size  integer;
    kind  integer;
    hex   text;
    whole bigint;
    value text;
    image text[];
    rows  text[] := '{}';
begin
    while place <= octet_length(packed) loop
        place := place + 4;
        image := '{}';
        for i in 1..cardinality(names) loop
            kind := ('x' || encode(substr(packed, place, 4), 'hex'))::bit(32)::integer;
            size := ('x' || encode(substr(packed, place + 4, 4), 'hex'))::bit(32)::integer;
            place := place + 8;
            if size = -1 then
                value := 'null';
            else
                hex := encode(substr(packed, place, size), 'hex');
                place := place + size;
                -- The ids of types: 16 is bool, 17 bytea, 2950 uuid, 1082 date and 1184 timestamptz.
                if kind in (16, 17, 2950) then
                    value := case when kind = 16 then (hex = '01')::text when kind = 17 then '"\\x' || hex || '"'
                                  else to_json(hex::uuid)::text end;
                else
                    -- Signed whole numbers of 2, 4 or 8 bytes.
                    whole := case when size = 8 then ('x' || hex)::bit(64)::bigint
                                       when size = 4 then ('x' || hex)::bit(32)::integer
                                       else ('x' || hex || '0000')::bit(32)::integer >> 16 end;
                    value := case
                        when kind = 1082 then to_json(
                            case when whole = 2147483647 then 'infinity' when whole = -2147483648 then '-infinity'
                                       else date '2000-01-01' + whole::integer end)::text
                        when kind = 1184 then to_json(
                            case when whole = 9223372036854775807 then 'infinity'
                                       when whole = -9223372036854775808 then '-infinity'
                                       else timestamptz '2000-01-01 00:00Z' + whole / 1000000 * interval '1 second'
                                            + whole % 1000000 * interval '1 microsecond' end)::text
                        else whole::text end;
                end if;
            end if;
            image := image || (names[i] || ':' || value);
        end loop;
        rows := rows || ('{' || array_to_string(image, ',') || '}');
    end loop;
    return ('[' || array_to_string(rows, ',') || ']')::jsonb;
end $$;

create or replace function callintel_private.unpack_images(columns text[], before bytea, after bytea) returns jsonb
    language plpgsql stable as $$
begin
    return case when before is null then jsonb_build_object('after', callintel_private.unpack_rows(columns, after))
                when after is null then jsonb_build_object('before', callintel_private.unpack_rows(columns, before))
                else jsonb_build_object('before', callintel_private.unpack_rows(columns, before),
                                        'after', callintel_private.unpack_rows(columns, after)) end;
end $$;
comment on function callintel_private.unpack_images is
    'Returns the packed rows of an entry of the audit log as JSON, in the form of the column images.';
grant execute on function callintel_private.unpack_rows, callintel_private.unpack_images to callintel_member;

reset role;
