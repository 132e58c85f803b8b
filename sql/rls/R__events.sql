-- purpose: who sees events' facts

set role callintel_owner;

grant select on callintel.events to callintel_app;

drop policy if exists "Another org does not exist" on callintel.events;
create policy "Another org does not exist" on callintel.events as restrictive for all to callintel_app
    using (org_id = (select case when c.permissions & 1 = 1 then c.org_id end from callintel_private.session_context c));
comment on policy "Another org does not exist" on callintel.events is
    'Guard: whatever else is ever allowed, no statement reaches another org. One verified call a statement.';

drop policy if exists "Members see their own events, others all, nobody those of contacts kept from them" on callintel.events;
create policy "Members see their own events, others all, nobody those of contacts kept from them" on callintel.events for select to callintel_app
    using ((select c.permissions & 32770 = 32770 from callintel_private.session_context c)
           or ((select callintel.org_if(2)) is not null or member_id = (select callintel.member_id()))
              and (contact_id is null or contact_id not in (select callintel.unseen_contacts())));
comment on policy "Members see their own events, others all, nobody those of contacts kept from them" on callintel.events is
    'Whoever reads all events of an org without such contacts takes the first branch; the others pay for ownership and one hashed look-up a statement. Writing goes through the package''s functions alone.';

drop policy if exists "Definer code acts inside the verified org" on callintel.events;
create policy "Definer code acts inside the verified org" on callintel.events for all to callintel_definer
    using (org_id = (select c.org_id from callintel_private.session_context c))
    with check (org_id = (select c.org_id from callintel_private.session_context c));
comment on policy "Definer code acts inside the verified org" on callintel.events is
    'The package''s own checked functions; the floor that holds even if one of them forgot its filter.';

drop policy if exists "Writer code acts inside the org that it verified" on callintel.events;
create policy "Writer code acts inside the org that it verified" on callintel.events for insert to callintel_writer
    with check (org_id = left(current_setting('callintel.context', true), 36)::uuid);
comment on policy "Writer code acts inside the org that it verified" on callintel.events is
    'write_event alone, which opens the seal before anything else: what it has verified is not verified again for each table.';

reset role;
