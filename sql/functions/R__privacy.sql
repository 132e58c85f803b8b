-- purpose: which contacts the session may not see, evaluated once a statement by the policies; parallel safe, or no scan of a table with such a policy were
--          shared among workers

set role callintel_owner;
grant select on callintel.privacy_rules, callintel.privacy_rule_members to callintel_definer;
reset role;
set role callintel_definer;

-- kept_from: the lowest level that hides. 2 hides the contact and its events' facts; 1 hides content as well.
create or replace function callintel_private.contacts_kept_from(lowest integer) returns setof uuid
    language plpgsql stable parallel safe as $$
declare
    verified record := (select c from callintel_private.session_context c);
begin
    return query
    select r.contact_id
      from callintel.privacy_rules r
     where r.org_id = verified.org_id
       and r.level >= lowest
       and case r.level
               when 1 then true
               when 2 then verified.permissions & 2048 = 0
                           -- hashed once: looked up for each rule it would take three times as long
                           and r.contact_id not in (select m.contact_id from callintel.privacy_rule_members m
                                                     where m.org_id = verified.org_id and m.member_id = verified.member_id)
               else verified.permissions & 4096 = 0
           end;
end $$;

-- plpgsql hands on a set as a whole, sql row by row
create or replace function callintel.unseen_contacts() returns setof uuid
    language plpgsql stable parallel safe security definer set search_path = pg_catalog, pg_temp as $$
begin
    return query select * from callintel_private.contacts_kept_from(2);
end $$;
comment on function callintel.unseen_contacts is 'Contacts whose existence is kept from the session: restricted and hidden ones, as its role and purpose have it.';

create or replace function callintel.unheard_contacts() returns setof uuid
    language plpgsql stable parallel safe security definer set search_path = pg_catalog, pg_temp as $$
begin
    return query select * from callintel_private.contacts_kept_from(1);
end $$;
comment on function callintel.unheard_contacts is 'Contacts whose content is kept from the session: metadata_only, restricted and hidden ones.';

grant execute on function callintel.unseen_contacts, callintel.unheard_contacts to callintel_app;
reset role;
