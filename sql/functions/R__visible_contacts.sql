-- purpose: which contacts a session may see by the privacy rules, for policies and fenced views

set role callintel_definer;

-- Returns the contacts whose lists name the session's member, if the session has a permission. It looks at the context
-- once; for fenced views.
create or replace function callintel_private.listed_contacts(permission bigint)
    returns table (org_id uuid, member_id uuid, reads_all boolean, contact_id uuid)
    language plpgsql stable parallel safe rows 10 security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    verified record := (select c from callintel_private.session_context c);
begin
    return query
    select verified.org_id, verified.member_id, verified.reads_all, m.contact_id
      from callintel_private.privacy_rule_members m
     where m.org_id = verified.org_id and m.member_id = verified.member_id
       and verified.permissions & permission = permission;
end $$;

-- Returns the contacts that are merged into these contacts. They have the same rule and list.
create or replace function callintel_private.listed_merged_contacts(permission bigint)
    returns table (org_id uuid, member_id uuid, reads_all boolean, contact_id uuid, merged_id uuid)
    language plpgsql stable parallel safe rows 10 security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    verified record := (select c from callintel_private.session_context c);
begin
    return query
    select verified.org_id, verified.member_id, verified.reads_all, c.merged_into, c.id
      from callintel_private.contacts c
      join callintel_private.privacy_rule_members m on m.org_id = verified.org_id and m.contact_id = c.merged_into
     where c.org_id = verified.org_id and c.merged_into is not null and m.member_id = verified.member_id
       and verified.permissions & permission = permission;
end $$;

-- Returns the contacts that the session may see, if it has a permission. It looks at the context once. Members see the
-- contacts of their own events.
create or replace function callintel_private.visible_contacts(permission bigint)
    returns table (org_id uuid, contact_id uuid)
    language plpgsql stable parallel safe rows 1000 security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
declare
    verified record := (select c from callintel_private.session_context c);
begin
    if verified.permissions & permission <> permission then
        return;
    end if;
    return query
    select verified.org_id, c.id
      from callintel_private.contacts c
     where c.org_id = verified.org_id
       and (c.level <= verified.max_level
            or c.level = 2 and exists (select from callintel_private.privacy_rule_members m
                                        where m.org_id = verified.org_id and m.contact_id = c.id
                                          and m.member_id = verified.member_id))
       and (verified.reads_all or c.created_by = verified.member_id
            or exists (select from callintel_private.events e
                        where e.org_id = verified.org_id and e.contact_id = c.id and e.member_id = verified.member_id));
end $$;

-- The same lists as an array, for the functions of callintel_member.
create or replace function callintel_private.own_listings() returns uuid[]
    language plpgsql stable parallel safe security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
begin
    return array(select l.contact_id from callintel_private.listed_contacts(0 /* none */) l);
end $$;

create or replace function callintel_private.own_merged_listings() returns uuid[]
    language plpgsql stable parallel safe security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
    set "TimeZone" = 'UTC' set transform_null_equals = off as $$
begin
    return array(select l.merged_id from callintel_private.listed_merged_contacts(0 /* none */) l);
end $$;

grant execute on function
    callintel_private.listed_contacts(bigint),
    callintel_private.listed_merged_contacts(bigint),
    callintel_private.visible_contacts
    to callintel_app, callintel_fence;
grant execute on function callintel_private.own_listings, callintel_private.own_merged_listings to callintel_member;
reset role;
