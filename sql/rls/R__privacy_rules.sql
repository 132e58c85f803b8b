-- purpose: who sees and sets privacy rules

set role callintel_owner;

grant select, insert, update, delete on callintel.privacy_rules to callintel_app;

drop policy if exists "Another org does not exist" on callintel.privacy_rules;
create policy "Another org does not exist" on callintel.privacy_rules as restrictive for all to callintel_app
    using (org_id = (select case when c.permissions & 256 = 256 then c.org_id end from callintel_private.session_context c));
comment on policy "Another org does not exist" on callintel.privacy_rules is
    'Guard: whatever else is ever allowed, no statement reaches another org, and nobody below admin reaches privacy rules.';

drop policy if exists "Admins manage privacy rules" on callintel.privacy_rules;
drop policy if exists "Admins see privacy rules" on callintel.privacy_rules;
create policy "Admins see privacy rules" on callintel.privacy_rules for select to callintel_app
    using (org_id is not null);
comment on policy "Admins see privacy rules" on callintel.privacy_rules is
    'The guard has checked org and permission. Without a purpose too: they can tell that a contact of some id is hidden, not who it is.';

drop policy if exists "Admins set privacy rules" on callintel.privacy_rules;
create policy "Admins set privacy rules" on callintel.privacy_rules for insert to callintel_app
    with check (org_id is not null);
comment on policy "Admins set privacy rules" on callintel.privacy_rules is
    'The guard has checked org and permission.';

drop policy if exists "Admins change privacy rules, hidden ones with a purpose" on callintel.privacy_rules;
create policy "Admins change privacy rules, hidden ones with a purpose" on callintel.privacy_rules for update to callintel_app
    using (level < 3 or (select c.permissions & 4096 = 4096 from callintel_private.session_context c))
    with check (org_id is not null);
comment on policy "Admins change privacy rules, hidden ones with a purpose" on callintel.privacy_rules is
    'Otherwise lifting the rule would be a way to see a hidden contact without saying what for.';

drop policy if exists "Admins remove privacy rules, hidden ones with a purpose" on callintel.privacy_rules;
create policy "Admins remove privacy rules, hidden ones with a purpose" on callintel.privacy_rules for delete to callintel_app
    using (level < 3 or (select c.permissions & 4096 = 4096 from callintel_private.session_context c));
comment on policy "Admins remove privacy rules, hidden ones with a purpose" on callintel.privacy_rules is
    'As for changing them.';

drop policy if exists "Definer code reads privacy rules" on callintel.privacy_rules;
create policy "Definer code reads privacy rules" on callintel.privacy_rules for select to callintel_definer
    using (org_id is not null);
comment on policy "Definer code reads privacy rules" on callintel.privacy_rules is
    'unseen_contacts and unheard_contacts filter by the verified org themselves.';

drop policy if exists "Definer code sets rules inside the verified org" on callintel.privacy_rules;
create policy "Definer code sets rules inside the verified org" on callintel.privacy_rules for insert to callintel_definer
    with check (org_id = (select c.org_id from callintel_private.session_context c));
comment on policy "Definer code sets rules inside the verified org" on callintel.privacy_rules is
    'The package''s own checked functions; the floor that holds even if one of them forgot its filter.';

drop policy if exists "Definer code changes rules inside the verified org" on callintel.privacy_rules;
create policy "Definer code changes rules inside the verified org" on callintel.privacy_rules for update to callintel_definer
    using (org_id = (select c.org_id from callintel_private.session_context c));
comment on policy "Definer code changes rules inside the verified org" on callintel.privacy_rules is
    'As for setting them.';

drop policy if exists "Definer code removes rules inside the verified org" on callintel.privacy_rules;
create policy "Definer code removes rules inside the verified org" on callintel.privacy_rules for delete to callintel_definer
    using (org_id = (select c.org_id from callintel_private.session_context c));
comment on policy "Definer code removes rules inside the verified org" on callintel.privacy_rules is
    'As for setting them.';

reset role;
