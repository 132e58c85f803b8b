-- purpose: who sees event parts: whoever sees the event they belong to

set role callintel_owner;

grant select on callintel.event_parts to callintel_app;

drop policy if exists "Another org does not exist" on callintel.event_parts;
create policy "Another org does not exist" on callintel.event_parts as restrictive for all to callintel_app
    using (org_id = (select case when c.permissions & 4 = 4 then c.org_id end from callintel_private.session_context c));
comment on policy "Another org does not exist" on callintel.event_parts is
    'Guard: whatever else is ever allowed, no statement reaches another org.';

drop policy if exists "Whoever sees the event sees what belongs to it" on callintel.event_parts;
create policy "Whoever sees the event sees what belongs to it" on callintel.event_parts for select to callintel_app
    using ((select c.permissions & 65538 = 65538 from callintel_private.session_context c)
           or ((select callintel.org_if(2)) is not null or member_id = (select callintel.member_id()))
              and (contact_id is null or contact_id not in (select callintel.unheard_contacts())));
comment on policy "Whoever sees the event sees what belongs to it" on callintel.event_parts is
    'The same rule as of the event, without a join: owner and contact stand in the row. Writing goes through ingestion alone.';

drop policy if exists "Definer code acts inside the verified org" on callintel.event_parts;
create policy "Definer code acts inside the verified org" on callintel.event_parts for all to callintel_definer
    using (org_id = (select c.org_id from callintel_private.session_context c))
    with check (org_id = (select c.org_id from callintel_private.session_context c));
comment on policy "Definer code acts inside the verified org" on callintel.event_parts is
    'The package''s own checked functions; the floor that holds even if one of them forgot its filter.';

reset role;
