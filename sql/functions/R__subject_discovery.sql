-- purpose: finding the contacts and the rows of the person who made a request

set role callintel_definer;

-- Contacts that are merged stand for one person, so the whole group is found. A hidden contact needs a purpose: without
-- one, the answer would be incomplete, or tell that the contact exists.
create or replace function callintel.find_subject_contacts(
    request uuid,
    indexes uuid[],
    ordinals smallint[],
    current_indexes uuid[],
    version integer) returns uuid[]
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    held   callintel_private.subject_requests := callintel_private.lock_subject_request(request);
    people uuid[];
    added  bigint;
begin
    if held.closed_at is not null then
        perform callintel_private.refuse_state(held.state);
    end if;
    if cardinality(indexes) > 0 and version is distinct from callintel.blind_index_version() then
        raise exception 'The numbers were indexed with a version of the blind-index key that is not the active one.'
            using errcode = 'CI143', hint = 'Repeat the call.';
    end if;
    update callintel_private.subject_request_identities i
       set number_index = c.number_index, index_version = version
      from unnest(ordinals, current_indexes) as c (ordinal, number_index)
     where i.org_id = held.org_id and i.request_id = request and i.ordinal = c.ordinal
       and i.number_index is distinct from c.number_index;
    select array_agg(distinct g.contact)
      into people
      from (select c.contact_id
              from callintel_private.subject_request_contacts c
             where c.org_id = held.org_id and c.request_id = find_subject_contacts.request
             union
            select n.contact_id
              from callintel_private.contact_numbers n
             where n.org_id = held.org_id and n.number_index = any (indexes)) f (contact_id)
     cross join lateral unnest(callintel_private.merged_group(held.org_id, f.contact_id)) as g (contact);
    perform callintel_private.require_purpose_for(held.org_id, people);
    insert into callintel_private.subject_request_contacts (org_id, request_id, contact_id)
    select held.org_id, find_subject_contacts.request, p from unnest(people) p
        on conflict on constraint subject_request_contacts_org_id_request_id_contact_id_pk do nothing;
    get diagnostics added = row_count;
    if added > 0 then
        perform callintel_private.note_subject_request(held, held.state, 19::smallint, null);
    end if;
    return coalesce(people, '{}');
end $$;
comment on function callintel.find_subject_contacts is
    'Finds the contacts of the person by blind indexes of numbers and by merged contacts, and enters them in the '
    'register.';

create or replace function callintel_private.require_purpose_for(org uuid, contacts uuid[]) returns void
    language plpgsql stable as $$
begin
    if exists (select from callintel_private.contacts c
                where c.org_id = org and c.id = any (contacts)
                  and c.level > (select s.max_level from callintel_private.session_context s)) then
        raise exception 'The person has a hidden contact, which can only be found in a session with a purpose.'
            using errcode = 'CI198', hint = 'Open the session with OrgIdentity.Purpose.';
    end if;
end $$;

-- Counts every table of the package with rows of orgs that has a column for a contact, so a new table is counted as
-- well. Rows of events are found by the event, because they have no index by contact; those of other people's events
-- by the column that has one. Tables that this role cannot read, such as the access ledger, contain ids only.
create or replace function callintel.count_subject_rows(request uuid)
    returns table (relation text, row_count bigint)
    language plpgsql stable rows 30 security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    org    uuid := callintel_private.require(256 /* manage_privacy */);
    people uuid[];
    next   record;
    other  text;
    more   bigint;
begin
    if not exists (select from callintel_private.subject_requests r
                    where r.org_id = org and r.request_id = count_subject_rows.request) then
        perform callintel_private.refuse_unknown_request();
    end if;
    people := array(select c.contact_id
                      from callintel_private.subject_request_contacts c
                     where c.org_id = org and c.request_id = count_subject_rows.request);
    perform callintel_private.require_purpose_for(org, people);
    for next in
        select c.relname::text as name,
               case when c.relname = 'contacts' then 'id'
                    when bool_or(a.attname = 'contact_id') then 'contact_id'
                    else min(a.attname) filter (where a.attname in ('subject_id', 'party_id')) end as main,
               bool_or(a.attname = 'event_id') as is_of_event,
               coalesce(array_agg(a.attname::text) filter (where a.attname in ('party_id', 'sealed_for')),
                        '{}') as others
          from pg_class c
          join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
           and a.atttypid = 'uuid'::regtype
         where c.relnamespace = 'callintel_private'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
           and c.relname not like 'subject\_request%'
           and has_table_privilege('callintel_definer', c.oid, 'select')
           and exists (select from pg_policy p
                        where p.polrelid = c.oid
                          and p.polname in ('Definer code acts inside the verified org',
                                            'Definer code reads privacy rules'))
         group by c.relname
        having c.relname = 'contacts'
            or bool_or(a.attname in ('contact_id', 'party_id', 'subject_id'))
         order by c.relname
    loop
        relation := next.name;
        execute format(
            case when next.is_of_event
                 then 'select count(*) from callintel_private.%I t '
                      'where t.org_id = $1 and t.event_id in (select e.id from callintel_private.events e '
                      'where e.org_id = $1 and e.contact_id = any ($2))'
                 else 'select count(*) from callintel_private.%I t where t.org_id = $1 and t.%I = any ($2)' end,
            next.name,
            next.main) into row_count using org, people;
        foreach other in array next.others loop
            continue when other = next.main;
            execute format(
                'select count(*) from callintel_private.%I t '
                'where t.org_id = $1 and t.%I = any ($2) and (t.contact_id is null or t.contact_id <> all ($2))',
                next.name,
                other) into more using org, people;
            row_count := row_count + more;
        end loop;
        return next;
    end loop;
end $$;
comment on function callintel.count_subject_rows is
    'Counts the rows of the contacts of a request, by table. Changes nothing.';

create or replace function callintel_private.refuse_unknown_request() returns void
    language plpgsql stable as $$
begin
    raise exception 'The org has no such data subject request.'
        using errcode = 'CI400', hint = 'Take the id from the list of requests.';
end $$;

-- Content with level 1 is for nobody, so an export leaves it out and says how much there is.
create or replace function callintel.begin_subject_export(request uuid, out contacts uuid[], out withheld bigint)
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    held callintel_private.subject_requests := callintel_private.lock_subject_request(request);
begin
    -- Access and portability.
    if held.request_type not in (1, 2) then
        perform callintel_private.refuse_state(held.state);
    end if;
    contacts := array(select c.contact_id
                        from callintel_private.subject_request_contacts c
                       where c.org_id = held.org_id and c.request_id = begin_subject_export.request
                       order by 1);
    perform callintel_private.require_purpose_for(held.org_id, contacts);
    withheld := (select count(*)
                   from callintel_private.events e
                   join callintel_private.event_contents c on c.org_id = held.org_id and c.event_id = e.id
                  where e.org_id = held.org_id and e.contact_id = any (contacts) and c.level = 1);
    if held.state in (5, 7) then
        return;
    end if;
    perform callintel_private.change_subject_request(held, 5::smallint, 9::smallint, null);
end $$;
comment on function callintel.begin_subject_export is
    'Moves a verified request for access or portability to executing. Returns the contacts of the person, and the '
    'number of their events whose content nobody may read.';

create or replace function callintel.note_subject_export(request uuid, row_count bigint) returns void
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    held callintel_private.subject_requests := callintel_private.lock_subject_request(request);
begin
    if held.state not in (5, 7) then
        perform callintel_private.refuse_state(held.state);
    end if;
    perform callintel_private.note_subject_request(held, held.state, 9::smallint, null);
    perform callintel_private.audit('export', 'subject_requests', row_count, null, request::text);
end $$;
comment on function callintel.note_subject_export is
    'Records that an archive with so many records was written for a request.';

-- Events in which the person is a further party, not the contact.
create or replace function callintel.read_subject_party_events(request uuid, after uuid, page integer)
    returns table (event_id uuid)
    language plpgsql stable rows 100 security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    org    uuid := callintel_private.require(256 /* manage_privacy */);
    people uuid[] := array(select c.contact_id
                             from callintel_private.subject_request_contacts c
                            where c.org_id = org and c.request_id = read_subject_party_events.request);
begin
    perform callintel_private.require_purpose_for(org, people);
    return query
    select distinct p.event_id
      from callintel_private.event_participants p
     where p.org_id = org and p.party_id = any (people)
       and (p.contact_id is null or p.contact_id <> all (people))
       and (after is null or p.event_id > after)
     order by p.event_id
     limit least(page, 1000);
end $$;
comment on function callintel.read_subject_party_events is
    'Returns a page of the ids of events in which a contact of the request is a further party.';

grant execute on function
    callintel.find_subject_contacts,
    callintel.count_subject_rows,
    callintel.begin_subject_export,
    callintel.note_subject_export,
    callintel.read_subject_party_events
    to callintel_app;

reset role;
