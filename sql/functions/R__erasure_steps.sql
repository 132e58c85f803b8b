-- purpose: the steps of an erasure that suppress and delete: rejected records, events, contacts

set role callintel_owner;
grant update (raw, detail) on callintel_private.ingest_rejects to callintel_definer;

drop policy if exists "Erasures find rejected records" on callintel_private.ingest_rejects;
create policy "Erasures find rejected records" on callintel_private.ingest_rejects
    for select to callintel_definer
    using (org_id = (select case when c.permissions & 256 /* manage_privacy */ = 256 then c.org_id end
                       from callintel_private.session_context c));
comment on policy "Erasures find rejected records" on callintel_private.ingest_rejects is
    'Rejected records have no contact, so the SDK looks for numbers in their texts.';

drop policy if exists "Erasures redact rejected records" on callintel_private.ingest_rejects;
create policy "Erasures redact rejected records" on callintel_private.ingest_rejects
    for update to callintel_definer
    using (org_id = (select case when c.permissions & 256 /* manage_privacy */ = 256 then c.org_id end
                       from callintel_private.session_context c))
    with check (org_id = (select case when c.permissions & 256 /* manage_privacy */ = 256 then c.org_id end
                            from callintel_private.session_context c));
comment on policy "Erasures redact rejected records" on callintel_private.ingest_rejects is
    'Only the text is removed; the place and the reason stay, so that no record is lost silently.';

drop policy if exists "Erasures delete misplaced events" on callintel_private.misplaced_events;
create policy "Erasures delete misplaced events" on callintel_private.misplaced_events
    for all to callintel_definer
    using (org_id = (select case when c.permissions & 256 /* manage_privacy */ = 256 then c.org_id end
                       from callintel_private.session_context c))
    with check (false);
comment on policy "Erasures delete misplaced events" on callintel_private.misplaced_events is
    'Nothing else of an org reads or deletes them.';

reset role;
set role callintel_definer;

-- Step 3. From now on, ingestion keeps records of the contacts out: new ones by the digest of their number, and those
-- of a process that still knows the contact by its id.
create or replace function callintel.suppress_erased(request uuid) returns bigint
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    begun  record := callintel_private.begin_step(request, 3::smallint);
    people uuid[];
    added  bigint := 0;
begin
    if begun.is_due then
        people := callintel_private.open_contacts(begun.org, request);
        if people <> '{}' then
            insert into callintel_private.suppressions (org_id, number_digest, reason, added_by)
            select distinct begun.org, n, 1, callintel.current_member()
              from callintel_private.erasure_ledger l, unnest(l.numbers) n
             where l.org_id = begun.org and l.request_id = request and l.kind = 1
                on conflict do nothing;
            get diagnostics added = row_count;
            if added > 0 then
                perform callintel_private.grow_suppressions(begun.org);
            end if;
            update callintel_private.erasure_contacts x
               set closed_at = now()
             where x.org_id = begun.org and x.request_id = request and x.state = 1;
        end if;
        perform callintel_private.end_step(begun.org, request, 4::smallint);
        perform callintel_private.audit('suppress', 'suppressions', added, null, request::text);
    end if;
    return added;
end $$;
comment on function callintel.suppress_erased is
    'Step 3 of an erasure: puts its numbers on the list of suppressed ones, and keeps records of its contacts out. '
    'Returns how many numbers are new in the list.';

-- Step 4, as far as it is the database's. Only the SDK can tell which texts contain a number of the contact.
create or replace function callintel.read_rejects_to_erase(
    after_run uuid,
    after_ordinal bigint,
    page integer)
    returns table (run_id uuid, ordinal bigint, raw bytea)
    language plpgsql stable rows 100 security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    org uuid := callintel_private.require(256 /* manage_privacy */);
begin
    return query
    select r.run_id, r.ordinal, r.raw::bytea
      from callintel_private.ingest_rejects r
     where r.org_id = org and r.raw is not null
       and (r.run_id, r.ordinal) > (coalesce(after_run, '00000000-0000-0000-0000-000000000000'),
                                    coalesce(after_ordinal, -1))
     order by r.run_id, r.ordinal limit least(page, 1000);
end $$;
comment on function callintel.read_rejects_to_erase is
    'Returns a page of the texts of all rejected records, to sessions with the permission ManagePrivacy.';

create or replace function callintel.redact_rejects(request uuid, runs uuid[], ordinals bigint[]) returns bigint
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    begun    record := callintel_private.begin_step(request, 4::smallint);
    redacted bigint := 0;
begin
    if begun.is_due and callintel_private.open_contacts(begun.org, request) <> '{}' then
        update callintel_private.ingest_rejects r
           set raw = null, detail = null
          from unnest(runs, ordinals) as t (run_id, ordinal)
         where r.org_id = begun.org and r.run_id = t.run_id and r.ordinal = t.ordinal and r.raw is not null;
        get diagnostics redacted = row_count;
        perform callintel_private.count_erased(begun.org, request, 'ingest_rejects', 7, redacted);
        perform callintel_private.audit('redact', 'ingest_rejects', redacted, null, request::text);
    end if;
    return redacted;
end $$;
comment on function callintel.redact_rejects is
    'Step 4 of an erasure: removes the texts of rejected records that contain a number of its contacts. Returns how '
    'many texts were removed.';

-- Step 5, a page at a time. What belongs to an event is deleted with it. Its quarters of an hour are marked, so that
-- figures are computed again without it.
create or replace function callintel.erase_events(
    request uuid,
    maximum integer,
    out deleted bigint,
    out is_last boolean)
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off set client_min_messages = notice as $$
declare
    begun  record := callintel_private.begin_step(request, 5::smallint);
    bound  integer := least(greatest(maximum, 1), 5000);
    people uuid[];
begin
    deleted := 0;
    is_last := true;
    if not begun.is_due then
        return;
    end if;
    people := callintel_private.open_contacts(begun.org, request);
    deleted := callintel_private.erase_subject_events(
        begun.org,
        request,
        people,
        array(select e.id from callintel_private.events e
               where e.org_id = begun.org and e.contact_id = any (people)
               limit bound));
    is_last := deleted < bound;
    if is_last then
        perform callintel_private.end_step(begun.org, request, 6::smallint);
    end if;
    if deleted > 0 then
        perform callintel_private.audit('erase', 'events', deleted, null, request::text);
    end if;
end $$;
comment on function callintel.erase_events is
    'Step 5 of an erasure: deletes at most so many events of its contacts, with everything that belongs to them. An '
    'event of several people that the contact did not send goes to another participant instead. Repeat it until '
    'is_last.';

-- Deletes events with all rows that belong to them and counts these by table; request is null for retention, which
-- counts nothing. Looks in the same transaction for rows that only name the event: nothing leads to them afterwards.
create or replace function callintel_private.delete_subject_events(org uuid, request uuid, ids uuid[]) returns bigint
    language plpgsql volatile as $$
declare
    child text;
    found bigint;
    keys  uuid[] := array(select callintel_private.record_key(i) from unnest(ids) i);
begin
    if cardinality(ids) = 0 then
        return 0;
    end if;
    if request is not null then
        foreach child in array array['event_contents', 'event_details', 'event_parts', 'event_participants',
                                     'event_lexemes', 'event_embeddings'] loop
            execute format('select count(*) from callintel_private.%I t where t.org_id = $1 and t.event_id = any ($2)',
                           child)
               into found using org, ids;
            perform callintel_private.count_erased(org, request, child, 1, found);
        end loop;
        perform callintel_private.count_erased(org, request, 'events', 1, cardinality(ids));
        perform callintel_private.count_erased(
            org,
            request,
            'dirty_buckets',
            5,
            (select count(distinct date_bin('15 minutes', e.occurred_at, 'epoch'))
               from callintel_private.events e where e.org_id = org and e.id = any (ids)));
    end if;
    perform callintel_private.remove_events(org, ids);
    delete from callintel_private.event_embedding_states s
     using (select m.model from callintel_private.embedding_models m where m.org_id = org) m
     where s.org_id = org and s.model = m.model and s.event_id = any (ids);
    delete from callintel_private.event_embeddings e where e.org_id = org and e.event_id = any (ids);
    delete from callintel_private.event_keys k where k.org_id = org and k.record_key = any (keys);
    get diagnostics found = row_count;
    if request is not null then
        perform callintel_private.count_erased(org, request, 'event_keys', 2, found);
    end if;
    return cardinality(ids);
end $$;

-- Step 6. Where a contact took part in an event of somebody else, the participant stays without a reference, because
-- the event is the other person's. Content of such an event is deleted if the contact wrote it, or if nobody else has a
-- key: it becomes unreadable by step 7.
create or replace function callintel.erase_contacts(request uuid) returns bigint
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off set client_min_messages = notice as $$
declare
    begun   record := callintel_private.begin_step(request, 6::smallint);
    people  uuid[];
    touched uuid[];
    child   record;
    found   bigint := 0;
begin
    if not begun.is_due then
        return 0;
    end if;
    people := callintel_private.open_contacts(begun.org, request);
    -- Events that a process stored between two pages, before it knew.
    while found is not null loop
        found := nullif(callintel_private.erase_subject_events(
            begun.org,
            request,
            people,
            array(select e.id from callintel_private.events e
                   where e.org_id = begun.org and (e.contact_id = any (people) or e.merged_from = any (people))
                   limit 5000)), 0);
    end loop;

    with gone as (
        update callintel_private.event_participants p
           set party_id = null, merged_from = null, party_level = 0, status = null
         where p.org_id = begun.org and (p.party_id = any (people) or p.merged_from = any (people))
        returning p.event_id
    )
    select array_agg(distinct g.event_id), count(*) into touched, found from gone g;
    perform callintel_private.count_erased(begun.org, request, 'event_participants', 3, found);

    touched := coalesce(touched, '{}')
        || array(select c.event_id from callintel_private.event_contents c
                  where c.org_id = begun.org and c.sealed_for = any (people))
        || array(select p.event_id from callintel_private.event_parts p
                  where p.org_id = begun.org and p.sealed_for = any (people));
    perform callintel_private.remove_sealed(
        begun.org,
        request,
        touched,
        callintel_private.keys_lost_with(begun.org, people));
    update callintel_private.event_contents c
       set sealed_for = null
     where c.org_id = begun.org and c.sealed_for = any (people);
    update callintel_private.event_parts p
       set sealed_for = null
     where p.org_id = begun.org and p.sealed_for = any (people);
    perform callintel_private.set_content_levels(begun.org, touched);
    delete from callintel_private.event_lexemes l
     where l.org_id = begun.org
       and (l.event_id = any (touched) or l.contact_id = any (people) or l.sealed_for = any (people));
    get diagnostics found = row_count;
    perform callintel_private.count_erased(begun.org, request, 'event_lexemes', 1, found);
    delete from callintel_private.event_embeddings e
     where e.org_id = begun.org and (e.event_id = any (touched) or e.contact_id = any (people));
    get diagnostics found = row_count;
    perform callintel_private.count_erased(begun.org, request, 'event_embeddings', 1, found);
    perform callintel_private.forget_embeddings(begun.org, touched);
    perform callintel_private.feed_events(begun.org, 2::smallint, touched);

    for child in
        select * from (values
            ('misplaced_events', 'contact_id', 'merged_from'),
            ('honey_tokens', 'contact_id', 'contact_id'),
            -- Their buckets are marked, so they are computed again without the contact.
            ('contact_cells', 'contact_id', 'contact_id'),
            ('privacy_rule_members', 'contact_id', 'contact_id'),
            ('privacy_rules', 'contact_id', 'contact_id'),
            ('contact_profiles', 'contact_id', 'copied_from'),
            ('contact_numbers', 'contact_id', 'merged_from'),
            ('contacts', 'id', 'merged_into'),
            -- The last one, because deleting rules and events makes entries.
            ('change_feed', 'contact_id', 'contact_id')) as t (relation, first_column, second_column)
    loop
        execute format('delete from callintel_private.%I t '
                       'where t.org_id = $1 and (t.%I = any ($2) or t.%I = any ($2))',
                       child.relation,
                       child.first_column,
                       child.second_column) using begun.org, people;
        get diagnostics found = row_count;
        perform callintel_private.count_erased(begun.org, request, child.relation, 1, found);
    end loop;
    -- Readers of the feed read again what they may see; the entry names nobody.
    insert into callintel_private.change_feed (org_id, kind, scope) values (begun.org, 4, 0);
    perform callintel_private.end_step(begun.org, request, 7::smallint);
    perform callintel_private.audit('erase', 'contacts', cardinality(people), null, request::text);
    return cardinality(people);
end $$;
comment on function callintel.erase_contacts is
    'Step 6 of an erasure: deletes its contacts with their numbers, names, rules and entries of the change feed, and '
    'removes them from events of others. Returns the number of contacts.';

grant execute on function
    callintel.suppress_erased,
    callintel.read_rejects_to_erase,
    callintel.redact_rejects,
    callintel.erase_events,
    callintel.erase_contacts
    to callintel_app;
reset role;
