-- purpose: privacy rules that data subject requests set, and lifting them

set role callintel_definer;

-- The lock of the rule comes first, because merges of the org take it before anything else.
create or replace function callintel.set_subject_rule(
    request uuid,
    contact uuid,
    level smallint,
    no_search boolean,
    no_embedding boolean) returns uuid
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off set client_min_messages = notice as $$
declare
    org         uuid := callintel_private.lock_privacy_rule(contact);
    held        callintel_private.subject_requests := callintel_private.lock_subject_request(request);
    -- Contacts that are merged have one rule; the surviving one comes first.
    people      uuid[] := callintel_private.merged_group(org, contact);
    before      jsonb := callintel_private.rule_of(org, people[1]);
    stricter    smallint := greatest(level, coalesce((before ->> 'level')::smallint, 0::smallint));
    rule        uuid := (select r.rule_id
                           from callintel_private.subject_request_rules r
                          where r.org_id = org and r.request_id = request and r.contact_id = people[1]
                            and r.lifted_at is null);
begin
    -- Nothing is done for an identity that was not verified, except for an opt-out.
    if held.closed_at is not null or held.state = 4 or held.verification = 0 and held.request_type <> 7 then
        perform callintel_private.refuse_state(held.state);
    end if;
    if level is null or level not between 0 and 3 or no_search is null or no_embedding is null then
        perform callintel_private.refuse_subject_request('the privacy rule does not exist');
    end if;
    if not exists (select from callintel_private.subject_request_contacts c
                    where c.org_id = org and c.request_id = held.request_id and c.contact_id = any (people)) then
        raise exception 'The request does not concern this contact.'
            using errcode = 'CI152', hint = 'Find the contacts with DiscoverAsync first.';
    end if;
    if rule is not null then
        return rule;
    end if;
    -- metadata_only closes the content, restricted and hidden close the events. No level does both.
    if (before ->> 'level')::smallint = 1 and level > 1 or (before ->> 'level')::smallint > 1 and level = 1
    then
        raise exception 'The rule cannot be combined with the rule that the contact has.'
            using errcode = 'CI267', hint = 'Decide which rule should apply, and set it with session.Privacy.SetAsync.';
    end if;
    rule := callintel_private.new_id();
    perform callintel.set_privacy_rule(
        people[1],
        stricter,
        case when stricter = 2 and before ->> 'level' = '2'
             then array(select m::uuid from jsonb_array_elements_text(before -> 'members') m)
             else '{}'::uuid[] end,
        no_search or coalesce((before ->> 'no_search')::boolean, false),
        no_embedding or coalesce((before ->> 'no_embedding')::boolean, false),
        (before ->> 'retention_days')::integer);
    insert into callintel_private.subject_request_rules (
        org_id,
        rule_id,
        request_id,
        contact_id,
        rule_before,
        rule_after,
        set_by)
    values (
        org,
        rule,
        held.request_id,
        people[1],
        before,
        callintel_private.rule_of(org, people[1]),
        callintel.current_member());
    perform callintel_private.note_subject_request(held, held.state, 10::smallint, null);
    return rule;
end $$;
comment on function callintel.set_subject_rule is
    'Sets the privacy rule of a contact of a request, combined with the rule it has, and records both. Repeating it '
    'changes nothing.';

create or replace function callintel.lift_subject_rule(rule uuid) returns void
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off set client_min_messages = notice as $$
declare
    org    uuid := callintel_private.require(256 /* manage_privacy */);
    stored callintel_private.subject_request_rules;
    held   callintel_private.subject_requests;
begin
    select r.* into stored from callintel_private.subject_request_rules r
     where r.org_id = org and r.rule_id = lift_subject_rule.rule;
    if stored.rule_id is null then
        perform callintel_private.refuse_unknown_request();
    end if;
    perform callintel_private.lock_privacy_rule(stored.contact_id);
    held := callintel_private.lock_subject_request(stored.request_id);
    update callintel_private.subject_request_rules r
       set lifted_at = now(), lifted_by = callintel.current_member()
     where r.org_id = org and r.rule_id = stored.rule_id and r.lifted_at is null;
    if not found or callintel_private.rule_of(org, stored.contact_id) <> stored.rule_after then
        raise exception 'The rule was lifted or changed after the request set it.'
            using errcode = 'CI402', hint = 'Lift the rules that were set later first, or use session.Privacy.';
    end if;
    if stored.rule_before = '{}' then
        perform callintel.remove_privacy_rule(stored.contact_id);
    else
        perform callintel.set_privacy_rule(
            stored.contact_id,
            (stored.rule_before ->> 'level')::smallint,
            array(select o.member_id
                    from jsonb_array_elements_text(stored.rule_before -> 'members') m (id)
                    join callintel_private.org_roles o on o.org_id = org and o.member_id = m.id::uuid),
            (stored.rule_before ->> 'no_search')::boolean,
            (stored.rule_before ->> 'no_embedding')::boolean,
            (stored.rule_before ->> 'retention_days')::integer);
    end if;
    perform callintel_private.note_subject_request(held, held.state, 11::smallint, null);
end $$;
comment on function callintel.lift_subject_rule is
    'Restores the rule that the contact had before a request set one, if nothing changed it since.';

create or replace function callintel.read_subject_rules(request uuid)
    returns table (
        rule_id uuid,
        contact_id uuid,
        level smallint,
        no_search boolean,
        no_embedding boolean,
        set_at timestamptz,
        set_by uuid,
        lifted_at timestamptz,
        lifted_by uuid)
    language plpgsql stable rows 5 security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    org       uuid := callintel_private.require(256 /* manage_privacy */);
    max_level smallint := (select c.max_level from callintel_private.session_context c);
begin
    return query
    select r.rule_id,
           r.contact_id,
           (r.rule_after ->> 'level')::smallint,
           (r.rule_after ->> 'no_search')::boolean,
           (r.rule_after ->> 'no_embedding')::boolean,
           r.set_at,
           r.set_by,
           r.lifted_at,
           r.lifted_by
      from callintel_private.subject_request_rules r
     where r.org_id = org and r.request_id = read_subject_rules.request
       and not callintel_private.is_unseen(org, r.contact_id, max_level)
     order by r.rule_id;
end $$;
comment on function callintel.read_subject_rules is
    'Returns the privacy rules that a request set, the oldest first, without those of contacts that are hidden from '
    'the session.';

create or replace function callintel.note_rectification(request uuid, contact uuid, note bytea) returns void
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    held callintel_private.subject_requests := callintel_private.lock_subject_request(request);
begin
    -- Rectification.
    if held.request_type <> 3 or held.closed_at is not null or held.state = 4 or held.verification = 0 then
        perform callintel_private.refuse_state(held.state);
    end if;
    if contact is not null
       and not exists (select from callintel_private.subject_request_contacts c
                        where c.org_id = held.org_id and c.request_id = held.request_id and c.contact_id = contact) then
        raise exception 'The request does not concern this contact.'
            using errcode = 'CI152', hint = 'Find the contacts with DiscoverAsync first.';
    end if;
    perform callintel_private.note_subject_request(held, held.state, 12::smallint, note);
end $$;
comment on function callintel.note_rectification is
    'Records that data of the person was corrected. Refuses a request that is not verified or not for rectification.';

grant execute on function
    callintel.set_subject_rule,
    callintel.lift_subject_rule,
    callintel.read_subject_rules,
    callintel.note_rectification
    to callintel_app;

reset role;
