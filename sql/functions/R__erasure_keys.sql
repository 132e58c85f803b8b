-- purpose: the last steps of an erasure: it destroys the keys, and a scan verifies what is left

set role callintel_definer;

-- Step 7. The rows of the keys stay, so that erased data can be distinguished from damaged data. A contact that never
-- had a key gets the row of a destroyed one: none is ever made for it.
create or replace function callintel.erase_keys(request uuid) returns setof bytea
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    begun     record := callintel_private.begin_step(request, 7::smallint);
    people    uuid[];
    lost      bytea[] := '{}';
    unwrapped bigint;
    destroyed bigint;
begin
    people := array(select x.contact_id from callintel_private.erasure_contacts x
                     where x.org_id = begun.org and x.request_id = request and x.state in (1, 3));
    if begun.is_due then
        unwrapped := (select count(*) from callintel_private.conversation_keys c
                       where c.org_id = begun.org and c.party_id = any (people));
        lost := callintel_private.shred_conversations(begun.org, people);
        perform callintel_private.count_erased(begun.org, request, 'conversation_keys', 1, unwrapped);
        perform callintel_private.count_erased(begun.org, request, 'data_keys', 4, cardinality(lost));
        update callintel_private.data_keys d
           set state = 4, wrapped = null, destroyed_at = now()
         where d.org_id = begun.org and d.purpose = 'person' and d.subject_id = any (people) and d.state <> 4;
        get diagnostics destroyed = row_count;
        insert into callintel_private.data_keys (org_id, key_id, purpose, subject_id, epoch, state, destroyed_at)
        select begun.org,
               sha256(convert_to('callintel.tombstone|' || begun.org || '|person|' || p, 'UTF8')),
               'person',
               p,
               1,
               4,
               now()
          from unnest(people) p
         where not exists (select from callintel_private.data_keys d
                            where d.org_id = begun.org and d.purpose = 'person' and d.subject_id = p);
        perform callintel_private.count_erased(begun.org, request, 'data_keys', 4, destroyed);
        perform callintel_private.audit('shred', 'data_keys', destroyed, null, request::text);
        perform callintel_private.end_step(begun.org, request, 8::smallint);
        -- Every process that listens drops the keys from its memory.
        perform pg_notify('callintel_shred', begun.org::text || ':' || encode(d.key_id, 'hex'))
           from callintel_private.data_keys d
          where d.org_id = begun.org
            and (d.purpose = 'person' and d.subject_id = any (people) or d.key_id = any (lost));
    end if;
    return query
    select d.key_id from callintel_private.data_keys d
     where d.org_id = begun.org and d.state = 4
       and (d.purpose = 'person' and d.subject_id = any (people)
            -- Those of conversations were destroyed in the same transaction.
            or d.purpose = 'conversation'
               and d.destroyed_at in (select p.destroyed_at from callintel_private.data_keys p
                                       where p.org_id = begun.org and p.purpose = 'person'
                                         and p.subject_id = any (people) and p.state = 4))
       and d.key_id <> sha256(convert_to('callintel.tombstone|' || begun.org || '|person|' || d.subject_id, 'UTF8'))
     order by d.key_id;
end $$;
comment on function callintel.erase_keys is
    'Step 7 of an erasure: destroys the keys of its contacts, and of conversations that only they could read or that '
    'one of them wrote, and tells every process that listens. Returns the ids of the destroyed keys, also if the step '
    'was done before.';

-- Step 8. Every column of every table that can name a contact, by the catalog: a table that a later version adds is
-- looked at too. The SDK compares the result with the data map, which says which rows have to be gone.
create or replace function callintel.scan_erasure(request uuid)
    returns table (relation text, column_name text, rows bigint)
    language plpgsql stable rows 50 security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    org    uuid := callintel_private.require(256 /* manage_privacy */);
    people uuid[] := array(select x.contact_id from callintel_private.erasure_contacts x
                            where x.org_id = org and x.request_id = request and x.state in (1, 3));
    scanned record;
begin
    for scanned in
        select c.relname, a.attname
          from pg_class c
          join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
          join pg_attribute o on o.attrelid = c.oid and o.attname = 'org_id' and not o.attisdropped
         where c.relnamespace = 'callintel_private'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
           and a.atttypid = 'uuid'::regtype
           and (a.attname in ('contact_id', 'party_id', 'merged_from', 'merged_into', 'sealed_for', 'copied_from')
                or c.relname = 'contacts' and a.attname = 'id')
         order by c.relname, a.attname
    loop
        relation := scanned.relname;
        column_name := scanned.attname;
        execute format('select count(*) from callintel_private.%I t where t.org_id = $1 and t.%I = any ($2)',
                       scanned.relname,
                       scanned.attname) into rows using org, people;
        return next;
    end loop;
    relation := 'data_keys';
    column_name := 'subject_id';
    rows := (select count(*) from callintel_private.data_keys k
              where k.org_id = org and k.purpose = 'person' and k.subject_id = any (people)
                and (k.state <> 4 or k.wrapped is not null));
    return next;
end $$;
comment on function callintel.scan_erasure is
    'Step 8 of an erasure: counts the rows that name one of its contacts, by table and column, and keys that are not '
    'destroyed. To sessions with the permission ManagePrivacy.';

grant execute on function
    callintel.erase_keys,
    callintel.scan_erasure
    to callintel_app;
reset role;
